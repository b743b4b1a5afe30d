#include "clients/office/import/import_choice.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
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
