#include "clients/answer/table.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

constexpr size_t kCellBytes = 64 << 10;  // a column's codes may fill one
// Unicode's isolates (UAX 9): what stands between them orders nothing outside.
constexpr absl::string_view kFirstStrongIsolate = "\xe2\x81\xa8";
constexpr absl::string_view kPopIsolate = "\xe2\x81\xa9";

// What a spreadsheet would run rather than show.
bool ReadsAsFormula(absl::string_view text) {
  if (text.empty() || !absl::StrContains("=+-@\t\r", text[0])) return false;
  double number = 0;
  return !absl::SimpleAtod(text, &number);
}

std::string CsvField(absl::string_view text) {
  const absl::string_view mark = ReadsAsFormula(text) ? "'" : "";
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return absl::StrCat(mark, text);
  return absl::StrCat("\"", mark, absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// Wraps what is written from right to left, so that it can't move the numbers beside it.
std::string Isolated(const std::string& text) {
  return HoldsRightToLeft(text) ? absl::StrCat(kFirstStrongIsolate, text, kPopIsolate) : text;
}

}  // namespace

absl::StatusOr<Format> ParseFormat(absl::string_view name) {
  if (name == "table") return Format::kTable;
  if (name == "csv") return Format::kCsv;
  if (name == "json") return Format::kJson;
  return absl::InvalidArgumentError(
      absl::StrCat("--format '", name, "' is not one of table, csv, json"));
}

absl::StatusOr<Format> ParseFormatWithoutRows(absl::string_view name) {
  if (name == "table") return Format::kTable;
  if (name == "json") return Format::kJson;
  return absl::InvalidArgumentError(
      absl::StrCat("--format '", name, "' is not one of table, json: there are no rows to write"));
}

size_t DisplayWidth(absl::string_view text) {
  const size_t letters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  });
  return absl::StartsWith(text, kFirstStrongIsolate) && letters >= 2 ? letters - 2 : letters;
}

std::string CsvLine(const Row& row) {
  return absl::StrJoin(row, ",",
                       [](std::string* out, const std::string& field) {
                         absl::StrAppend(out, CsvField(field));
                       }) +
         "\r\n";
}

std::string Align(std::vector<Row> rows, size_t numbers_from) {
  // Another organisation's words are in them: none may look like a row of its own.
  for (Row& row : rows) {
    for (std::string& cell : row) cell = Isolated(governance::OneLine(cell, kCellBytes));
  }
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - DisplayWidth(row[i]), ' ');
      absl::StrAppend(&line, i ? "  " : "", i < numbers_from ? row[i] + pad : pad + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, line, "\n");
  }
  return out;
}

std::string Rows(const std::vector<Row>& rows, Format format) {
  if (format != Format::kCsv) return Align(rows, rows[0].size());
  return absl::StrJoin(
      rows, "", [](std::string* out, const Row& row) { absl::StrAppend(out, CsvLine(row)); });
}

}  // namespace commons::clients
