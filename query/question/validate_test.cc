// Questions of a peer that its planner would not write: the reason and its words, since most of
// them share a reason. Each case changes one thing of a question that is in order.
#include "query/question/validate.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/question/question.h"
#include "query/question/validate_for_test.h"

namespace commons::query {
namespace {

using governance::Told;

// Of kGood. Columns: 0 nhi, 1 sex, 3 age, 8 cost, 9 nights, 10 score, 13 note.
constexpr char kGood[] =
    "SELECT sex, age, AVG(cost), STDDEV(nights) FROM visits WHERE sex <> 'F' AND age >= 15 "
    "GROUP BY ROLLUP(sex, age)";

int IndexOf(const v1::Question& q, v1::PartialKind kind, uint32_t column) {
  for (int i = 0; i < q.partials_size(); ++i) {
    if (q.partials(i).kind() == kind && q.partials(i).column() == column) return i;
  }
  ADD_FAILURE() << "no such partial";
  return 0;
}
void Erase(v1::Question& q, v1::PartialKind kind, uint32_t column) {
  q.mutable_partials()->DeleteSubrange(IndexOf(q, kind, column), 1);
}

const Case kCases[] = {
    {"Unchanged", "OK", [](v1::Question&) {}},
    {"AnotherDataset", "UNKNOWN_DATASET: the question is about another dataset",
     [](v1::Question& q) { q.set_dataset("other"); }},
    {"NoNoise", kCanonical + "the noise class", [](v1::Question& q) { q.clear_noise(); }},
    {"NothingMeasured", kCanonical + "nothing is measured",
     [](v1::Question& q) { q.clear_partials(); }},
    {"PartialsOutOfOrder", kCanonical + "partials are not in order",
     [](v1::Question& q) { q.mutable_partials()->SwapElements(0, 1); }},
    {"APartialTwice", kCanonical + "partials are not in order",
     [](v1::Question& q) { *q.mutable_partials(1) = q.partials(0); }},
    {"SumWithoutItsCount", kCanonical + "a sum goes with its count",
     [](v1::Question& q) { Erase(q, v1::COUNT_VALUES, 8); }},
    {"RequiredSumWithoutTheCountOfRows", kCanonical + "a sum goes with its count",
     [](v1::Question& q) { Erase(q, v1::COUNT_ROWS, 0); }},
    {"SquaresWithoutTheirSum", kCanonical + "squares go with their sum",
     [](v1::Question& q) { Erase(q, v1::SUM_VALUES, 9); }},
    {"ACountOfRowsWithAColumn", kCanonical + "a count of rows or people has no column",
     [](v1::Question& q) { q.mutable_partials(IndexOf(q, v1::COUNT_ROWS, 0))->set_column(1); }},
    {"AColumnBeyondTheLast", "UNKNOWN_COLUMN: the question names a column beyond the last",
     [](v1::Question& q) { q.mutable_partials(q.partials_size() - 1)->set_column(99); }},
    {"NoDimensionToMeasure", "COLUMN_NOT_QUERYABLE: sex is not a number to measure",
     [](v1::Question& q) { q.mutable_partials(IndexOf(q, v1::COUNT_VALUES, 8))->set_column(1); }},
    {"AnIdentifierToGroupBy", "COLUMN_NOT_QUERYABLE: the column nhi is not for questions",
     [](v1::Question& q) { q.mutable_dimensions(0)->set_column(0); }},
    {"AHiddenColumnToGroupBy", "COLUMN_NOT_QUERYABLE: the column note is not for questions",
     [](v1::Question& q) { q.mutable_dimensions(1)->set_column(13); }},
    {"AMeasureToGroupBy", "COLUMN_NOT_QUERYABLE: cost cannot be grouped by",
     [](v1::Question& q) { q.mutable_dimensions(1)->set_column(8); }},
    {"DimensionsOutOfOrder", kCanonical + "dimensions are not in order",
     [](v1::Question& q) { q.mutable_dimensions()->SwapElements(0, 1); }},
    {"APeriodOfNoDate", kCanonical + "a period that does not fit its column",
     [](v1::Question& q) { q.mutable_dimensions(0)->set_unit(v1::YEAR); }},
    {"TooManyDimensions", "TOO_MANY_DIMENSIONS: at most 6 dimensions",
     [](v1::Question& q) {
       for (const uint32_t column : {4, 5, 6, 7, 11}) q.add_dimensions()->set_column(column);
     }},
    {"NoSets", kCanonical + "grouping sets", [](v1::Question& q) { q.clear_sets(); }},
    {"ASetOfAnotherDimension", kCanonical + "grouping sets",
     [](v1::Question& q) { q.mutable_sets(1)->set_dimensions(0, 7); }},
    {"SetsOutOfOrder", kCanonical + "grouping sets",
     [](v1::Question& q) { q.mutable_sets()->SwapElements(0, 1); }},
    {"ASetTwice", kCanonical + "grouping sets", [](v1::Question& q) { *q.add_sets() = q.sets(0); }},
    {"FiltersOutOfOrder", kCanonical + "filters are not in order",
     [](v1::Question& q) { q.mutable_filters()->SwapElements(0, 1); }},
    {"ABitBeyondTheLastCode", kCanonical + "a filter",
     [](v1::Question& q) { q.mutable_filters(0)->set_codes("\x0e"); }},
    {"AFilterThatKeepsAll", kCanonical + "a filter",
     [](v1::Question& q) { q.mutable_filters(0)->set_codes("\x07"); }},
    {"AByteBeyondTheCodes", kCanonical + "a filter that does not fit its column",
     [](v1::Question& q) { q.mutable_filters(0)->set_codes("\x06\x01"); }},
    {"MissingWhereNothingIs", kCanonical + "a filter",
     [](v1::Question& q) { q.mutable_filters(0)->set_missing(true); }},
    {"ARangeOffTheEdges", "RANGE_OFF_EDGES: ranges of age must fall on its edges",
     [](v1::Question& q) { q.mutable_filters(1)->mutable_ranges(0)->set_low(16); }},
    {"ARangeTooWide", kCanonical + "a range too wide",
     [](v1::Question& q) { q.mutable_filters(1)->mutable_ranges(0)->set_high(1 << 20); }},
    {"AFilterWithoutBands", "COLUMN_NOT_QUERYABLE: cost has no declared bands to filter by",
     [](v1::Question& q) { q.mutable_filters(1)->set_column(8); }},
    {"BandsOfAColumnWithout",
     "COLUMN_NOT_QUERYABLE: cost has no declared bands to take percentiles "
     "from",
     [](v1::Question& q) {
       v1::Partial& partial = *q.add_partials();
       partial.set_kind(v1::COUNT_BANDS);
       partial.set_column(8);
     }},
    {"BandsOfAnIdentifier", "COLUMN_NOT_QUERYABLE: the column nhi is not for questions",
     [](v1::Question& q) { q.add_partials()->set_kind(v1::COUNT_BANDS); }},
    {"APartialOfNoKind", "MALFORMED: unknown value 7 of commons.v1.Partial.kind",
     [](v1::Question& q) {
       q.add_partials()->set_kind(static_cast<v1::PartialKind>(v1::COUNT_BANDS + 1));
     }},
    {"AnUnknownField", "MALFORMED: unknown field in Question",
     [](v1::Question& q) { q.GetReflection()->MutableUnknownFields(&q)->AddVarint(900, 1); }},
};

class Validate : public ::testing::TestWithParam<Case> {};

TEST_P(Validate, SaysWhatIsWrong) {
  const v1::Standard standard = TestStandard();
  v1::Question question = Ask(kGood, standard);
  GetParam().change(question);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(All, Validate, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

// Groups of CASE, FILTER, and OR between columns. Columns: 1 sex with three codes, 3 age, 7
// vaccinated with two, 11 rooms with three, 5 day, 6 month, 12 since.
constexpr char kConditions[] =
    "SELECT CASE WHEN sex IN ('F', 'M') THEN 'a' ELSE 'b' END, COUNT(*), AVG(nights) FILTER (WHERE "
    "age >= 15) FROM visits WHERE vaccinated = true OR rooms = 2 GROUP BY 1";

v1::Dimension& Sex(v1::Question& q) { return *q.mutable_dimensions(0); }
void SetColumns(v1::Question& q, const std::vector<uint32_t>& columns) {
  *q.mutable_joint_filters(0)->mutable_columns() = {columns.begin(), columns.end()};
}

const Case kConditionCases[] = {
    {"Unchanged", "OK", [](v1::Question&) {}},
    {"GroupsOutOfOrder", kCanonical + "groups of bins",
     [](v1::Question& q) { Sex(q).mutable_groups()->SwapElements(0, 1); }},
    {"ABinInTwoGroups", kCanonical + "groups of bins",
     [](v1::Question& q) { Sex(q).mutable_groups(1)->set_bins("\x06"); }},
    {"ABinInNoGroup", kCanonical + "groups of bins",
     [](v1::Question& q) { Sex(q).mutable_groups()->RemoveLast(); }},
    {"AGroupOfNothing", kCanonical + "a group of bins",
     [](v1::Question& q) { Sex(q).add_groups()->set_bins(std::string(1, '\0')); }},
    {"ABinBeyondTheLast", kCanonical + "a group of bins",
     [](v1::Question& q) { Sex(q).mutable_groups(1)->set_bins("\x0c"); }},
    {"AByteBeyondTheBins", kCanonical + "a group of bins",
     [](v1::Question& q) { Sex(q).mutable_groups(1)->set_bins(std::string("\x04\0", 2)); }},
    {"GroupsOfOneBinEach", kCanonical + "groups of bins",
     [](v1::Question& q) {
       Sex(q).clear_groups();
       for (const char* bins : {"\x01", "\x02", "\x04"}) Sex(q).add_groups()->set_bins(bins);
     }},
    {"AGroupThatTheFilterLeavesOut", kCanonical + "groups of bins",
     [](v1::Question& q) {
       v1::Filter filter;
       filter.set_column(1);
       filter.set_codes("\x03");
       *q.add_filters() = filter;
     }},
    {"GroupsOfAnotherUnit", kCanonical + "groups of another unit than is declared",
     [](v1::Question& q) {
       Sex(q).set_column(6);
       Sex(q).set_unit(v1::YEAR);
     }},
    {"ASumFilteredApartFromItsCount", kCanonical + "a sum goes with its count",
     [](v1::Question& q) {
       const int sum = IndexOf(q, v1::SUM_VALUES, 9);
       q.mutable_partials(sum)->mutable_filters(0)->mutable_ranges(0)->set_low(25);
     }},
    {"AFilterOfAPartialOffTheEdges", "RANGE_OFF_EDGES: ranges of age must fall on its edges",
     [](v1::Question& q) {
       q.mutable_partials(1)->mutable_filters(0)->mutable_ranges(0)->set_low(16);
     }},
    {"AFilterOfAPartialTwice", kCanonical + "filters are not in order",
     [](v1::Question& q) { *q.mutable_partials(1)->add_filters() = q.partials(1).filters(0); }},
    {"AHiddenColumnInAPartialsFilter", "COLUMN_NOT_QUERYABLE: the column note is not for questions",
     [](v1::Question& q) { q.mutable_partials(1)->mutable_filters(0)->set_column(13); }},
    {"PartialsOfOneKindOutOfOrder", kCanonical + "partials are not in order",
     [](v1::Question& q) { q.mutable_partials()->SwapElements(0, 1); }},
    {"APartialsFilterThatTheQuestionHas",
     kCanonical + "a partial's filter that its question makes needless",
     [](v1::Question& q) { *q.add_filters() = q.partials(1).filters(0); }},
    {"AJointFilterOfOneColumn", kCanonical + "a joint filter of too few or too many columns",
     [](v1::Question& q) { SetColumns(q, {7}); }},
    {"AJointFilterOfManyColumns", kCanonical + "a joint filter of too few or too many columns",
     [](v1::Question& q) {
       SetColumns(q, {1, 2, 3, 4, 5, 6, 7, 11, 12});
     }},
    {"JointColumnsOutOfOrder", kCanonical + "a joint filter's columns",
     [](v1::Question& q) {
       SetColumns(q, {11, 7});
     }},
    {"TooManyCombinations", kCanonical + "a joint filter of too many combinations, or its parts",
     [](v1::Question& q) {
       SetColumns(q, {3, 5, 6, 12});
     }},
    {"ACombinationBeyondTheLast", kCanonical + "a joint filter's combinations",
     [](v1::Question& q) { q.mutable_joint_filters(0)->set_cells("\x67"); }},
    {"AJointFilterThatIsTwoFilters", kCanonical + "a joint filter that can be taken apart",
     [](v1::Question& q) { q.mutable_joint_filters(0)->set_cells("\x07"); }},
    {"AJointFilterThatKeepsNothing", kCanonical + "a joint filter that can be taken apart",
     [](v1::Question& q) { q.mutable_joint_filters(0)->set_cells(std::string(1, '\0')); }},
    {"AFilterThatKeepsLessOfAJointColumn", kCanonical + "a joint filter beside another filter",
     [](v1::Question& q) {
       v1::Filter filter;
       filter.set_column(7);
       filter.set_codes("\x01");
       *q.add_filters() = filter;
     }},
    {"AJointFilterTwice", kCanonical + "joint filters of one column",
     [](v1::Question& q) { *q.add_joint_filters() = q.joint_filters(0); }},
    {"AnIdentifierInAJointFilter", "COLUMN_NOT_QUERYABLE: the column nhi is not for questions",
     [](v1::Question& q) {
       SetColumns(q, {0, 7});
     }},
    {"AMeasureInAJointFilter", "COLUMN_NOT_QUERYABLE: cost has no declared bins",
     [](v1::Question& q) {
       SetColumns(q, {7, 8});
     }},
    {"TooManyJointFilters", kCanonical + "too many joint filters",
     [](v1::Question& q) {
       while (q.joint_filters_size() < 5) *q.add_joint_filters() = q.joint_filters(0);
     }},
};

class ValidateConditions : public ::testing::TestWithParam<Case> {};

TEST_P(ValidateConditions, SaysWhatIsWrong) {
  const v1::Standard standard = TestStandard();
  v1::Question question = Ask(kConditions, standard);
  ASSERT_EQ(question.joint_filters(0).cells(), "\x27");
  GetParam().change(question);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(All, ValidateConditions, ::testing::ValuesIn(kConditionCases),
                         [](const auto& info) { return info.param.name; });

TEST(ValidateQuestionTest, NeitherProtectedNorOpen) {
  const v1::Standard standard = TestStandard();
  v1::Question question = Ask("SELECT COUNT(*) FROM visits", standard);
  question.clear_release();
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), kCanonical + "neither protected nor open");
}

// Sums of a column without bounds may be asked where they are exact.
TEST(ValidateQuestionTest, ProtectedSumsNeedBounds) {
  const v1::Standard standard = TestStandard();
  v1::Question question = Ask("SELECT AVG(score) FROM visits", standard, v1::OPEN);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), "OK");
  question.set_release(v1::PROTECTED);
  question.set_noise(v1::STANDARD);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)),
            "NO_CLIP: sums of score need declared bounds (commons:clip)");
}

