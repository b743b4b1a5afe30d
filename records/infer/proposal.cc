#include "records/infer/proposal.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "records/infer/dates_otherwise.h"
#include "records/infer/header_words.h"
#include "records/infer/proposed_period.h"
#include "records/infer/yes_or_no.h"

namespace commons::records {
namespace {

constexpr uint64_t kNumberCodesMax = 30;  // more different whole numbers are an amount
constexpr uint64_t kRareOf = 200;         // of so many rows one may have a code that is left out
constexpr uint64_t kUnreadableOf = 50;
constexpr size_t kLabelBytesMax = 50;
constexpr int kWordsOfASentence = 7;
constexpr double kInner[] = {0.2, 0.4, 0.6, 0.8};
constexpr double kLargestAmount = 1e15;  // in the last decimal; rounded outward it is still kept

bool Before(const std::string& a, const std::string& b) {
  double left = 0, right = 0;
  if (absl::SimpleAtod(a, &left) && absl::SimpleAtod(b, &right) && left != right) {
    return left < right;
  }
  return a < b;
}

const char* OfWhom(const PersonsOfCodes* persons) {
  return persons == nullptr ? "rows" : "persons or rows";
}

// What reads like a note, whatever its column is called.
bool IsSentence(const std::string& text) {
  return text.size() > kLabelBytesMax || absl::c_count(text, ' ') >= kWordsOfASentence - 1;
}

// Codes that enough rows have; what the others are is told by their number alone.
ProposedField WithCodes(ProposedField field, const RowsOfTexts& codes, uint64_t values,
                        const PersonsOfCodes* persons) {
  uint64_t rare = 0, rare_rows = 0;
  for (const auto& [text, rows] : codes) {
    if (rows >= kRowsOfACode && (persons == nullptr || persons->enough(text))) {
      field.codes.push_back(text);
    } else {
      ++rare;
      rare_rows += rows;
    }
  }
  if (field.codes.empty() || rare_rows * kRareOf > values) {
    field.codes.clear();
    return Skipped(std::move(field),
                   absl::StrCat(rare, " of ", codes.size(), " different values stand in ",
                                "fewer than ", kRowsOfACode, " ", OfWhom(persons),
                                " each: give coarser codes, or list the codes yourself"));
  }
  absl::c_sort(field.codes, Before);
  field.role = ProposedRole::kDimension;
  field.rejects += rare_rows;
  field.why = absl::StrCat(field.codes.size(), field.codes.size() == 1 ? " code" : " codes");
  if (rare > 0) {
    absl::StrAppend(&field.why, "; left out: ", rare, " in fewer than ", kRowsOfACode, " ",
                    OfWhom(persons), " each, ", rare_rows, " rows in all, which an import rejects");
  }
  return field;
}

// As many as enough rows have; a row with more is rejected.
uint32_t MostResponses(const std::vector<uint64_t>& rows_by_count) {
  uint64_t rows = 0;
  for (size_t count = rows_by_count.size() - 1; count > 2; --count) {
    rows += rows_by_count[count];
    if (rows < kRowsOfACode) continue;
    return static_cast<uint32_t>(count);
  }
  return 2;
}

ProposedField WithResponses(ProposedField field, const ResponsesProfile& several, uint64_t values,
                            const PersonsOfCodes* persons) {
  field = WithCodes(std::move(field), several.responses(), values, persons);
  if (field.role != ProposedRole::kDimension) return field;
  const auto codes = static_cast<uint32_t>(field.codes.size());
  const bool missing = absl::c_any_of(field.codes, [&](const std::string& code) {
    return absl::c_linear_search(field.missing, code);
  });
  if (codes < 2 || missing) {
    return Skipped(std::move(field), "several responses in a field, of which too few are codes");
  }
  field.separator = std::string(*several.separator());
  field.max_responses = std::min(MostResponses(several.rows_by_count()), codes);
  field.why = absl::StrCat("several responses in a field, divided by \"", field.separator,
                           "\": ", field.why, "; at most ", field.max_responses, " of a row");
  return field;
}

Spread SpreadOf(const ColumnProfile& column, int decimals) {
  const double scale = std::pow(10, decimals);
  Spread spread{column.least() * scale,
                column.Quantile(ColumnProfile::kEnds) * scale,
                column.Quantile(1 - ColumnProfile::kEnds) * scale,
                column.most() * scale,
                {}};
  for (const double share : kInner) spread.inner.push_back(column.Quantile(share) * scale);
  return spread;
}

ProposedField AsAmount(ProposedField field, const ColumnProfile& column) {
  const uint64_t others = column.values() - column.kinds().numbers;
  const bool whole = column.kinds().integers == column.kinds().numbers;
  if (whole && (column.padded() || NamesAnId(field.name))) {
    return Skipped(std::move(field), "whole numbers that seem to name something: no amounts");
  }
  // As numbers of records are: one each, and close together.
  const double distinct = column.Distinct();
  if (whole && distinct > 0.95 * static_cast<double>(column.values()) &&
      column.most() - column.least() < 20 * distinct) {
    return Skipped(std::move(field),
                   "nearly every row has its own number: the number of a record?");
  }
  const double largest = std::max(std::abs(column.least()), std::abs(column.most()));
  if (largest * std::pow(10, column.decimals()) > kLargestAmount) {
    return Skipped(std::move(field), "numbers of more digits than are kept");
  }
  field.role = ProposedRole::kDimensionAndMeasure;
  field.type = whole ? "integer" : "number";
  field.decimals = column.decimals();
  const Spread spread = SpreadOf(column, field.decimals);
  field.breaks = BreaksOf(spread);
  field.clip = AroundMost(spread);
  field.clip.low = std::max(field.clip.low, field.breaks.front());
  field.clip.high = std::min(field.clip.high, field.breaks.back());
  field.rejects += others;
  field.why = absl::StrCat(
      field.breaks.size() - 1, " bands with rounded edges",
      others == 0 ? ""
                  : absl::StrCat("; ", others, " values are no numbers, which an import rejects"),
      "; look at its clip: sums count what lies beyond as the nearer end");
  return field;
}

// But for slips, which are of no kind that has an order.
bool NearlyNumbers(const ColumnProfile& column) {
  const ValueKinds& kinds = column.kinds();
  return kinds.days + kinds.months + kinds.weeks + kinds.moments == 0 &&
         (column.values() - kinds.numbers) * kRareOf <= column.values();
}

ProposedField WithPeriod(ProposedField field, const ColumnProfile& column) {
  ProposedPeriod period = PeriodOf(column, field.type);
  field.role = ProposedRole::kDimension;
  field.unit = std::move(period.unit);
  field.from = std::move(period.from);
  field.to = std::move(period.to);
  field.why = absl::StrCat("by ", field.unit, ", in whole years");
  return field;
}

// By whose clocks its moments are of a day is nothing that a file says.
ProposedField AsMoments(ProposedField field, const ColumnProfile& column) {
  field = WithPeriod(std::move(field), column);
  const std::string period = absl::StrCat("{\"unit\": \"", field.unit, "\", \"from\": \"",
                                          field.from, "\", \"to\": \"", field.to, "\"}");
  field.unit.clear();
  field = Skipped(std::move(field),
                  absl::StrCat("dates with a time of day: to count by their days, write "
                               "\"commons:role\": \"dimension\", \"commons:period\": ",
                               period,
                               " and \"commons:zone\": the time zone whose days are meant, such as "
                               "\"Pacific/Auckland\""));
  field.type = "datetime";
  return field;
}

ProposedField AsBoolean(ProposedField field, const YesOrNo& words) {
  field.role = ProposedRole::kDimension;
  field.type = "boolean";
  field.yes = words.yes;
  field.no = words.no;
  field.why = words.yes.empty() ? "true or false" : "yes or no, in words (trueValues, falseValues)";
  if (words.one_sided && !field.required) {
    absl::StrAppend(&field.why,
                    R"(; no row says no: if an empty field means it, say in a dialect )",
                    R"({"fields": [{"name": ")", field.name, R"(", "falseValues": [""]}]})");
  }
  return field;
}

ProposedField ByKind(ProposedField field, const ColumnProfile& column,
                     const PersonsOfCodes* persons) {
  const uint64_t values = column.values();
  const ValueKinds& kinds = column.kinds();
  if (std::string why = DatesOtherwise(field.name, column); !why.empty()) {
    return Skipped(std::move(field), std::move(why));
  }
  if (kinds.booleans == values) return AsBoolean(std::move(field), {});
  if (column.codes()) {
    if (auto words = YesOrNoOf(*column.codes())) return AsBoolean(std::move(field), *words);
  }
  for (const auto& [count, type] :
       {std::pair(kinds.days, "date"), std::pair(kinds.weeks, "date"),
        std::pair(kinds.months, "yearmonth"), std::pair(kinds.years, "year")}) {
    if (count != values) continue;
    field.type = type;
    return WithPeriod(std::move(field), column);
  }
  if (kinds.moments > 0 && kinds.moments + kinds.days == values) {
    return AsMoments(std::move(field), column);
  }
  const bool numbers = kinds.numbers == values;
  const bool listed = column.codes() && column.codes()->size() <= kNumberCodesMax;
  if (!numbers && !listed && NearlyNumbers(column)) return AsAmount(std::move(field), column);
  if (!numbers) {
    if (std::string how = column.forms().HowToRead(field.name); !how.empty()) {
      return Skipped(std::move(field), std::move(how));
    }
    if (column.several().separator()) {
      return WithResponses(std::move(field), column.several(), values, persons);
    }
  }
  const bool few = column.codes() && column.codes()->size() * 5 <= values;
  if (few && (!numbers || column.codes()->size() <= kNumberCodesMax)) {
    if (!numbers &&
        absl::c_any_of(*column.codes(), [](const auto& code) { return IsSentence(code.first); })) {
      return Skipped(std::move(field),
                     "texts as long as sentences: notes may tell who somebody is; if they are "
                     "categories, list them yourself");
    }
    if (kinds.integers == values || !numbers) {
      if (kinds.integers == values && !column.padded()) field.type = "integer";
      return WithCodes(std::move(field), *column.codes(), values, persons);
    }
  }
  if (numbers) return AsAmount(std::move(field), column);
  return Skipped(std::move(field),
                 "too many different values for a list of codes: give coarser ones, list them in a "
                 "file with groups (commons:codes), or leave it");
}

}  // namespace

ProposedField Skipped(ProposedField field, std::string why) {
  field.role = ProposedRole::kSkip;
  field.type = "string";
  field.required = false;
  field.missing.clear();
  field.codes.clear();
  field.yes.clear();
  field.no.clear();
  field.breaks.clear();
  field.unit.clear();
  field.separator.clear();
  field.rejects = 0;
  field.why = std::move(why);
  return field;
}

ProposedField ProposeField(absl::string_view name, const ColumnProfile& column, bool in_all,
                           const PersonsOfCodes* persons) {
  ProposedField field;
  field.name = std::string(name);
  if (!in_all) return Skipped(std::move(field), "not in every file");
  if (column.hints().LooksLikeStateNumber()) {
    field.role = ProposedRole::kIdentifier;
    field.why = "looks like a number that the state gives to a person (NHI, IRD)";
    return field;
  }
  if (!column.hints().Warning(name).empty()) {
    return Skipped(std::move(field), "looks like a direct identifier: e-mail or telephone");
  }
  if (NamesSomethingPersonal(name)) {
    return Skipped(std::move(field), "its name says that it may tell who somebody is");
  }
  if (column.values() < kValuesOfAColumn) {
    return Skipped(std::move(field), absl::StrCat("fewer than ", kValuesOfAColumn, " values"));
  }
  if (column.unreadable() * kUnreadableOf > column.values()) {
    return Skipped(std::move(field), absl::StrCat(column.unreadable(), " values can't be read as ",
                                                  "text, or as the dialect says"));
  }
  if (column.outer_spaces() * kRareOf > column.values()) {
    return Skipped(std::move(field),
                   absl::StrCat(column.outer_spaces(), " values have spaces around them; with ",
                                R"({"commons:trim": true} in a dialect they are passed over)"));
  }
  field.rejects = column.outer_spaces() + column.unreadable();
  field.required = column.missing() == 0;
  if (!column.missing_texts().empty() && column.missing_texts() != std::set<std::string>{""}) {
    field.missing = {column.missing_texts().begin(), column.missing_texts().end()};
    if (!field.missing[0].empty()) field.missing.insert(field.missing.begin(), "");
  }
  return ByKind(std::move(field), column, persons);
}

}  // namespace commons::records
