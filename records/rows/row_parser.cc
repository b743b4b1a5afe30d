#include "records/rows/row_parser.h"

#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "records/csv/owners_file.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

Reject PersonOf(absl::string_view text, const TableLayout& layout, FieldForm* form,
                std::string* person) {
  absl::string_view trimmed = WithoutOuterSpaces(text);
  if (form != nullptr) form->Read(&trimmed);  // a map alone, which rejects nothing
  if (absl::c_linear_search(layout.entity_missing, text) ||
      absl::c_linear_search(layout.entity_missing, trimmed)) {
    return Reject::kMissingPerson;
  }
  person->assign(trimmed.data(), trimmed.size());
  if (absl::c_all_of(trimmed, absl::ascii_isascii)) return Reject::kNone;
  const absl::StatusOr<std::string> nfc = Nfc(trimmed);
  if (!nfc.ok()) return Reject::kInvalidUtf8;
  *person = *nfc;
  return Reject::kNone;
}

std::optional<DayZone> ZoneOf(const std::string& column, const DayZones& zones) {
  const auto zone = zones.find(column);
  return zone == zones.end() ? std::nullopt : std::optional<DayZone>(zone->second);
}

size_t PlaceOf(const TableLayout& layout, const std::string& name) {
  return absl::c_find_if(layout.columns, [&](const auto& one) { return one.name == name; }) -
         layout.columns.begin();
}

// The definition was checked: both columns have the same codes, one text each.
uint32_t CodeOf(const ColumnLayout& column, const std::string& text) {
  return absl::c_find_if(column.codes, [&](const auto& code) { return code.first == text; })
      ->second;
}

bool IsRead(const CsvField& field) { return field.entity || field.column != CsvField::kNotStored; }

}  // namespace

RowParser::RowParser(const TableLayout& layout, const CsvHeader& header,
                     const ReadingOptions& options, FieldForms forms, const DayZones& zones)
    : layout_(layout),
      header_(header),
      forms_(std::move(forms)),
      encoding_(EncodingSaid(options.dialect)),
      closed_(layout.columns.size()) {
  forms_.columns.resize(layout.columns.size());
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    parsers_.emplace_back(layout.columns[i],
                          absl::c_linear_search(options.rounded, layout.columns[i].name),
                          ZoneOf(layout.columns[i].name, zones));
    for (const auto& [column, code] : options.others_codes) {
      if (column != layout.columns[i].name || code >= layout.columns[i].code_count) continue;
      closed_[i].resize(layout.columns[i].code_count + 1);
      closed_[i][code] = true;
    }
  }
  for (const auto& [name, source] : options.prioritised) {
    const size_t made = PlaceOf(layout, name), from = PlaceOf(layout, source);
    if (made == layout.columns.size() || from == layout.columns.size()) continue;  // not held
    prioritised_.push_back({made, from, {}});
    for (const auto& [text, code] : layout.columns[made].codes) {
      prioritised_.back().of_source.push_back(CodeOf(layout.columns[from], text));
    }
  }
}

// A column that no file has holds the first of its codes that the row has in another.
void RowParser::Prioritise(ImportRow* row) const {
  for (const Prioritised& made : prioritised_) {
    const ColumnValue& source = row->values[made.source];
    const auto first = absl::c_find_if(made.of_source, [&](uint32_t code) {
      return !source.null && (source.number >> code & 1) != 0;
    });
    row->values[made.column] = {.number = first - made.of_source.begin(),
                                .null = first == made.of_source.end()};
  }
}

// Most rows are told by their first declared field.
bool RowParser::IsBlank(const CsvRecord& record) const {
  for (size_t i = 0; i < record.fields.size(); ++i) {
    const absl::string_view text = record.fields[i];
    if (text.empty() || (i < header_.fields.size() && !header_.fields[i].declared)) continue;
    if (absl::ascii_isgraph(text[0]) || !WithoutOuterSpaces(text).empty()) return false;
  }
  return true;
}

Reject RowParser::ParseValue(size_t column, absl::string_view text, ColumnValue* value) {
  if (forms_.columns[column] != nullptr) {
    const Reject unread = forms_.columns[column]->Read(&text);
    if (unread != Reject::kNone) return unread;
  }
  const Reject reason = parsers_[column].Parse(text, value);
  if (reason != Reject::kNone || closed_[column].empty()) return reason;
  const bool closed = AnyCode(layout_.columns[column], *value,
                              [&](uint32_t code) { return closed_[column][code]; });
  return closed ? Reject::kOthersCode : Reject::kNone;
}

void RowParser::ParseField(const CsvRecord& record, size_t at, ImportRow* row) {
  const CsvField& field = header_.fields[at];
  if (!IsRead(field)) return;
  const absl::string_view text = record.fields[at];
  Reject reason = record.flaws.empty() ? Reject::kNone : RejectOf(record.flaws[at]);
  if (reason == Reject::kNone && field.entity) {
    reason = PersonOf(text, layout_, forms_.person.get(), &row->person);
  }
  if (reason == Reject::kNone && field.column != CsvField::kNotStored) {
    row->texts[field.column] = text;
    reason = ParseValue(field.column, text, &row->values[field.column]);
  }
  if (reason != Reject::kNone) row->faults.push_back({reason, &field, text});
}

void RowParser::KeepForms() {
  for (const auto& form : forms_.columns) {
    if (form != nullptr) form->Keep();
  }
}

absl::Status RowParser::CheckEncoding(const CsvRecord& record) const {
  for (size_t i = 0; i < record.flaws.size(); ++i) {
    if (record.flaws[i] != CsvFlaw::kInvalidUtf8 || !IsRead(header_.fields[i])) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("row ", record.row, ", column \"", header_.fields[i].header,
                     "\": ", BadBytesWords(encoding_, record.fields[i])));
  }
  return absl::OkStatus();
}

absl::Status RowParser::Parse(const CsvRecord& record, ImportRow* row) {
  row->faults.clear();
  row->blank = IsBlank(record);
  if (row->blank) return absl::OkStatus();
  row->values.resize(layout_.columns.size());
  row->texts.resize(layout_.columns.size());
  if (record.fields.size() != header_.fields.size()) {
    const bool few = record.fields.size() < header_.fields.size();
    row->faults.push_back({few ? Reject::kTooFewFields : Reject::kTooManyFields, nullptr, {}});
    return absl::OkStatus();
  }
  if (!record.flaws.empty()) RETURN_IF_ERROR(CheckEncoding(record));
  for (size_t i = 0; i < header_.fields.size(); ++i) ParseField(record, i, row);
  Prioritise(row);
  if (row->faults.empty()) KeepForms();
  return absl::OkStatus();
}

}  // namespace commons::records