TEST(ValidateQuestionTest, PeopleAreCountedWhereSomethingTellsThemApart) {
  v1::Standard standard = TestStandard();
  const v1::Question question = Ask("SELECT COUNT(DISTINCT person) FROM visits", standard);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), "OK");
  standard.clear_entity();
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), kCanonical + "each row is a person");
}

TEST(ValidateQuestionTest, RequiredColumnsHaveNoMissingValuesToCount) {
  const v1::Standard standard = TestStandard();
  v1::Question question = Ask("SELECT COUNT(cost) FROM visits", standard);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), "OK");
  question.mutable_partials(0)->set_column(9);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)),
            kCanonical + "a required column has no missing values");
}

// Measures without end, each in order: only their number is too large.
TEST(ValidateQuestionTest, PartialsAreBounded) {
  v1::Standard standard = TestStandard();
  v1::Question question = Ask("SELECT COUNT(*) FROM visits", standard);
  question.clear_partials();
  for (size_t i = 0; i < limits::kPartials; ++i) {
    v1::Partial& partial = *question.add_partials();
    partial.set_kind(v1::COUNT_VALUES);
    partial.set_column(standard.columns_size());
    *standard.add_columns() = standard.columns(8);
    standard.mutable_columns(standard.columns_size() - 1)->set_name(absl::StrCat("cost-", i));
  }
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), "OK");
  v1::Partial& last = *question.add_partials();
  last.set_kind(v1::SUM_VALUES);
  last.set_column(standard.columns_size() - 1);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)),
            absl::StrCat("UNSUPPORTED_SQL: at most ", limits::kPartials, " partials a question"));
}

