#include "storage/columns/layout.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace commons::storage {
namespace {

constexpr uint8_t kVersion = 1;

absl::Status Invalid(const ColumnLayout& column, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("column \"", column.name, "\": ", why));
}

absl::Status ValidateCodes(const ColumnLayout& column) {
  if (column.codes.empty() || column.code_count == 0 ||
      column.code_count > limits::kCodesPerLongList ||
      column.codes.size() > 2 * limits::kCodesPerLongList) {
    return Invalid(column, absl::StrCat("needs 1 to ", limits::kCodesPerLongList, " codes"));
  }
  std::set<std::string> texts(column.missing.begin(), column.missing.end());
  for (const auto& [text, code] : column.codes) {
    if (text.size() > limits::kLabelBytes) return Invalid(column, "a code is too long");
    if (code >= column.code_count) return Invalid(column, "a code lies beyond code_count");
    if (!texts.insert(text).second) {
      return Invalid(column, "a text stands for two codes, or for a code and for missing");
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateBits(const ColumnLayout& column) {
  if (column.code_count > limits::kCodesOfResponses || column.responses == 0 ||
      column.responses > column.code_count || column.separator.empty() ||
      column.separator.size() > limits::kResponseSeparatorBytes) {
    return Invalid(column, "not codes of which a row may have several");
  }
  return ValidateCodes(column);
}

absl::Status ValidateColumn(const ColumnLayout& column) {
  if (column.missing.size() > limits::kCodesPerColumn) return Invalid(column, "too many missing");
  for (const std::string& text : column.missing) {
    if (text.size() > limits::kLabelBytes) return Invalid(column, "a missing text is too long");
  }
  switch (column.kind) {
    case ColumnKind::kCode:
      return ValidateCodes(column);
    case ColumnKind::kBits:
      return ValidateBits(column);
    case ColumnKind::kInteger:
    case ColumnKind::kDate:
      if (column.min_value > column.max_value || column.min_value < -limits::kAbsScaledValueMax ||
          column.max_value > limits::kAbsScaledValueMax) {
        return Invalid(column, "the accepted range is empty or beyond 2^53");
      }
      if (column.decimals < 0 || column.decimals > limits::kDecimalsMax) {
        return Invalid(column, absl::StrCat("decimals must be 0 to ", limits::kDecimalsMax));
      }
      if (column.unit < PeriodUnit::kDay || column.unit > PeriodUnit::kWeekFromSunday) {
        return Invalid(column, "unknown date unit");
      }
      return absl::OkStatus();
    case ColumnKind::kHidden:
      return absl::OkStatus();
  }
  return Invalid(column, "unknown kind");
}

class Writer {
 public:
  void U8(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void U32(uint32_t value) { out_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
  void I64(int64_t value) { out_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
  void Text(absl::string_view text) {
    U32(text.size());
    out_.append(text.data(), text.size());
  }
  void Texts(const std::vector<std::string>& texts) {
    U32(texts.size());
    for (const std::string& text : texts) Text(text);
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// After the first failure every read gives zero and ok() is false.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : left_(bytes) {}
  uint8_t U8() { return Fixed<uint8_t>(); }
  uint32_t U32() { return Fixed<uint32_t>(); }
  int64_t I64() { return Fixed<int64_t>(); }
  std::string Text(size_t max) {
    const uint32_t size = U32();
    if (size > max || size > left_.size()) return Fail(), "";
    std::string text(left_.substr(0, size));
    left_.remove_prefix(size);
    return text;
  }
  uint32_t Count(uint32_t max) {
    const uint32_t count = U32();
    return count > max ? Fail(), 0 : count;
  }
  std::vector<std::string> Texts(uint32_t count_max, size_t size_max) {
    std::vector<std::string> texts;
    for (uint32_t left = Count(count_max); left > 0 && ok_; --left) texts.push_back(Text(size_max));
    return texts;
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && left_.empty(); }

 private:
  template <typename T>
  T Fixed() {
    T value{};
    if (left_.size() < sizeof(value)) return Fail(), value;
    std::memcpy(&value, left_.data(), sizeof(value));
    left_.remove_prefix(sizeof(value));
    return value;
  }
  void Fail() {
    ok_ = false;
    left_ = {};
  }
  absl::string_view left_;
  bool ok_ = true;
};

void WriteColumn(const ColumnLayout& column, Writer* out) {
  out->Text(column.name);
  out->U8(static_cast<uint8_t>(column.kind));
  out->U8(column.required);
  out->U8(static_cast<uint8_t>(column.decimals));
  out->U8(static_cast<uint8_t>(column.unit));
  out->I64(column.min_value);
  out->I64(column.max_value);
  out->U32(column.code_count);
  out->U32(column.codes.size());
  for (const auto& [text, code] : column.codes) {
    out->Text(text);
    out->U32(code);
  }
  out->Texts(column.missing);
  if (column.kind != ColumnKind::kBits) return;
  out->U32(column.responses);
  out->Text(column.separator);
}

ColumnLayout ReadColumn(Reader* in) {
  ColumnLayout column;
  column.name = in->Text(limits::kNameBytes);
  column.kind = static_cast<ColumnKind>(in->U8());
  column.required = in->U8() != 0;
  column.decimals = in->U8();
  column.unit = static_cast<PeriodUnit>(in->U8());
  column.min_value = in->I64();
  column.max_value = in->I64();
  column.code_count = in->U32();
  for (uint32_t left = in->Count(2 * limits::kCodesPerLongList); left > 0 && in->ok(); --left) {
    std::string text = in->Text(limits::kLabelBytes);
    column.codes.emplace_back(std::move(text), in->U32());
  }
  column.missing = in->Texts(limits::kCodesPerColumn, limits::kLabelBytes);
  if (column.kind != ColumnKind::kBits) return column;
  column.responses = in->U32();
  column.separator = in->Text(limits::kResponseSeparatorBytes);
  return column;
}

}  // namespace

absl::Status ValidateLayout(const TableLayout& layout) {
  if (layout.columns.empty() || layout.columns.size() > limits::kColumns ||
      layout.skip_headers.size() > limits::kColumns) {
    return absl::InvalidArgumentError(
        absl::StrCat("table: needs 1 to ", limits::kColumns, " columns"));
  }
  std::set<absl::string_view> names;
  const auto claim = [&](const std::string& name) -> absl::Status {
    if (name.empty() || name.size() > limits::kNameBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", name, "\": a name has 1 to ", limits::kNameBytes, " bytes"));
    }
    if (names.insert(name).second) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("column \"", name, "\": declared twice"));
  };
  for (const ColumnLayout& column : layout.columns) {
    RETURN_IF_ERROR(claim(column.name));
    RETURN_IF_ERROR(ValidateColumn(column));
  }
  for (const std::string& name : layout.skip_headers) RETURN_IF_ERROR(claim(name));
  if (layout.entity_header) RETURN_IF_ERROR(claim(*layout.entity_header));
  if (layout.entity_missing.size() > limits::kCodesPerColumn ||
      std::any_of(layout.entity_missing.begin(), layout.entity_missing.end(),
                  [](const std::string& text) { return text.size() > limits::kLabelBytes; })) {
    return absl::InvalidArgumentError("entity column: too many or too long missing texts");
  }
  return absl::OkStatus();
}

std::string SerializeLayout(const TableLayout& layout) {
  Writer out;
  out.U8(kVersion);
  out.U32(layout.columns.size());
  for (const ColumnLayout& column : layout.columns) WriteColumn(column, &out);
  out.U8(layout.entity_header.has_value());
  if (layout.entity_header) out.Text(*layout.entity_header);
  out.Texts(layout.entity_missing);
  out.Texts(layout.skip_headers);
  return out.Take();
}

absl::StatusOr<TableLayout> ParseLayout(absl::string_view bytes) {
  Reader in(bytes);
  TableLayout layout;
  const uint8_t version = in.U8();
  for (uint32_t left = in.Count(limits::kColumns); left > 0 && in.ok(); --left) {
    layout.columns.push_back(ReadColumn(&in));
  }
  if (in.U8() != 0) layout.entity_header = in.Text(limits::kNameBytes);
  layout.entity_missing = in.Texts(limits::kCodesPerColumn, limits::kLabelBytes);
  layout.skip_headers = in.Texts(limits::kColumns, limits::kNameBytes);
  // Writing it again catches flags that are neither 0 nor 1.
  if (version != kVersion || !in.done() || !ValidateLayout(layout).ok() ||
      SerializeLayout(layout) != bytes) {
    return absl::DataLossError("table layout: not one that this version writes");
  }
  return layout;
}

}  // namespace commons::storage
