#include "records/rows/field_parser.h"

#include <bit>
#include <cstring>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "base/period.h"
#include "base/text/decimal.h"
#include "base/text/unicode.h"

namespace commons::records {
namespace {

uint64_t HashText(absl::string_view text) {
  uint64_t hash = text.size() * 0x9e3779b97f4a7c15u;
  const char* p = text.data();
  size_t left = text.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  uint64_t tail = 0;
  std::memcpy(&tail, p, left);
  hash = (hash ^ tail) * 0xff51afd7ed558ccdu;
  return hash ^ hash >> 32;
}

bool HasCodes(const ColumnLayout& column) {
  return column.kind == ColumnKind::kCode || column.kind == ColumnKind::kBits;
}

std::vector<std::pair<std::string, uint32_t>> IndexEntries(const ColumnLayout& column,
                                                           uint32_t null) {
  std::vector<std::pair<std::string, uint32_t>> entries;
  for (const std::string& text : column.missing) entries.emplace_back(text, null);
  if (HasCodes(column)) {
    entries.insert(entries.end(), column.codes.begin(), column.codes.end());
  }
  return entries;
}

Reject ReadNumber(absl::string_view text, int decimals, bool round, ColumnValue* value) {
  switch (round ? RoundDecimal(text, decimals, &value->number, &value->rounded)
                : ParseDecimal(text, decimals, &value->number)) {
    case DecimalFault::kNone:
      return Reject::kNone;
    case DecimalFault::kTooManyDecimals:
      return Reject::kTooManyDecimals;
    case DecimalFault::kOutOfRange:
      return Reject::kOutOfRange;
    case DecimalFault::kNotANumber:
      break;
  }
  return Reject::kNotANumber;
}

}  // namespace

TextIndex::TextIndex(const std::vector<std::pair<std::string, uint32_t>>& entries)
    : slots_(std::bit_ceil(entries.size() * 2 + 1)) {
  for (const auto& [text, value] : entries) {
    size_t at = HashText(text) & (slots_.size() - 1);
    while (slots_[at].value != kAbsent && slots_[at].text != text) {
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = {text, value};
  }
}

uint32_t TextIndex::Find(absl::string_view text) {
  const Slot& last = slots_[last_];
  if (last.value != kAbsent && last.text == text) return last.value;
  for (size_t at = HashText(text) & (slots_.size() - 1); slots_[at].value != kAbsent;
       at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].text == text) {
      last_ = at;
      return slots_[at].value;
    }
  }
  return kAbsent;
}

FieldParser::FieldParser(const ColumnLayout& column, bool round, std::optional<DayZone> zone)
    : column_(column),
      index_(IndexEntries(column, kNull)),
      only_empty_is_missing_(column.missing == std::vector<std::string>{""}),
      round_(round),
      zone_(zone) {}

// Most numbers need no look-up: nothing but the empty text is missing.
uint32_t FieldParser::Find(absl::string_view text) {
  if (HasCodes(column_) || !only_empty_is_missing_) return index_.Find(text);
  return text.empty() ? kNull : TextIndex::kAbsent;
}

uint32_t FieldParser::FindCode(absl::string_view text) {
  const uint32_t found = index_.Find(text);
  // A macron may have come as a letter and a combining mark.
  if (found != TextIndex::kAbsent || absl::c_all_of(text, absl::ascii_isascii)) return found;
  const absl::StatusOr<std::string> nfc = Nfc(text);
  return nfc.ok() ? index_.Find(*nfc) : found;
}

Reject FieldParser::ReadDay(absl::string_view text, int64_t* day) const {
  if (zone_) {
    const std::optional<Moment> moment = ParseMoment(text);
    if (!moment.has_value()) return Reject::kNotAMoment;
    *day = zone_->DayOf(*moment);
    return Reject::kNone;
  }
  const std::optional<int64_t> read = ParseDate(text, column_.unit);
  if (!read.has_value()) return Reject::kNotADate;
  *day = *read;
  return Reject::kNone;
}

// Spaces around a code, and separators with nothing between them, say nothing.
Reject FieldParser::ParseBits(absl::string_view text, int64_t* bits) {
  *bits = 0;
  for (const absl::string_view piece : absl::StrSplit(text, column_.separator)) {
    const absl::string_view code = absl::StripAsciiWhitespace(piece);
    if (code.empty()) continue;
    const uint32_t found = FindCode(code);
    if (found >= column_.code_count) return Reject::kUnknownCode;  // or no value beside others
    *bits |= int64_t{1} << found;
  }
  if (*bits == 0) return Reject::kUnknownCode;
  return std::popcount(static_cast<uint64_t>(*bits)) > static_cast<int>(column_.responses)
             ? Reject::kTooManyCodes
             : Reject::kNone;
}

Reject FieldParser::Parse(absl::string_view text, ColumnValue* value) {
  const uint32_t found = HasCodes(column_) ? FindCode(text) : Find(text);
  if (found == TextIndex::kAbsent && column_.kind == ColumnKind::kCode) return Reject::kUnknownCode;
  value->null = found == kNull;
  value->rounded = false;
  if (value->null) {
    value->number = column_.kind == ColumnKind::kCode ? column_.code_count : 0;
    return column_.required ? Reject::kMissing : Reject::kNone;
  }
  Reject reason = Reject::kNone;
  switch (column_.kind) {
    case ColumnKind::kCode:
      value->number = found;
      return Reject::kNone;
    case ColumnKind::kBits:
      return ParseBits(text, &value->number);
    case ColumnKind::kHidden:
      return Reject::kNone;
    case ColumnKind::kInteger:
      reason = ReadNumber(text, column_.decimals, round_, value);
      break;
    case ColumnKind::kDate:
      reason = ReadDay(text, &value->number);
      break;
  }
  if (reason != Reject::kNone) return reason;
  const bool inside = value->number >= column_.min_value && value->number <= column_.max_value;
  return inside ? Reject::kNone : Reject::kOutOfRange;
}

}  // namespace commons::records
