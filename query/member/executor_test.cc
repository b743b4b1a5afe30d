#include "query/member/executor.h"

#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "query/member/executor_for_test.h"
#include "query/question/validate.h"

namespace commons::query {
namespace {

TEST_F(ExecutorTest, AgreesWithSqliteOnRandomTables) {
  Load(700, 5);
  const std::string sex =
      "CASE sex WHEN 'F' THEN 'Female' WHEN 'M' THEN 'Male' ELSE 'Unknown, "
      "\"other\"' END";
  const std::string age =
      "CASE WHEN age < 15 THEN '[0,15)' WHEN age < 25 THEN '[15,25)' WHEN age "
      "< 26 THEN '[25,26)' WHEN age IS NOT NULL THEN '[26,65)' END";
  const std::string year = "substr(month, 1, 4)";
  const std::string rooms = "CASE rooms WHEN 2 THEN 'two' ELSE rooms END";
  const std::vector<SameFilter> filters = {
      {"TRUE", "1"},
      {"sex <> 'Male'", "sex <> 'M'"},
      {"\"Rohe potae \xC4\x81\" NOT IN ('x,y', 'O''Neill & co')",
       "rohe NOT IN ('x,y', 'O''Neill & co')"},
      {"(\"Rohe potae \xC4\x81\" = 'x,y' OR \"Rohe potae \xC4\x81\" IS NULL)",
       "(rohe = 'x,y' OR rohe IS NULL)"},
      {"NOT (age = 25 OR age IS NULL)", "NOT (age = 25 OR age IS NULL)"},
      {"NOT age BETWEEN 10 AND 20 AND cost > 12.34", "NOT age BETWEEN 10 AND 20 AND cost > 1234"},
      {"cost IS NULL", "cost IS NULL"},
      {"nights <> 7 AND nights <= 300", "nights <> 7 AND nights <= 300"},
      {"dose >= -0.07 AND dose < 5", "dose >= -7 AND dose < 500"},
      {"month BETWEEN '2021-03' AND '2022-Q1'", "month BETWEEN '2021-03' AND '2022-03'"},
      {"day > DATE '2022-01-09' AND vaccinated = true",
       "day > '2022-01-09' AND vaccinated = 'true'"},
      {"age IS NULL AND age IS NOT NULL", "0"},
      {"rooms > -1 AND rooms <> 2 AND since > 2003", "rooms = 10 AND since >= '2004'"},
      {"since BETWEEN '2001-03-05' AND '2014-02-11' AND NOT since <= '2002-09-11'",
       "since BETWEEN '2001-03-05' AND '2014-02-11' AND NOT since <= '2002-09-11'"},
  };
  struct Shape {
    std::string list, groups;
    std::vector<std::vector<std::string>> sets;
  };
  const std::vector<Shape> shapes = {
      {"", "", {{}}},
      {"sex, ", " GROUP BY sex", {{sex}}},
      {"age, sex, ", " GROUP BY ROLLUP(sex, age)", {{sex, age}, {sex}, {}}},
      {"age, sex, ", " GROUP BY ROLLUP(age, sex)", {{sex, age}, {age}, {}}},
      {"\"Rohe potae \xC4\x81\", date_trunc('year', month), ",
       " GROUP BY 1, ROLLUP(2)",
       {{"rohe", year}, {"rohe"}}},
      {"day, ", " GROUP BY day", {{"day"}}},
      {"sex, \"Rohe potae \xC4\x81\", age, vaccinated, rooms, date_trunc('year', month), ",
       " GROUP BY 1, 2, 3, 6, ROLLUP(4, 5)",
       {{sex, "rohe", age, year, "vaccinated", rooms},
        {sex, "rohe", age, year, "vaccinated"},
        {sex, "rohe", age, year}}},
      {"since, ", " GROUP BY since", {{"substr(since, 1, 4)"}}},
  };
  const std::vector<SameFilter> measures = {
      {"COUNT(*)", "count(*)"},
      {"COUNT(DISTINCT person)", "count(DISTINCT nhi)"},
      {"VARIANCE(cost), SUM(nights)",
       "count(*), count(cost), sum(cost), sum(nights), sum(cost * cost)"},
  };
  for (const Shape& shape : shapes) {
    for (const SameFilter& filter : filters) {
      for (const SameFilter& measure : measures) {
        const std::string sql = absl::StrCat("SELECT ", shape.list, measure.ours,
                                             " FROM visits WHERE ", filter.ours, shape.groups);
        EXPECT_EQ(Answer(Ask(sql)), Expected(shape.sets, measure.sqlite, filter.sqlite)) << sql;
      }
    }
  }
}

TEST_F(ExecutorTest, ADimensionMayBeMeasuredToo) {
  v1::Column& age = *standard_.mutable_columns(3);
  ASSERT_EQ(age.name(), "age");
  age.set_role(v1::DIMENSION_AND_MEASURE);
  Load(700, 9);
  const std::string bands =
      "CASE WHEN age < 15 THEN '[0,15)' WHEN age < 25 THEN '[15,25)' WHEN age < 26 THEN '[25,26)' "
      "WHEN age IS NOT NULL THEN '[26,65)' END";
  for (const auto& [where, groups, keys] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"age >= 15", "age, ", bands}, {"age > 17", "sex, ", ""}, {"sex <> 'F'", "", ""}}) {
    const std::string sex =
        "CASE sex WHEN 'F' THEN 'Female' WHEN 'M' THEN 'Male' ELSE 'Unknown, "
        "\"other\"' END";
    const std::string sql = absl::StrCat("SELECT ", groups, "VARIANCE(age) FROM visits WHERE ",
                                         where, groups.empty() ? "" : " GROUP BY 1");
    std::vector<std::string> set;
    if (!groups.empty()) set.push_back(keys.empty() ? sex : keys);
    EXPECT_EQ(Answer(Ask(sql)), Expected({set}, "count(age), sum(age), sum(age * age)", where))
        << sql;
  }
}

