#include "records/infer/headings.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/text.h"
#include "records/reading/identifier_hints.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

// One field where there should be several.
bool ReadsLikeOneField(const CsvHeader& header) {
  return header.fields.size() == 1 && absl::c_any_of(header.fields[0].header, [](char c) {
           return c == ';' || c == '\t' || c == '|';
         });
}

std::vector<std::string> TextsOf(const CsvHeader& header) {
  std::vector<std::string> texts;
  for (const CsvField& field : header.fields) texts.push_back(field.header);
  return texts;
}

}  // namespace

bool ReadsLikeData(const std::vector<std::string>& row) {
  size_t numbers = 0;
  for (const std::string& name : row) {
    if (LooksLikeNhi(name) || LooksLikeEmail(name) || LooksLikePhone(name)) return true;
    const auto digits = absl::c_count_if(name, absl::ascii_isdigit);
    const auto letters = absl::c_count_if(name, absl::ascii_isalpha);
    numbers += digits > 0 && digits > letters;
  }
  return numbers > 1 && numbers * 4 > row.size();
}

absl::Status CheckHeadings(const CsvHeader& header, absl::string_view raw) {
  if (EndsLinesWithCr(raw)) {
    return absl::InvalidArgumentError(absl::StrCat("the header", HeaderHint(raw, false)));
  }
  if (ReadsLikeOneField(header)) {
    return absl::InvalidArgumentError(
        "the headings are one field with semicolons, tabs or bars in it; if these divide the "
        "columns, say so in a --dialect: {\"delimiter\": \";\"}");
  }
  if (ReadsLikeData(TextsOf(header))) {
    return absl::InvalidArgumentError(
        "the row that was read as the headings reads like a row of data; give the columns "
        "headings, or say in a dialect which row holds them (headerRows)");
  }
  for (size_t i = 0; i < header.fields.size(); ++i) {
    const auto named = governance::CheckName(header.fields[i].header, limits::kNameBytes);
    if (named.ok()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the header of column ", i + 1, " can't be a name: ", named.message(),
                     "; give it a heading, take the column away, or, ",
                     "of spaces around it, write ", R"({"commons:trim": true} in a --dialect)"));
  }
  return absl::OkStatus();
}

}  // namespace commons::records