TEST(ValidateQuestionTest, CellsAreBounded) {
  v1::Standard standard = TestStandard();
  v1::Question question =
      Ask("SELECT sex, age, day, COUNT(*) FROM visits GROUP BY sex, age, day", standard);
  EXPECT_EQ(Told(ValidateQuestion(question, standard)), "OK");
  standard.mutable_columns(5)->set_period_to(standard.columns(5).period_from() +
                                             static_cast<int64_t>(limits::kCells));
  EXPECT_EQ(governance::ReasonOf(ValidateQuestion(question, standard)), v1::TOO_MANY_CELLS);
}

// 30 days, 4 bands of age.
TEST(ValidateQuestionTest, BandsAreCellsOfTheirOwn) {
  v1::Standard standard = TestStandard();
  v1::Question question = Ask("SELECT day, MEDIAN(age) FROM visits GROUP BY day", standard);
  const auto with_days = [&](size_t days) {
    standard.mutable_columns(5)->set_period_to(standard.columns(5).period_from() +
                                               static_cast<int64_t>(days) - 1);
    return Told(ValidateQuestion(question, standard));
  };
  EXPECT_EQ(with_days(limits::kCells / 4), "OK");
  EXPECT_EQ(with_days(limits::kCells / 4 + 1),
            "TOO_MANY_CELLS: the answer would have 1025 cells of 4 bands; at most 4096 bands in "
            "all");
}

}  // namespace
}  // namespace commons::query
