#include "records/infer/column_profile.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/period.h"
#include "base/text/date_format.h"
#include "base/text/decimal.h"
#include "base/text/moment.h"
#include "crypto/prf.h"

namespace commons::records {
namespace {

constexpr absl::string_view kMissing[] = {"NA",  "N/A",  "n/a", "NULL", "null",
                                          "NaN", "#N/A", ".",   "-"};
constexpr absl::string_view kBooleans[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
constexpr int kFirstYear = 1850, kLastYear = 2100;
constexpr int64_t kStandIns[] = {-9, -99, -999, -9999, 9, 99, 999, 9999, 99999};

bool IsOf(absl::Span<const absl::string_view> texts, absl::string_view text) {
  return absl::c_linear_search(texts, text);
}

// As FormatDecimal writes it: what a list of codes asks for.
bool IsShortest(absl::string_view text, int decimals) {
  int64_t scaled = 0;
  return ParseDecimal(text, decimals, &scaled) == DecimalFault::kNone &&
         FormatDecimal(scaled, decimals) == text;
}

bool IsYear(absl::string_view text) {
  int year = 0;
  return text.size() == 4 && absl::SimpleAtoi(text, &year) && year >= kFirstYear &&
         year <= kLastYear;
}

bool IsCompactDay(absl::string_view text) {
  static const auto* const kFormat = new DateFormat(*DateFormat::Parse("%Y%m%d"));
  return text.size() == 8 && IsYear(text.substr(0, 4)) && kFormat->Read(text).has_value();
}

// A year and the number of a week, with "W" or "week" and nothing else: W5/2024, 2024w05.
bool IsOddWeek(absl::string_view text) {
  std::string letters;
  std::vector<std::string> numbers;
  bool in_number = false;
  for (const char c : text) {
    const bool digit = absl::ascii_isdigit(c);
    if (digit && !in_number) numbers.emplace_back();
    if (digit) numbers.back().push_back(c);
    if (absl::ascii_isalpha(c)) letters.push_back(absl::ascii_tolower(c));
    in_number = digit;
  }
  if ((letters != "w" && letters != "wk" && letters != "week") || numbers.size() != 2) return false;
  const bool year_first = IsYear(numbers[0]);
  int week = 0;
  return (year_first || IsYear(numbers[1])) && numbers[year_first].size() <= 2 &&
         absl::SimpleAtoi(numbers[year_first], &week) && week >= 1 && week <= 53;
}

// The fewest decimals that hold the number; nothing: it is none.
std::optional<int> DecimalsOf(absl::string_view text) {
  int64_t scaled = 0;
  for (int decimals = 0; decimals <= limits::kDecimalsMax; ++decimals) {
    const DecimalFault fault = ParseDecimal(text, decimals, &scaled);
    if (fault == DecimalFault::kNone) return decimals;
    if (fault != DecimalFault::kTooManyDecimals) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

void ColumnProfile::NoteStandIn(double number) {
  const auto whole = static_cast<int64_t>(number);
  if (static_cast<double>(whole) == number && absl::c_linear_search(kStandIns, whole)) {
    ++stand_ins_[whole];
    return;
  }
  least_other_ = std::min(least_other_.value_or(number), number);
  most_other_ = std::max(most_other_.value_or(number), number);
}

std::optional<std::pair<int64_t, uint64_t>> ColumnProfile::StandIn() const {
  if (!least_other_ || kinds_.numbers < values_) return std::nullopt;
  for (const auto& [number, rows] : stand_ins_) {
    const auto value = static_cast<double>(number);
    if (value < 0 ? *least_other_ >= 0
                  : value > 1 + std::max(*most_other_, 2 * *most_other_ - 10)) {
      return std::pair(number, rows);
    }
  }
  return std::nullopt;
}

void ColumnProfile::NoteNumber(double number) {
  NoteStandIn(number);
  least_ = numbers_seen_ == 0 ? number : std::min(least_, number);
  most_ = numbers_seen_ == 0 ? number : std::max(most_, number);
  if (sample_.size() < kSampleMax) {
    sample_.push_back(number);
  } else if (const uint64_t at = std::uniform_int_distribution<uint64_t>(0, numbers_seen_)(pick_);
             at < kSampleMax) {
    sample_[at] = number;
  }
  ++numbers_seen_;
}

void ColumnProfile::NoteKind(absl::string_view text) {
  kinds_.booleans += IsOf(kBooleans, text);
  if (const auto decimals = DecimalsOf(text)) {
    ++kinds_.numbers;
    kinds_.integers += *decimals == 0;
    kinds_.years += IsYear(text);
    if (IsCompactDay(text)) {
      ++kinds_.compact_days;
      NoteOther(text);
    }
    decimals_ = std::max(decimals_, *decimals);
    padded_ |= !IsShortest(text, *decimals);
    double number = 0;
    if (absl::SimpleAtod(text, &number)) NoteNumber(number);
  } else if (const auto day = ParseDate(text, PeriodUnit::kDay)) {
    ++kinds_.days;
    NoteNumber(static_cast<double>(*day));
  } else if (const auto month = ParseDate(text, PeriodUnit::kMonth)) {
    ++kinds_.months;
    NoteNumber(static_cast<double>(*month));
  } else if (const auto week = ParseDate(text, PeriodUnit::kWeek)) {
    ++kinds_.weeks;
    NoteNumber(static_cast<double>(*week));
  } else if (const auto moment = ParseMoment(text)) {
    ++kinds_.moments;
    NoteNumber(static_cast<double>(moment->day));
  } else {
    kinds_.odd_weeks += IsOddWeek(text);
    NoteOther(text);
  }
}

void ColumnProfile::NoteOther(absl::string_view text) {
  ++others_;
  forms_of_others_.Observe(text);
}

void ColumnProfile::NoteCode(absl::string_view text) {
  if (!codes_) return;
  if (const auto known = codes_->find(text); known != codes_->end()) {
    ++known->second;
  } else if (text.size() > kCodeBytes || codes_->size() >= kCodesMax) {
    codes_.reset();
  } else {
    codes_->emplace(text, 1);
  }
}

// One file is one owner's: a person's rows are counted at each.
void ColumnProfile::NotePerson(absl::string_view text, size_t file) {
  // The key is no secret: the same files give the same proposal.
  static const crypto::PrfKey* const key = new crypto::PrfKey("commons/infer/1.");
  const uint64_t hash = key->Hash64(absl::StrCat(file, ":", text));
  const auto known = persons_.find(hash);
  if (known != persons_.end()) {
    ++known->second;
  } else if (persons_.size() < kPersonsMax) {
    persons_.emplace(hash, 1);
  } else if (const auto largest = std::prev(persons_.end()); hash < largest->first) {
    persons_.erase(largest);
    persons_.emplace(hash, 1);
  }
}

bool ColumnProfile::SaysMissing(absl::string_view text) {
  return text.empty() || IsOf(kMissing, text);
}

void ColumnProfile::Observe(absl::string_view text, size_t file) {
  if (SaysMissing(text)) {
    ++missing_;
    missing_texts_.emplace(text);
    return;
  }
  ++values_;
  with_spaces_ += absl::StrContains(text, ' ');
  hints_.Observe(text);
  NoteKind(text);
  NoteCode(text);
  forms_.Observe(text);
  several_.Observe(text);
  NotePerson(text, file);
}

double ColumnProfile::Distinct() const {
  if (persons_.size() < kPersonsMax) return static_cast<double>(persons_.size());
  const double reach = static_cast<double>(persons_.rbegin()->first) /
                       static_cast<double>(std::numeric_limits<uint64_t>::max());
  return static_cast<double>(kPersonsMax - 1) / reach;
}

uint64_t ColumnProfile::RowsEach(double over) const {
  std::vector<uint64_t> rows;
  double all = 0;
  for (const auto& [hash, count] : persons_) {
    rows.push_back(count);
    all += static_cast<double>(count);
  }
  absl::c_sort(rows);
  // With r rows each, those beyond r of every text that has more are left over.
  double left = all, kept_each = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const double with_more = static_cast<double>(rows.size() - i);
    left -= (static_cast<double>(rows[i]) - kept_each) * with_more;
    kept_each = static_cast<double>(rows[i]);
    if (left <= over * all) return rows[i];
  }
  return 1;
}

double ColumnProfile::Quantile(double share) const {
  if (share <= 0 || sample_.empty()) return least_;
  if (share >= 1) return most_;
  std::vector<double> sorted = sample_;
  const auto at =
      sorted.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(sorted.size()));
  absl::c_nth_element(sorted, at);
  return *at;
}

}  // namespace commons::records
