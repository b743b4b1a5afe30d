// Rows of text as people read them at a terminal, or as CSV. Pure: no width of a terminal, no
// colours.
#ifndef COMMONS_CLIENTS_ANSWER_TABLE_H_
#define COMMONS_CLIENTS_ANSWER_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons::clients {

enum class Format { kTable, kCsv, kJson };

// "table", "csv" or "json"; kInvalidArgument names the choices.
absl::StatusOr<Format> ParseFormat(absl::string_view name);

// Of what is no table: "table", as people read it, or "json"; kInvalidArgument names the choices.
absl::StatusOr<Format> ParseFormatWithoutRows(absl::string_view name);

// What another organisation's words may fill of one line; longer ones are cut
// (governance::OneLine).
inline constexpr size_t kWordsBytes = 4 << 10;

using Row = std::vector<std::string>;

// Rows, the first one the headings and all as wide as it: aligned, or as CSV for Format::kCsv.
std::string Rows(const std::vector<Row>& rows, Format format);

// Text columns to the left, numbers (from column `numbers_from` on) to the right. A cell is one
// line and at most 64 KiB, whoever wrote it.
std::string Align(std::vector<Row> rows, size_t numbers_from);

// One record of RFC 4180, with its line end.
std::string CsvLine(const Row& row);

// Terminal columns of UTF-8 text, macrons counted once.
size_t DisplayWidth(absl::string_view text);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_TABLE_H_
