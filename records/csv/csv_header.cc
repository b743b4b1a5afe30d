#include "records/csv/csv_header.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "records/csv/rejects.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

bool Has(const CsvHeader& header, absl::string_view name) {
  return absl::c_any_of(header.fields, [&](const CsvField& field) { return field.header == name; });
}

// What the layout makes of a header. kNotStored and `sampled`: it does not know the name.
CsvField FieldOf(std::string name, const TableLayout& layout, const ReadingOptions& options) {
  CsvField field;
  const auto column = absl::c_find_if(layout.columns, [&](const auto& one) {
    return one.name == name && !options.prioritised.contains(name);
  });
  field.entity = layout.entity_header == name;
  if (column != layout.columns.end()) {
    field.column = static_cast<int>(column - layout.columns.begin());
    field.declared = true;
    field.sampled = !absl::c_linear_search(options.identifiers, name);
  } else {
    field.declared = field.entity || absl::c_linear_search(layout.skip_headers, name);
    field.sampled = !field.declared && !IsRejectHeader(name);
  }
  field.header = std::move(name);
  return field;
}

// That a file has to have.
std::vector<std::string> DeclaredIn(const TableLayout& layout, const ReadingOptions& options) {
  std::vector<std::string> names;
  for (const ColumnLayout& column : layout.columns) {
    if (!options.prioritised.contains(column.name)) names.push_back(column.name);
  }
  if (layout.entity_header) names.push_back(*layout.entity_header);
  return names;
}

// The name of the column that a header of the file stands for.
std::string NameOf(const std::string& written, const v1::Dialect& dialect) {
  const absl::string_view inner = WithoutOuterSpaces(written);
  for (const v1::FieldDialect& field : dialect.fields()) {
    if (!field.header().empty() && field.header() == inner) return field.name();
  }
  return dialect.trim() ? std::string(inner) : written;
}

absl::Status StandsTwice(const CsvField& field, const CsvHeader& header) {
  const auto first = absl::c_find_if(
      header.fields, [&](const CsvField& one) { return one.header == field.header; });
  if (first->written == field.written) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header \"", field.written, "\" stands there twice"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the headers \"", first->written, "\" and \"", field.written,
                   "\" are one column, \"", field.header, "\", by the dialect; take one away"));
}

bool SaysHowItIsWritten(const v1::Dialect& dialect) {
  return !dialect.delimiter().empty() || dialect.header_row() > 0;
}

absl::Status CheckNoneIsMissing(const CsvHeader& header, const TableLayout& layout,
                                absl::string_view raw, const ReadingOptions& options) {
  const std::vector<std::string> declared = DeclaredIn(layout, options);
  std::vector<std::string> missing;
  for (const std::string& name : declared) {
    if (!Has(header, name)) missing.push_back(name);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "declared columns missing from the header: ",
      MissingWords(missing, EndsLinesWithCr(raw) ? std::vector<std::string>() : header.undeclared),
      SaysHowItIsWritten(options.dialect)
          ? "; are the delimiter and the row of the header as the dialect says?"
          : HeaderHint(raw, missing.size() == declared.size()),
      EndsLinesWithCr(raw) ? "" : HeadersAdvice(missing, header.undeclared),
      "; a column that stands there under another header is named in a dialect (commons:header), "
      "one "
      "that the owner does not hold with --not-held"));
}

}  // namespace

Reject RejectOf(CsvFlaw flaw) {
  switch (flaw) {
    case CsvFlaw::kNone:
      return Reject::kNone;
    case CsvFlaw::kNulByte:
      return Reject::kNulByte;
    case CsvFlaw::kInvalidUtf8:
      return Reject::kInvalidUtf8;
    case CsvFlaw::kFieldTooLong:
      return Reject::kFieldTooLong;
    case CsvFlaw::kBadQuote:
      return Reject::kBadQuote;
  }
  return Reject::kBadQuote;
}

absl::StatusOr<CsvHeader> ReadCsvHeader(const CsvRecord& record, const TableLayout& layout,
                                        const ReadingOptions& options) {
  if (record.flaw() != CsvFlaw::kNone) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the header: ", RejectText(RejectOf(record.flaw())), EncodingHint(record.raw)));
  }
  CsvHeader header;
  for (const absl::string_view text : record.fields) {
    ASSIGN_OR_RETURN(std::string written, Nfc(text));
    CsvField read = FieldOf(NameOf(written, options.dialect), layout, options);
    read.written = std::move(written);
    if (Has(header, read.header)) {
      if (!EndsLinesWithCr(record.raw)) return StandsTwice(read, header);
      return absl::InvalidArgumentError(
          absl::StrCat("the header stands there twice", HeaderHint(record.raw, false)));
    }
    const CsvField& field = header.fields.emplace_back(std::move(read));
    if (field.column == CsvField::kNotStored && field.sampled) {
      header.undeclared.push_back(field.header);
    }
  }
  RETURN_IF_ERROR(CheckNoneIsMissing(header, layout, record.raw, options));
  const auto row = absl::c_find_if(
      header.fields, [](const CsvField& field) { return IsRejectRowHeader(field.header); });
  if (row != header.fields.end() && Has(header, kRejectColumn) && Has(header, kRejectReason)) {
    header.reject_row_header = row->header;
  }
  return header;
}

}  // namespace commons::records
