#include "records/infer/inference.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"
#include "records/csv/csv_header.h"
#include "records/csv/owners_file.h"
#include "records/reading/identifier_hints.h"
#include "records/rows/field_form.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

constexpr uint32_t kRowsPerPersonMax = 255;
constexpr double kRowsOver = 0.01;  // share of rows that need not count

// What a field of the dialect asks of a column that nothing is known of yet.
ColumnLayout AnyColumn(const v1::FieldDialect& field) {
  ColumnLayout column;
  column.kind = ColumnKind::kHidden;
  if (!field.date_format().empty()) {
    column.kind = ColumnKind::kDate;
    column.unit = PeriodUnit::kYear;
  } else if (!field.group_char().empty() || !field.decimal_char().empty() || field.signs()) {
    column.kind = ColumnKind::kInteger;
  }
  return column;
}

using Forms = std::vector<std::unique_ptr<FieldForm>>;

// By the place of the field in the file; null: written plainly.
absl::StatusOr<Forms> FormsFor(const v1::Dialect& dialect, const CsvHeader& header) {
  Forms forms(header.fields.size());
  for (const v1::FieldDialect& field : dialect.fields()) {
    const auto at = absl::c_find_if(
        header.fields, [&](const CsvField& one) { return one.header == field.name(); });
    if (at == header.fields.end()) continue;
    ASSIGN_OR_RETURN(const DayZone zone, DayZone::Load("UTC"));  // for bounds of whole years
    ASSIGN_OR_RETURN(forms[at - header.fields.begin()],
                     FieldForm::Create(field, AnyColumn(field), dialect.trim(), zone));
  }
  return forms;
}

// The text as it will be kept, or nothing: it can't be read.
std::optional<std::string> TextOf(absl::string_view text, FieldForm* form) {
  text = WithoutOuterSpaces(text);
  if (form != nullptr && form->Read(&text) != Reject::kNone) return std::nullopt;
  if (absl::c_all_of(text, absl::ascii_isprint)) return std::string(text);
  auto nfc = Nfc(text);
  if (!nfc.ok() || (!nfc->empty() && !governance::CheckName(*nfc, nfc->size()).ok())) {
    return std::nullopt;
  }
  return *std::move(nfc);
}

absl::StatusOr<CsvHeader> HeaderOf(CsvReader& csv, const v1::Dialect& dialect, CsvRecord* record) {
  ASSIGN_OR_RETURN(const bool found, ReadHeaderRecord(csv, dialect, record));
  if (!found) return absl::InvalidArgumentError("the file is empty: not even a header");
  return ReadCsvHeader(*record, {}, {});
}

void AddResponses(const std::string& text, absl::string_view separator, uint64_t who,
                  const ColumnProfile& profile, PersonsOfCodes& persons) {
  for (const absl::string_view response : ResponsesIn(text, separator)) {
    if (profile.several().responses().contains(response)) persons.Add(response, who);
  }
}

// One field where there should be several.
bool ReadsLikeOneField(const CsvHeader& header) {
  return header.fields.size() == 1 && absl::c_any_of(header.fields[0].header, [](char c) {
           return c == ';' || c == '\t' || c == '|';
         });
}

// A row of somebody where the headings should be: it would go into the package, word by word.
bool ReadsLikeData(const CsvHeader& header) {
  size_t numbers = 0;
  for (const CsvField& field : header.fields) {
    const std::string& name = field.header;
    if (LooksLikeNhi(name) || LooksLikeEmail(name) || LooksLikePhone(name)) return true;
    const auto digits = absl::c_count_if(name, absl::ascii_isdigit);
    const auto letters = absl::c_count_if(name, absl::ascii_isalpha);
    numbers += digits > 0 && digits > letters;
  }
  return numbers > 1 && numbers * 4 > header.fields.size();
}

}  // namespace

