// FILTER with OR between columns in questions of a peer: each case changes one thing of a question
// that is in order.
#include <random>
#include <string>
#include <vector>

#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/question/validate.h"
#include "query/question/validate_for_test.h"

namespace commons::query {
namespace {

using governance::Told;

// Of a partial beside the question's. Bits: vaccinated in rooms 10, -3 and 2, then not vaccinated.
constexpr char kOwnConditions[] =
    "SELECT COUNT(*) FILTER (WHERE vaccinated = true OR rooms = 10) FROM visits WHERE rooms <> -3 "
    "AND (sex = 'F' OR age >= 15)";

v1::JointFilter& Own(v1::Question& q) { return *q.mutable_partials(0)->mutable_joint_filters(0); }
void SetOwnColumns(v1::Question& q, const std::vector<uint32_t>& columns) {
  *Own(q).mutable_columns() = {columns.begin(), columns.end()};
}
const std::string kNeedless = kCanonical + "a partial's filter that its question makes needless";

const Case kOwnCases[] = {
    {"Unchanged", "OK", [](v1::Question&) {}},
    {"WhatTheQuestionLeavesOut", kNeedless, [](v1::Question& q) { Own(q).set_cells("\x0f"); }},
    {"OneThatCanBeTakenApart", kNeedless, [](v1::Question& q) { Own(q).set_cells("\x05"); }},
    {"OneThatKeepsNothing", kNeedless,
     [](v1::Question& q) { Own(q).set_cells(std::string(1, '\0')); }},
    {"AFilterThatKeepsLessOfAColumn", kNeedless,
     [](v1::Question& q) {
       v1::Filter& filter = *q.mutable_partials(0)->add_filters();
       filter.set_column(7);
       filter.set_codes("\x01");
     }},
    {"WhatTheQuestionSays", kNeedless, [](v1::Question& q) { Own(q) = q.joint_filters(0); }},
    {"Twice", kNeedless,
     [](v1::Question& q) { *q.mutable_partials(0)->add_joint_filters() = Own(q); }},
    {"OfOneColumn", kCanonical + "a joint filter of too few or too many columns",
     [](v1::Question& q) { SetOwnColumns(q, {7}); }},
    {"ABitBeyondTheLast", kCanonical + "a joint filter's combinations",
     [](v1::Question& q) { Own(q).set_cells("\x4d"); }},
    {"OfAHiddenColumn", "COLUMN_NOT_QUERYABLE: the column note is not for questions",
     [](v1::Question& q) {
       SetOwnColumns(q, {7, 13});
     }},
    {"TooManyOfAPartial", kCanonical + "too many joint filters of a partial",
     [](v1::Question& q) {
       v1::Partial& partial = *q.mutable_partials(0);
       while (partial.joint_filters_size() < 5) *partial.add_joint_filters() = Own(q);
     }},
    {"TooManyCombinationsTogether",
     kCanonical + "a partial's joint filters of too many combinations",
     [](v1::Question& q) {
       // Days and months, months and years, years and ages: each few enough.
       v1::Partial& partial = *q.mutable_partials(0);
       partial.clear_joint_filters();
       const std::vector<std::vector<uint32_t>> all = {{5, 6}, {6, 12}, {3, 12}};
       const size_t combinations[] = {30 * 25, 25 * 21, 5 * 21};
       for (size_t i = 0; i < all.size(); ++i) {
         v1::JointFilter& filter = *partial.add_joint_filters();
         *filter.mutable_columns() = {all[i].begin(), all[i].end()};
         filter.set_cells(std::string((combinations[i] + 7) / 8, '\0'));
         // Of two bins of a column no two are kept with the same ones of the other.
         std::mt19937 random(static_cast<uint32_t>(i));
         for (size_t bit = 0; bit < combinations[i]; ++bit) {
           if (random() % 2) (*filter.mutable_cells())[bit / 8] |= 1 << bit % 8;
         }
       }
     }},
    {"ASumOfOtherRowsThanItsCount", kCanonical + "a sum goes with its count",
     [](v1::Question& q) {
       v1::Partial sum = q.partials(0);
       sum.set_kind(v1::SUM_VALUES);
       sum.set_column(9);
       sum.clear_joint_filters();
       *q.add_partials() = sum;
     }},
};

class ValidateOwnConditions : public ::testing::TestWithParam<Case> {};

TEST_P(ValidateOwnConditions, SaysWhatIsWrong) {
  const v1::Standard standard = TestStandard();
  v1::Question question = Ask(kOwnConditions, standard);
  ASSERT_EQ(question.partials(0).joint_filters(0).cells(), "\x0d");
  GetParam().change(question);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(All, ValidateOwnConditions, ::testing::ValuesIn(kOwnCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace commons::query
