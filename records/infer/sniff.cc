#include "records/infer/sniff.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "records/csv/owners_file.h"
#include "records/infer/headings.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

constexpr char kDelimiters[] = {',', ';', '\t', '|'};  // of two that do as well, the first
constexpr size_t kRowsLookedAt = 200;
constexpr size_t kRowsAbove = 20;  // headings further down are not looked for

ByteSource SourceOf(std::string text) {
  return [text = std::move(text), at = size_t{0}](char* out, size_t size) mutable {
    const size_t count = std::min(size, text.size() - at);
    std::copy_n(text.data() + at, count, out);
    at += count;
    return absl::StatusOr<size_t>(count);
  };
}

// A row, as far as it matters here.
struct SniffedRow {
  uint64_t row = 0;
  size_t fields = 0, filled = 0;
  std::vector<std::string> texts;
};

std::vector<SniffedRow> RowsOf(absl::string_view beginning, const v1::Dialect& dialect) {
  CsvReader csv(DecodedSource(SourceOf(std::string(beginning)), dialect), MarksOf(dialect));
  std::vector<SniffedRow> rows;
  CsvRecord record;
  while (rows.size() < kRowsLookedAt) {
    const absl::StatusOr<bool> more = csv.Next(&record);
    if (!more.ok() || !*more) break;  // the beginning may end in the middle of a quoted field
    SniffedRow& row = rows.emplace_back();
    row.row = record.row;
    row.fields = record.fields.size();
    row.filled = absl::c_count_if(
        record.fields, [](absl::string_view field) { return !WithoutOuterSpaces(field).empty(); });
    for (const absl::string_view field : record.fields) row.texts.emplace_back(field);
  }
  return rows;
}

// How many fields most rows have.
size_t WidthOf(const std::vector<SniffedRow>& rows) {
  std::map<size_t, size_t> counts;
  for (const SniffedRow& row : rows) ++counts[row.fields];
  size_t width = 0, most = 0;
  for (const auto& [fields, count] : counts) {
    if (count < most) continue;
    most = count;
    width = fields;
  }
  return width;
}

// The first row in which all columns are named: titles above have fewer fields that say anything.
const SniffedRow* HeadingsIn(const std::vector<SniffedRow>& rows, size_t width) {
  const auto headings = absl::c_find_if(
      rows, [&](const SniffedRow& row) { return row.fields == width && row.filled == width; });
  if (headings == rows.end() || headings - rows.begin() > static_cast<ptrdiff_t>(kRowsAbove)) {
    return nullptr;
  }
  return ReadsLikeData(headings->texts) ? nullptr : &*headings;
}

struct Divided {
  size_t width = 1;
  uint64_t header_row = 1;
  bool spaced = false;  // a heading has spaces around it
  double share = 0;     // of the rows below the headings that have as many fields
};

std::optional<Divided> DivideBy(char delimiter, absl::string_view beginning, v1::Dialect dialect) {
  dialect.set_delimiter(std::string(1, delimiter));
  const std::vector<SniffedRow> rows = RowsOf(beginning, dialect);
  Divided found;
  found.width = WidthOf(rows);
  if (found.width < 2) return std::nullopt;
  const SniffedRow* headings = HeadingsIn(rows, found.width);
  if (headings == nullptr) return std::nullopt;
  found.header_row = headings->row;
  found.spaced = absl::c_any_of(headings->texts, [](const std::string& text) {
    return WithoutOuterSpaces(text).size() < text.size();
  });
  size_t below = 0, wide = 0;
  for (const SniffedRow& row : rows) {
    if (row.row <= headings->row) continue;
    ++below;
    wide += row.fields == found.width;
  }
  found.share = below == 0 ? 1 : static_cast<double>(wide) / static_cast<double>(below);
  return found;
}

std::string EncodingOf(absl::string_view beginning) {
  const bool marked =
      absl::StartsWith(beginning, "\xff\xfe") || absl::StartsWith(beginning, "\xfe\xff");
  if (marked) return "utf-16";
  if (beginning.size() > 3 && beginning[0] != '\0' && beginning[1] == '\0') return "utf-16le";
  if (beginning.size() > 3 && beginning[0] == '\0' && beginning[1] != '\0') return "utf-16be";
  // Headings with macrons that read well are in UTF-8, whatever a note below them holds.
  const absl::string_view first = beginning.substr(0, beginning.find('\n'));
  if (IsValidUtf8(first) && !absl::c_all_of(first, absl::ascii_isascii)) return "";
  const bool cut = beginning.size() == kSniffedBytes;  // perhaps within a character
  const absl::string_view whole = cut ? beginning.substr(0, beginning.rfind('\n') + 1) : beginning;
  return IsValidUtf8(whole) ? "" : ProbableEncoding(whole);
}

bool EndsWithCrAlone(absl::string_view text) {
  return absl::StrContains(text, '\r') && !absl::StrContains(text, '\n');
}

}  // namespace

absl::StatusOr<std::string> BeginningOf(const ByteSource& source) {
  std::string beginning(kSniffedBytes, '\0');
  size_t filled = 0;
  for (size_t got = 1; got > 0 && filled < beginning.size(); filled += got) {
    ASSIGN_OR_RETURN(got, source(beginning.data() + filled, beginning.size() - filled));
  }
  beginning.resize(filled);
  return beginning;
}

v1::Dialect SniffDialect(absl::string_view beginning) {
  v1::Dialect dialect;
  dialect.set_encoding(EncodingOf(beginning));
  dialect.set_cr_line_ends(EndsWithCrAlone(beginning));
  std::optional<Divided> best;
  for (const char delimiter : kDelimiters) {
    const std::optional<Divided> divided = DivideBy(delimiter, beginning, dialect);
    if (!divided || (best && divided->share * static_cast<double>(divided->width) <=
                                 best->share * static_cast<double>(best->width))) {
      continue;
    }
    best = divided;
    dialect.set_delimiter(std::string(delimiter != kDelimiters[0], delimiter));
  }
  if (best) dialect.set_trim(best->spaced);
  if (best && best->header_row > 1) {
    dialect.set_header_row(static_cast<uint32_t>(best->header_row));
  }
  return dialect;
}

}  // namespace commons::records