size_t Inference::PlaceOf(absl::string_view name) const {
  return absl::c_find_if(columns_, [&](const Column& one) { return one.name == name; }) -
         columns_.begin();
}

absl::StatusOr<std::vector<size_t>> Inference::ColumnsOf(const CsvHeader& header,
                                                         absl::string_view raw) {
  if (EndsLinesWithCr(raw)) {
    return absl::InvalidArgumentError(absl::StrCat("the header", HeaderHint(raw, false)));
  }
  if (ReadsLikeOneField(header)) {
    return absl::InvalidArgumentError(
        "the headings are one field with semicolons, tabs or bars in it; if these divide the "
        "columns, say so in a --dialect: {\"delimiter\": \";\"}");
  }
  if (ReadsLikeData(header)) {
    return absl::InvalidArgumentError(
        "the row that was read as the headings reads like a row of data; give the columns "
        "headings, or say in a dialect which row holds them (headerRows)");
  }
  std::vector<size_t> columns;
  for (const CsvField& field : header.fields) {
    if (const auto named = governance::CheckName(field.header, limits::kNameBytes); !named.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the header of column ", columns.size() + 1, " can't be a name: ", named.message(),
          "; give it a heading, or take the column away"));
    }
    columns.push_back(PlaceOf(field.header));
    if (columns.back() == columns_.size()) columns_.push_back({field.header, 0, {}});
    ++columns_[columns.back()].files;
  }
  if (columns_.size() <= limits::kColumns) return columns;
  return absl::InvalidArgumentError(
      absl::StrCat("more than ", limits::kColumns, " columns; take some away"));
}

absl::Status Inference::AddFile(ByteSource source, const v1::Dialect& dialect) {
  CsvReader csv(DecodedSource(std::move(source), dialect), MarksOf(dialect));
  CsvRecord record;
  ASSIGN_OR_RETURN(const CsvHeader header, HeaderOf(csv, dialect, &record));
  ASSIGN_OR_RETURN(const Forms forms, FormsFor(dialect, header));
  ASSIGN_OR_RETURN(const std::vector<size_t> columns, ColumnsOf(header, record.raw));
  std::vector<std::string> row;  // by column
  for (const size_t file = files_++;;) {
    ASSIGN_OR_RETURN(const bool more, csv.Next(&record));
    if (!more) return absl::OkStatus();
    if (record.fields.size() != columns.size()) {
      ++odd_rows_;
      continue;
    }
    row.assign(columns_.size(), "");
    for (size_t i = 0; i < columns.size(); ++i) {
      ColumnProfile& column = columns_[columns[i]].profile;
      const bool flawed = !record.flaws.empty() && record.flaws[i] != CsvFlaw::kNone;
      const auto text = flawed ? std::nullopt : TextOf(record.fields[i], forms[i].get());
      text ? column.Observe(*text, file) : column.ObserveUnreadable();
      if (text && !ColumnProfile::SaysMissing(*text)) row[columns[i]] = *text;
    }
    follow_.Observe(row);
  }
}

const Inference::Column* Inference::Entity() const {
  const Column* entity = nullptr;
  int best = 0;
  for (const Column& column : columns_) {
    const int score = column.files == files_ ? EntityScore(column.name, column.profile) : 0;
    if (score <= best) continue;
    best = score;
    entity = &column;
  }
  return entity;
}

