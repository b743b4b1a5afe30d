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
#include "records/csv/content_hash.h"
#include "records/csv/csv_header.h"
#include "records/csv/odd_records.h"
#include "records/csv/owners_file.h"
#include "records/infer/entity_score.h"
#include "records/infer/field_texts.h"
#include "records/infer/headings.h"
#include "records/rows/field_form.h"
#include "records/rows/total_row.h"

namespace commons::records {
namespace {

constexpr uint32_t kRowsPerPersonMax = 255;
constexpr double kRowsOver = 0.01;    // share of rows that need not count
constexpr uint64_t kRejectsOf = 100;  // of so many rows one may be rejected by what is proposed

absl::StatusOr<CsvHeader> HeaderOf(CsvReader& csv, const v1::Dialect& dialect, CsvRecord* record) {
  ASSIGN_OR_RETURN(const bool found, ReadHeaderRecord(csv, dialect, record));
  if (!found) return absl::InvalidArgumentError("the file is empty: not even a header");
  ReadingOptions options;
  options.dialect = dialect;
  return ReadCsvHeader(*record, {}, options);
}

void AddResponses(const std::string& text, absl::string_view separator, uint64_t who,
                  const ColumnProfile& profile, PersonsOfCodes& persons) {
  for (const absl::string_view response : ResponsesIn(text, separator)) {
    if (profile.several().responses().contains(response)) persons.Add(response, who);
  }
}

bool SaysTotal(const std::vector<std::string>& row) { return absl::c_any_of(row, ReadsTotal); }

}  // namespace

size_t Inference::PlaceOf(absl::string_view name) const {
  return absl::c_find_if(columns_, [&](const Column& one) { return one.name == name; }) -
         columns_.begin();
}

absl::StatusOr<std::vector<size_t>> Inference::ColumnsOf(const CsvHeader& header,
                                                         absl::string_view raw) {
  RETURN_IF_ERROR(CheckHeadings(header, raw));
  std::vector<size_t> columns;
  for (const CsvField& field : header.fields) {
    columns.push_back(PlaceOf(field.header));
    if (columns.back() == columns_.size()) columns_.push_back({field.header, 0, {}});
    ++columns_[columns.back()].files;
  }
  if (columns_.size() <= limits::kColumns) return columns;
  return absl::InvalidArgumentError(
      absl::StrCat("more than ", limits::kColumns, " columns; take some away"));
}

// A row as far as its columns are seen.
struct Inference::Row {
  std::vector<std::string> fields;
  std::vector<CsvFlaw> flaws;
};

void Inference::Take(const Row& row, const std::vector<size_t>& columns, const FormsOfFields& forms,
                     bool trims, size_t file) {
  ++rows_;
  std::vector<std::string> by_column(columns_.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    ColumnProfile& column = columns_[columns[i]].profile;
    const std::string& field = row.fields[i];
    const bool flawed = !row.flaws.empty() && row.flaws[i] != CsvFlaw::kNone;
    const auto text = flawed ? std::nullopt : TextOf(field, forms[i].get());
    text ? column.Observe(*text, file) : column.ObserveUnreadable();
    if (!trims && WithoutOuterSpaces(field).size() < field.size()) column.ObserveOuterSpaces();
    if (text && !ColumnProfile::SaysMissing(*text)) by_column[columns[i]] = *text;
  }
  follow_.Observe(by_column);
}

absl::Status Inference::AddFile(ByteSource source, const v1::Dialect& dialect) {
  uint64_t hash = kHashOfNothing;
  CsvReader csv(DecodedSource(Hashed(std::move(source), &hash), dialect), MarksOf(dialect));
  CsvRecord record;
  ASSIGN_OR_RETURN(const CsvHeader header, HeaderOf(csv, dialect, &record));
  ASSIGN_OR_RETURN(const FormsOfFields forms, FormsFor(dialect, header));
  ASSIGN_OR_RETURN(const std::vector<size_t> columns, ColumnsOf(header, record.raw));
  const size_t file = files_++;
  const uint64_t rows_before = rows_;
  std::optional<Row> held;  // that may be the total, if it is the last
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, csv.Next(&record));
    if (!more) break;
    RETURN_IF_ERROR(CheckRecord(record, header, MarksOf(dialect).delimiter));
    if (record.fields.size() != columns.size()) {
      ++odd_rows_;
      continue;
    }
    Row row{{record.fields.begin(), record.fields.end()}, record.flaws};
    if (held) Take(*held, columns, forms, dialect.trim(), file);
    held.reset();
    if (SaysTotal(row.fields)) {
      held = std::move(row);
    } else {
      Take(row, columns, forms, dialect.trim(), file);
    }
  }
  totals_ += held.has_value();
  same_files_ += rows_ > rows_before && !hashes_.insert(hash).second;
  return absl::OkStatus();
}

// Rows without a person are rejected.
bool Inference::LacksFewPersons(const ColumnProfile& column) const {
  return column.missing() * kRejectsOf <= column.values();
}

const Inference::Column* Inference::Entity() const {
  const Column* entity = nullptr;
  int best = 0;
  for (const Column& column : columns_) {
    const bool whole = column.files == files_ && LacksFewPersons(column.profile);
    const int score = whole ? EntityScore(column.name, column.profile) : 0;
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
  ASSIGN_OR_RETURN(const FormsOfFields forms, FormsFor(dialect, header));
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

// What an import rejects by several columns together stays below what stops it.
void Inference::KeepRejectsFew(Proposal& proposal) const {
  for (;;) {
    uint64_t rejects = 0;
    ProposedField* most = nullptr;
    for (ProposedField& field : proposal.fields) {
      rejects += field.rejects;
      if (most == nullptr || field.rejects > most->rejects) most = &field;
    }
    if (rejects * kRejectsOf <= rows_) return;
    const std::string why = absl::StrCat(
        "an import would reject ", most->rejects, " rows by it, and more than 1 % by all columns ",
        "together (", most->why, "): mend the files, or list its codes yourself");
    *most = Skipped(std::move(*most), why);
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
  KeepRejectsFew(proposal);
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
  NoteOddValues(proposal);
  NoteHeadings(proposal);
  NoteRows(proposal);
  return proposal;
}

v1::Dialect Inference::DialectFor(const v1::Dialect& so_far) const {
  v1::Dialect dialect = so_far;
  for (const Column& column : columns_) {
    const ColumnProfile& profile = column.profile;
    if (profile.outer_spaces() > 0 && &column != Entity()) dialect.set_trim(true);
    const bool plain = profile.kinds().numbers == profile.values() &&
                       profile.kinds().compact_days < profile.values();
    const bool said = absl::c_any_of(dialect.fields(), [&](const v1::FieldDialect& field) {
      return field.name() == column.name;
    });
    if (plain || said || profile.values() < kValuesOfAColumn) continue;
    if (auto field = profile.forms().InDialect(column.name)) *dialect.add_fields() = *field;
  }
  return dialect;
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