TEST_F(ExecutorTest, BoundsEachPersonAndQuantisesWhenProtected) {
  Load(700, 6);
  v1::Question question = Ask("SELECT AVG(nights) FROM visits");
  question.set_release(v1::PROTECTED);
  question.set_noise(v1::STANDARD);
  ASSERT_TRUE(ValidateQuestion(question, standard_).ok());
  const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
  ASSERT_TRUE(partials.ok()) << partials.status();
  EXPECT_EQ(partials->edition, 1u);
  // At most two rows of each of 60 people; values clipped to [0, 64], so that steps are exact:
  // -32..32.
  const auto kept =
      sqlite_.Run("SELECT sum(min(n, 2)) FROM (SELECT count(*) n FROM visits GROUP BY nhi)");
  EXPECT_EQ(absl::StrCat(static_cast<int64_t>(partials->values[0])), kept[0][0]);
  EXPECT_LE(partials->values[1], 32 * partials->values[0]);
  // nights is uniform on 0..400: most values clip to the top.
  EXPECT_GT(partials->values[1], 16 * partials->values[0]);
  const auto again = LocalExecutor(*store_)(question, standard_, Hash32());
  EXPECT_EQ(again->values, partials->values);
}

// What is charged for c rows of a person in a cell is what counts, in each grouping set for itself:
// the rows of two cells may be one too many for their total.
TEST_F(ExecutorTest, BoundsEachPersonInEachCellOfEachSet) {
  standard_.set_max_rows_per_person(255);
  standard_.set_max_rows_per_person_and_cell(2);
  Load(700, 8);
  v1::Question question =
      Ask("SELECT vaccinated, sex, COUNT(*), SUM(nights), COUNT(DISTINCT person) AS people FROM "
          "visits WHERE sex <> 'U' GROUP BY ROLLUP(sex, vaccinated)");
  question.set_release(v1::PROTECTED);
  question.set_noise(v1::STANDARD);
  ASSERT_TRUE(ValidateQuestion(question, standard_).ok());
  ASSERT_EQ(question.partials(0).kind(), v1::COUNT_ROWS);
  const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
  ASSERT_TRUE(partials.ok()) << partials.status();
  const CellSpace space(question, standard_);
  const std::vector<std::string> keys = {"sex, vaccinated", "sex", "all_rows"};
  ASSERT_EQ(space.sets(), keys.size());
  for (size_t set = 0; set < space.sets(); ++set) {
    std::vector<std::string> counted, expected;
    for (size_t cell = 0; cell < space.cells(set); ++cell) {
      const auto at = [&](int partial) {
        return static_cast<int64_t>(partials->values[space.ValueIndex(partial, set, cell)]);
      };
      EXPECT_LE(std::abs(at(1)), 32 * at(0));
      if (at(0) > 0) counted.push_back(absl::StrCat(at(0)));
    }
    for (const auto& row : sqlite_.Run(absl::StrCat(
             "SELECT sum(min(n, 2)) FROM (SELECT sex, vaccinated, '' AS all_rows, count(*) n FROM "
             "visits WHERE sex <> 'U' GROUP BY nhi, ",
             keys[set], ") GROUP BY ", keys[set]))) {
      expected.push_back(row[0]);
    }
    std::sort(counted.begin(), counted.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(counted, expected) << keys[set];
  }
  question.set_release(v1::OPEN);
  question.clear_noise();
  EXPECT_GT(LocalExecutor(*store_)(question, standard_, Hash32())->values[0], partials->values[0])
      << "open figures are exact";
}

TEST_F(ExecutorTest, RefusesWithoutDataOrUnderAnotherStandard) {
  const v1::Question question = Ask("SELECT COUNT(*) FROM visits");
  const LocalExecutor executor(*store_);
  EXPECT_EQ(governance::ReasonOf(executor(question, standard_, Hash32()).status()), v1::NO_DATA);
  Load(10, 7);
  EXPECT_TRUE(executor(question, standard_, Hash32()).ok());
  const v1::Question by_sex = Ask("SELECT sex, COUNT(*) FROM visits GROUP BY sex");
  v1::Standard other = standard_;
  other.mutable_columns(1)->mutable_codes(0)->set_value("W");
  EXPECT_TRUE(executor(question, other, Hash32()).ok()) << "which does not use it";
  const absl::Status refused = executor(by_sex, other, Hash32()).status();
  EXPECT_EQ(governance::ReasonOf(refused), v1::WRONG_STANDARD);
  EXPECT_EQ(governance::RefusalOf(refused).message(),
            "visits was imported here when 'sex' was another in its definition; import it again");
  other = standard_;
  other.clear_entity();
  EXPECT_EQ(governance::ReasonOf(executor(question, other, Hash32()).status()), v1::WRONG_STANDARD);
}

// What is not zero, by partial, grouping set and labels.
std::map<std::string, absl::int128> CellsByLabel(const v1::Question& question,
                                                 const v1::Standard& standard,
                                                 const std::vector<absl::int128>& values) {
  const CellSpace space(question, standard);
  std::vector<std::vector<std::optional<std::string>>> labels;
  for (int i = 0; i < question.dimensions_size(); ++i) {
    const v1::Dimension& dimension = question.dimensions(i);
    labels.push_back(BinLabels(dimension, standard.columns(static_cast<int>(dimension.column())),
                               space.kept(i)));
  }
  std::map<std::string, absl::int128> cells;
  for (int partial = 0; partial < question.partials_size(); ++partial) {
    for (size_t set = 0; set < space.sets(); ++set) {
      const auto& dimensions = question.sets(static_cast<int>(set)).dimensions();
      for (size_t cell = 0; cell < space.cells(set); ++cell) {
        const absl::int128 value = values[space.ValueIndex(partial, set, cell)];
        std::string key = absl::StrCat(partial, " ", set);
        const std::vector<size_t> bins = space.BinsOf(set, cell);
        for (size_t i = 0; i < bins.size(); ++i) {
          absl::StrAppend(&key, " ",
                          labels[dimensions[static_cast<int>(i)]][bins[i]].value_or("-"));
        }
        if (value != 0) cells[key] = value;
      }
    }
  }
  return cells;
}

// Columns before and between those of before, codes behind them: each question has the values that
// it had, at the places of what it names, and nothing in what is new.
TEST_F(ExecutorTest, RowsOfBeforeAnswerUnderADefinitionThatOnlyAdds) {
  Load(400, 11);
  const v1::Standard before = standard_;
  v1::Standard after = before;
  for (v1::Column& column : *after.mutable_columns()) {
    if (column.codes_size() > 0 && column.type() == v1::STRING) {
      column.add_codes()->set_value("brand new");
    }
  }
  v1::Column ward;
  ward.set_name("ward");
  ward.set_role(v1::DIMENSION);
  ward.set_type(v1::STRING);
  ward.add_codes()->set_value("1");
  *after.add_columns() = ward;
  for (int i = after.columns_size() - 1; i > 0; --i)
    after.mutable_columns()->SwapElements(i, i - 1);
  const LocalExecutor executor(*store_);
  for (const char* sql :
       {"SELECT COUNT(*) FROM visits", "SELECT sex, COUNT(*) FROM visits GROUP BY sex",
        "SELECT \"Rohe potae ā\", sex, COUNT(*), SUM(cost) FROM visits GROUP BY 1, 2",
        "SELECT sex, COUNT(*) FROM visits WHERE \"Rohe potae ā\" <> 'x,y' GROUP BY ROLLUP (sex)",
        "SELECT age, AVG(nights) FROM visits WHERE \"Rohe potae ā\" IS NULL GROUP BY age",
        "SELECT COUNT(DISTINCT nhi) FROM visits WHERE sex = 'F'"}) {
    standard_ = before;
    const v1::Question question = Ask(sql);
    const auto held = executor(question, before, Hash32());
    standard_ = after;
    const v1::Question now = Ask(sql);
    const auto answered = executor(now, after, Hash32());
    ASSERT_TRUE(held.ok() && answered.ok()) << sql << answered.status();
    EXPECT_EQ(CellsByLabel(now, after, answered->values),
              CellsByLabel(question, before, held->values))
        << sql;
  }
  standard_ = after;
  EXPECT_EQ(governance::RefusalOf(
                executor(Ask("SELECT ward, COUNT(*) FROM visits GROUP BY ward"), after, Hash32())
                    .status())
                .message(),
            "visits was imported here when 'ward' was not in its definition; import it again");
}

}  // namespace
}  // namespace commons::query
