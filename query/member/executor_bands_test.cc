// Values in bands, for percentiles, counted beside SQLite.
#include "query/member/executor_for_test.h"
#include "query/question/validate.h"

namespace commons::query {
namespace {

// Every band of every cell of every grouping set, against a count of its own.
TEST_F(ExecutorTest, CountsBandsAsSqliteDoes) {
  Load(700, 12);
  struct Asked {
    std::string list, groups;
    std::vector<std::string> sets;  // what each is grouped by
  };
  const std::vector<Asked> asked = {
      {"", "", {""}},
      {"sex, ", " GROUP BY sex", {"sex"}},
      {"sex, vaccinated, ", " GROUP BY ROLLUP(sex, vaccinated)", {"sex, vaccinated", "sex", ""}},
  };
  const std::vector<SameFilter> filters = {{"TRUE", "1"},
                                           {"sex <> 'F'", "sex <> 'F'"},
                                           {"age > 20 AND dose < 3.5", "age > 20 AND dose < 350"},
                                           {"age IS NULL", "age IS NULL"},
                                           {"age = 25", "age = 25"}};
  for (const Asked& shape : asked) {
    for (const SameFilter& filter : filters) {
      const std::string sql = absl::StrCat("SELECT ", shape.list,
                                           "COUNT(*), MEDIAN(age), MEDIAN(dose) AS d FROM "
                                           "visits WHERE ",
                                           filter.ours, shape.groups);
      v1::Question question = Ask(sql);
      const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
      ASSERT_TRUE(partials.ok()) << partials.status();
      const CellSpace space(question, standard_);
      for (size_t set = 0; set < space.sets(); ++set) {
        for (const auto& [partial, column] : std::map<int, std::string>{{1, "age"}, {2, "dose"}}) {
          std::vector<std::string> counted, expected;
          const auto& bands = space.bands(partial);
          for (size_t band = 0; band < bands.size(); ++band) {
            for (size_t cell = 0; cell < space.cells(set); ++cell) {
              const auto count = static_cast<int64_t>(
                  partials->values[space.ValueIndex(partial, set, cell, band)]);
              if (count > 0) counted.push_back(absl::StrCat(bands[band].low, ": ", count));
            }
            const std::string by = shape.sets[set];
            for (const auto& row : sqlite_.Run(
                     absl::StrCat("SELECT count(*) FROM visits WHERE ", filter.sqlite, " AND ",
                                  column, " >= ", bands[band].low, " AND ", column, " < ",
                                  bands[band].high, by.empty() ? "" : " GROUP BY ", by))) {
              if (row[0] != "0") expected.push_back(absl::StrCat(bands[band].low, ": ", row[0]));
            }
          }
          std::sort(counted.begin(), counted.end());
          std::sort(expected.begin(), expected.end());
          EXPECT_EQ(counted, expected) << sql << " " << set << " " << column;
        }
      }
    }
  }
}

// A band is a cell as far as a person's rows are bounded: what is charged is what counts.
TEST_F(ExecutorTest, BoundsEachPersonInEachBandOfEachCell) {
  standard_.set_max_rows_per_person(255);
  standard_.set_max_rows_per_person_and_cell(1);
  Load(700, 13);
  v1::Question question = Ask("SELECT sex, MEDIAN(dose) FROM visits GROUP BY ROLLUP(sex)");
  question.set_release(v1::PROTECTED);
  question.set_noise(v1::STANDARD);
  ASSERT_TRUE(ValidateQuestion(question, standard_).ok());
  const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
  ASSERT_TRUE(partials.ok()) << partials.status();
  const CellSpace space(question, standard_);
  ASSERT_EQ(space.width(0), 3u);
  for (size_t set = 0; set < 2; ++set) {
    std::vector<std::string> counted, expected;
    for (size_t i = 0; i < space.cells(set) * 3; ++i) {
      const absl::int128 count = partials->values[space.ValueIndex(0, set, 0) + i];
      if (count > 0) counted.push_back(absl::StrCat(static_cast<int64_t>(count)));
    }
    const std::string keys = set == 0 ? "sex, band" : "band";
    for (const auto& row : sqlite_.Run(absl::StrCat(
             "SELECT count(DISTINCT nhi) FROM (SELECT nhi, sex, CASE WHEN dose < 0 THEN 1 WHEN "
             "dose < 125 THEN 2 ELSE 3 END AS band FROM visits) GROUP BY ",
             keys))) {
      expected.push_back(row[0]);
    }
    std::sort(counted.begin(), counted.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(counted, expected) << keys;
  }
}

}  // namespace
}  // namespace commons::query