absl::Status Inference::CountPersons(ByteSource source, const v1::Dialect& dialect) {
  const Column* const entity = Entity();
  if (entity == nullptr) return absl::OkStatus();
  persons_.resize(columns_.size());
  CsvReader csv(DecodedSource(std::move(source), dialect), MarksOf(dialect));
  CsvRecord record;
  ASSIGN_OR_RETURN(const CsvHeader header, HeaderOf(csv, dialect, &record));
  ASSIGN_OR_RETURN(const Forms forms, FormsFor(dialect, header));
  std::vector<size_t> columns;
  for (const CsvField& field : header.fields) columns.push_back(PlaceOf(field.header));
  const auto person = absl::c_find(columns, entity - columns_.data()) - columns.begin();
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, csv.Next(&record));
    if (!more) return absl::OkStatus();
    if (record.fields.size() != columns.size()) continue;
    const uint64_t who = absl::HashOf(WithoutOuterSpaces(record.fields[person]));
    for (size_t i = 0; i < columns.size(); ++i) {
      const ColumnProfile& profile = columns_[columns[i]].profile;
      const auto separator = profile.several().separator();
      if (!profile.codes() && !separator) continue;
      const auto text = TextOf(record.fields[i], forms[i].get());
      if (!text) continue;
      if (profile.codes() && profile.codes()->contains(*text)) persons_[columns[i]].Add(*text, who);
      if (separator) AddResponses(*text, *separator, who, profile, persons_[columns[i]]);
    }
  }
}

const ProposedField* Inference::GroupedBy(const Proposal& proposal, size_t at) const {
  const ProposedField* by = nullptr;
  const ProposedField& groups = proposal.fields[at];
  for (size_t from = 0; from < proposal.fields.size(); ++from) {
    const ProposedField& field = proposal.fields[from];
    const bool fewer = groups.codes.size() < field.codes.size() &&
                       (by == nullptr || field.codes.size() < by->codes.size());
    if (fewer && field.separator.empty() && follow_.Follows(at, from)) by = &field;
  }
  return by;
}

// Names alone: which codes are one person's is not known of those that were left out.
void Inference::NoteGroupings(Proposal& proposal) const {
  for (size_t at = 0; at < proposal.fields.size(); ++at) {
    const ProposedField& groups = proposal.fields[at];
    if (groups.codes.size() < 2 || !groups.separator.empty()) continue;
    const ProposedField* by = GroupedBy(proposal, at);
    if (by == nullptr) continue;
    proposal.notes.push_back(absl::StrCat(
        groups.name, " is the same for every code of ", by->name, ": to group by it without a ",
        "column of its own, declare it as groups of ", by->name, ": \"commons:groups\": {\"",
        groups.name, "\": {\"groups\": [{\"value\": ..., \"codes\": [...]}, ...]}}"));
  }
}

Proposal Inference::Propose(std::string dataset) const {
  Proposal proposal;
  proposal.dataset = std::move(dataset);
  const Column* const entity = Entity();
  for (const Column& column : columns_) {
    const auto at = static_cast<size_t>(&column - columns_.data());
    ProposedField field = ProposeField(column.name, column.profile, column.files == files_,
                                       persons_.empty() ? nullptr : &persons_[at]);
    if (&column == entity) {
      field = ProposedField();
      field.name = column.name;
      field.why = "tells persons apart (commons:entity); never written to the node";
    }
    proposal.fields.push_back(std::move(field));
  }
  if (entity != nullptr) {
    proposal.entity = entity->name;
    const int64_t rows = StepAtLeast(static_cast<double>(entity->profile.RowsEach(kRowsOver)));
    proposal.rows_per_person = static_cast<uint32_t>(std::min<int64_t>(rows, kRowsPerPersonMax));
  } else {
    proposal.notes.push_back(
        "no column was found that tells persons apart: every row counts as a "
        "person; if that is wrong, name the column in commons:entity");
  }
  NoteGroupings(proposal);
  if (odd_rows_ > 0) {
    proposal.notes.push_back(
        absl::StrCat(odd_rows_, " rows have more or fewer fields than the header"));
  }
  return proposal;
}

std::string DatasetNameFrom(absl::string_view stem) {
  std::string name;
  for (const char c : stem.substr(0, 63)) {
    name.push_back(absl::ascii_isalnum(c) ? absl::ascii_tolower(c) : '_');
  }
  if (name.empty() || absl::ascii_isdigit(name[0])) name.insert(0, "d_");
  return name.substr(0, 63);
}

}  // namespace commons::records
