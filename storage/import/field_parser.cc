#include "storage/import/field_parser.h"

#include <bit>
#include <cstring>
#include <optional>

#include "absl/algorithm/container.h"
#include "base/period.h"
#include "base/text/decimal.h"
#include "base/text/unicode.h"

namespace commons::storage {
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

std::vector<std::pair<std::string, uint32_t>> IndexEntries(const ColumnLayout& column,
                                                           uint32_t null) {
  std::vector<std::pair<std::string, uint32_t>> entries;
  for (const std::string& text : column.missing) entries.emplace_back(text, null);
  if (column.kind == ColumnKind::kCode) {
    entries.insert(entries.end(), column.codes.begin(), column.codes.end());
  }
  return entries;
}

Reject ReadNumber(absl::string_view text, int decimals, int64_t* scaled) {
  switch (ParseDecimal(text, decimals, scaled)) {
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

Reject ReadDate(absl::string_view text, PeriodUnit unit, int64_t* day) {
  const std::optional<int64_t> read = ParseDate(text, unit);
  if (!read.has_value()) return Reject::kNotADate;
  *day = *read;
  return Reject::kNone;
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

FieldParser::FieldParser(const ColumnLayout& column)
    : column_(column),
      index_(IndexEntries(column, kNull)),
      only_empty_is_missing_(column.missing == std::vector<std::string>{""}) {}

// Most numbers need no look-up: nothing but the empty text is missing.
uint32_t FieldParser::Find(absl::string_view text) {
  if (column_.kind == ColumnKind::kCode || !only_empty_is_missing_) return index_.Find(text);
  return text.empty() ? kNull : TextIndex::kAbsent;
}

Reject FieldParser::Parse(absl::string_view text, ColumnValue* value) {
  uint32_t found = Find(text);
  if (found == TextIndex::kAbsent && column_.kind == ColumnKind::kCode) {
    // A macron may have come as a letter and a combining mark.
    if (absl::c_none_of(text, [](char c) { return (c & 0x80) != 0; })) return Reject::kUnknownCode;
    const absl::StatusOr<std::string> nfc = Nfc(text);
    if (nfc.ok()) found = index_.Find(*nfc);
    if (found == TextIndex::kAbsent) return Reject::kUnknownCode;
  }
  value->null = found == kNull;
  if (value->null) {
    value->number = column_.kind == ColumnKind::kCode ? column_.code_count : 0;
    return column_.required ? Reject::kMissing : Reject::kNone;
  }
  Reject reason = Reject::kNone;
  switch (column_.kind) {
    case ColumnKind::kCode:
      value->number = found;
      return Reject::kNone;
    case ColumnKind::kHidden:
      return Reject::kNone;
    case ColumnKind::kInteger:
      reason = ReadNumber(text, column_.decimals, &value->number);
      break;
    case ColumnKind::kDate:
      reason = ReadDate(text, column_.unit, &value->number);
      break;
  }
  if (reason != Reject::kNone) return reason;
  const bool inside = value->number >= column_.min_value && value->number <= column_.max_value;
  return inside ? Reject::kNone : Reject::kOutOfRange;
}

}  // namespace commons::storage
