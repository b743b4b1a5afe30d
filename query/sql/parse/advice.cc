#include "query/sql/parse/advice.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace commons::query::sql {
namespace {

struct Advice {
  absl::string_view of;
  absl::string_view words;
};

constexpr absl::string_view kRounding = "round the figures of the answer";
constexpr absl::string_view kPeriods =
    "group by the column, or by date_trunc('month', column): periods are shown as 2021-03";
constexpr absl::string_view kOfAll =
    "VARIANCE and STDDEV are of the sample; times (n - 1) / n, with n of COUNT, a variance is of "
    "all";
constexpr absl::string_view kOfOne =
    "one person's value never leaves a member; group by a banded column";
constexpr absl::string_view kBands =
    "bands are declared in the dataset's definition (commons:breaks); group by a banded column";
constexpr absl::string_view kProducts = "sums of products of two columns cannot be asked for";
constexpr absl::string_view kTexts =
    "labels are as the code list has them; name the column itself, and list labels with IN "
    "('...', '...')";
constexpr absl::string_view kRows = "no rows leave a member; ask for counts and sums of groups";

constexpr Advice kFunctions[] = {
    {"round", kRounding},
    {"trunc", kRounding},
    {"ceil", kRounding},
    {"floor", kRounding},
    {"extract", kPeriods},
    {"date_part", kPeriods},
    {"to_char", kPeriods},
    {"age", kPeriods},
    {"now", kPeriods},
    {"var_pop", kOfAll},
    {"stddev_pop", kOfAll},
    {"min", kOfOne},
    {"max", kOfOne},
    {"any_value", kOfOne},
    {"width_bucket", kBands},
    {"ntile", kBands},
    {"corr", kProducts},
    {"covar_samp", kProducts},
    {"covar_pop", kProducts},
    {"regr_slope", kProducts},
    {"regr_r2", kProducts},
    {"upper", kTexts},
    {"lower", kTexts},
    {"btrim", kTexts},
    {"substring", kTexts},
    {"left", kTexts},
    {"concat", kTexts},
    {"array_agg", kRows},
    {"string_agg", kRows},
    {"json_agg", kRows},
    {"mode", "group by the column and write ORDER BY COUNT(*) DESC LIMIT 1"},
    {"grouping", "a total is a row that lacks the column"},
};

constexpr Advice kOperators[] = {
    {"/", "figures are not divided here; ask for both and divide in the answer"},
    {"*", "figures are not multiplied here; ask for them as they are and multiply in the answer"},
    {"+", "figures are not added here; ask for each and add in the answer"},
    {"-", "figures are not subtracted here; ask for each and subtract in the answer"},
};

constexpr Advice kPeriodLabels[] = {{"day", "2021-03-09"},
                                    {"week", "2021-W10"},
                                    {"month", "2021-03"},
                                    {"quarter", "2021-Q1"},
                                    {"year", "2021"}};

// A comma with nothing behind it: before this word or sign, or before the end; "": there is none.
std::string BehindComma(absl::string_view text) {
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0 || c == '\'' || c == '"') {
      quote = quote == 0 ? c : c == quote ? '\0' : quote;
      continue;
    }
    if (c != ',') continue;
    const absl::string_view rest = absl::StripLeadingAsciiWhitespace(text.substr(i + 1));
    if (rest.empty() || rest[0] == ';') return "the end";
    if (rest[0] == ',' || rest[0] == ')') return std::string(rest.substr(0, 1));
    for (const absl::string_view word : {"FROM ", "WHERE ", "GROUP BY ", "ORDER BY ", "LIMIT "}) {
      if (absl::StartsWithIgnoreCase(rest, word))
        return std::string(word.substr(0, word.size() - 1));
    }
  }
  return "";
}

template <size_t kSize>
absl::string_view Find(const Advice (&list)[kSize], absl::string_view what) {
  const auto* found = std::find_if(std::begin(list), std::end(list),
                                   [&](const Advice& advice) { return advice.of == what; });
  return found == std::end(list) ? "" : found->words;
}

absl::string_view FormAdvice(absl::string_view text) {
  const absl::string_view first = absl::StripLeadingAsciiWhitespace(text);
  for (const absl::string_view word : {"describe", "desc ", "show", "\\d", "use "}) {
    if (absl::StartsWithIgnoreCase(first, word)) {
      return "commons catalogue lists the datasets and their columns";
    }
  }
  if (text.find('`') != absl::string_view::npos || text.find('[') != absl::string_view::npos) {
    return "names go in double quotes, or in none: \"Age group\", sex";
  }
  if (absl::StrContains(absl::AsciiStrToLower(text), " top "))
    return "write LIMIT 5 at the end, not TOP 5";
  return "a question reads SELECT column, COUNT(*) FROM dataset WHERE condition GROUP BY column";
}

}  // namespace

std::string FunctionAdvice(absl::string_view function) {
  const absl::string_view known = Find(kFunctions, function);
  return absl::StrCat(
      "the function ", function, " is not available; ",
      known.empty()
          ? "there are COUNT, SUM, AVG, VARIANCE, STDDEV, MEDIAN, PERCENTILE_CONT and date_trunc"
          : known);
}

std::string PeriodAdvice(absl::string_view function, absl::string_view field,
                         absl::string_view column) {
  const absl::string_view label = Find(kPeriodLabels, field);
  if (!label.empty()) {
    return absl::StrCat("the function ", function, " is not available; write date_trunc('", field,
                        "', ", column, "), whose groups are called ", label);
  }
  return absl::StrCat("the function ", function, " is not available: dates are grouped by day, ",
                      "week, month, quarter and year, and not by ", field, "; have the dataset's ",
                      "definition hold a column of it");
}

std::string OperatorAdvice(absl::string_view sign) {
  const absl::string_view known = Find(kOperators, sign);
  if (!known.empty()) return std::string(known);
  return absl::StrCat("the operator ", sign,
                      " has no meaning here; ask for columns and measures as they are and compute "
                      "with the answer");
}

std::string SyntaxAdvice(absl::string_view text) {
  if (const std::string before = BehindComma(text); !before.empty()) {
    return absl::StrCat("nothing stands between a comma and ", before, ": remove the comma");
  }
  return std::string(FormAdvice(text));
}

}  // namespace commons::query::sql
