#include "clients/office/import/import_choice.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/text/decimal.h"

namespace commons::clients {

absl::StatusOr<uint32_t> ParseAcceptedRejects(absl::string_view text) {
  constexpr int kDecimals = 4;  // of a percent: millionths
  constexpr int64_t kAll = 1'000'000;
  if (text.empty()) return 0;
  int64_t share = 0;
  absl::string_view number = text;
  if (!absl::ConsumeSuffix(&number, "%") ||
      ParseDecimal(absl::StripAsciiWhitespace(number), kDecimals, &share) != DecimalFault::kNone ||
      share <= 0 || share > kAll) {
    return absl::InvalidArgumentError(
        absl::StrCat("--accept-rejects ", text, ": a share of the rows, such as 5%"));
  }
  return static_cast<uint32_t>(share);
}

std::vector<std::string> ColumnsOf(absl::string_view list) {
  std::vector<std::string> columns;
  for (const absl::string_view column : absl::StrSplit(list, ',', absl::SkipWhitespace())) {
    columns.emplace_back(absl::StripAsciiWhitespace(column));
  }
  return columns;
}

absl::StatusOr<std::map<std::string, std::vector<std::string>>> NotHeldOf(
    const std::vector<std::string>& choices, const std::vector<std::string>& members) {
  std::map<std::string, std::vector<std::string>> named;
  for (const std::string& choice : choices) {
    const size_t at = choice.find('=');
    const std::string member = choice.substr(0, at);
    const std::vector<std::string> columns =
        at == std::string::npos ? std::vector<std::string>()
                                : ColumnsOf(absl::string_view(choice).substr(at + 1));
    if (columns.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--not-held ", choice, ": takes MEMBER=COLUMN[,COLUMN]"));
    }
    if (std::find(members.begin(), members.end(), member) == members.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--not-held ", choice, ": no .csv file is called ", member));
    }
    named[member].insert(named[member].end(), columns.begin(), columns.end());
  }
  return named;
}

std::string UnknownTextsOf(const v1::ImportReply& reply) {
  std::string words;
  const std::string* column = nullptr;
  for (const auto& unknown : reply.unknown_texts()) {
    const bool same = column != nullptr && *column == unknown.column();
    column = &unknown.column();
    absl::StrAppend(&words, same ? ", " : absl::StrCat("; no codes of column \"", *column, "\": "),
                    "\"", absl::Utf8SafeCHexEscape(unknown.text()), "\" ", unknown.rows(),
                    unknown.rows() == 1 ? " time" : " times");
    if (unknown.near_code().empty()) continue;
    absl::StrAppend(&words, " (the code \"", unknown.near_code(), "\" but for its case or spaces)");
  }
  return words;
}

}  // namespace commons::clients
