#include "query/member/executor.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "base/temp_dir_for_test.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "query/peer/peer_message.h"
#include "query/question/cell_space.h"
#include "query/question/layout.h"
#include "query/question/standard_for_test.h"
#include "query/question/validate.h"
#include "query/release/question_version.h"
#include "query/sql/planner.h"
#include "storage/db.h"
#include "storage/import/importer.h"

namespace commons::query {
namespace {

// One row as texts; nullopt is missing.
using Row = std::vector<std::optional<std::string>>;

// The oracle: the same rows in SQLite, with periods and bands as label columns.
class Sqlite {
 public:
  Sqlite() { sqlite3_open(":memory:", &db_); }
  ~Sqlite() { sqlite3_close(db_); }

  // Rows of the answer as text, NULL as "null".
  std::vector<std::vector<std::string>> Run(const std::string& sql) {
    std::vector<std::vector<std::string>> rows;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(db_);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      rows.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const unsigned char* text = sqlite3_column_text(statement, i);
        rows.back().push_back(text == nullptr ? "null" : reinterpret_cast<const char*>(text));
      }
    }
    sqlite3_finalize(statement);
    return rows;
  }

 private:
  sqlite3* db_ = nullptr;
};

class ExecutorTest : public testing::Test {
 protected:
  ExecutorTest() : db_(*storage::Database::Open(dir_ / "db")) {
    store_ = *storage::TableStore::Open(db_.get(), &master_, &crypto::SystemRandom(), {});
  }

  void Load(int rows, uint32_t seed) {
    const std::vector<std::string> headers = {"nhi",    "sex",        "Rohe potae \xC4\x81",
                                              "age",    "dose",       "day",
                                              "month",  "vaccinated", "cost",
                                              "nights", "score",      "rooms",
                                              "since",  "note",       "phone"};
    std::mt19937 random(seed);
    sqlite_.Run(
        "CREATE TABLE visits (nhi TEXT, sex TEXT, rohe TEXT, age INT, dose INT, day TEXT, "
        "month TEXT, vaccinated TEXT, cost INT, nights INT, score INT, rooms INT, "
        "since TEXT)");
    std::ofstream csv(dir_ / "in.csv");
    csv << absl::StrJoin(headers, ",") << "\n";
    for (int i = 0; i < rows; ++i) AddRow(random, csv);
    csv.close();
    storage::ImportOptions options;
    options.csv_path = dir_ / "in.csv";
    const auto report = storage::ImportCsv(*store_, "visits", LayoutOf(standard_), options);
    ASSERT_TRUE(report.ok()) << report.status();
    ASSERT_EQ(report->accepted, static_cast<uint64_t>(rows));
  }

  void AddRow(std::mt19937& random, std::ofstream& csv) {
    const auto below = [&](int n) { return static_cast<int>(random() % n); };
    const auto hundredths = [](int scaled) {
      return absl::StrCat(scaled < 0 ? "-" : "", std::abs(scaled) / 100, ".",
                          std::abs(scaled) % 100 / 10, std::abs(scaled) % 10);
    };
    const std::string person = absl::StrCat("P", below(60));
    const std::string sex = std::string(1, "FMU"[below(3)]);
    const std::vector<std::string> rohe = {"<T\xC4\x81maki>", "O'Neill & co", "x,y", ""};
    const std::string& region = rohe[below(4)];
    const std::string age = below(5) == 0 ? "" : absl::StrCat(below(65));
    const int dose = below(1050) - 50;
    const int date = below(30) + 1;
    const std::string day = absl::StrCat("2022-01-", date < 10 ? "0" : "", date);
    const int ordinal = below(25);
    const std::string month =
        ordinal == 24
            ? ""
            : absl::StrCat(2021 + ordinal / 12, ordinal % 12 < 9 ? "-0" : "-", ordinal % 12 + 1);
    const std::string vaccinated = below(2) ? "1" : "false";
    const int cost = below(2) ? -1 : below(100000);
    const int nights = below(401), score = below(9);
    const int rooms = std::array{10, -3, 2}[below(3)];
    const std::string since = absl::StrCat(2000 + below(21), "-0", 1 + below(9), "-1", below(10));
    csv << person << ',' << sex << ",\"" << region << "\"," << age << ',' << hundredths(dose) << ','
        << day << ',' << month << ',' << vaccinated << ',' << (cost < 0 ? "" : hundredths(cost))
        << ',' << nights << ',' << score << ',' << rooms << ',' << since << ",n,p\n";
    const auto text = [](const std::string& value) {
      if (value.empty()) return std::string("NULL");
      std::string out = "'";
      for (const char c : value) out += c == '\'' ? "''" : std::string(1, c);
      return out + "'";
    };
    sqlite_.Run(absl::StrCat(
        "INSERT INTO visits VALUES (", text(person), ",", text(sex), ",", text(region), ",",
        age.empty() ? "NULL" : age, ",", dose, ",", text(day), ",", text(month), ",",
        vaccinated == "1" ? "'true'" : "'false'", ",", cost < 0 ? "NULL" : absl::StrCat(cost), ",",
        nights, ",", score, ",", rooms, ",", text(since), ")"));
  }

  v1::Question Ask(const std::string& sql) const {
    const absl::StatusOr<Plan> plan = PlanQuery(sql, LookupOf(standard_, v1::OPEN));
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
    return plan->question;
  }

  // Every value of the question as "set|label|label" -> partials, zeros left out.
  std::map<std::string, std::string> Answer(const v1::Question& question) {
    const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
    EXPECT_TRUE(partials.ok()) << partials.status();
    const CellSpace space(question, standard_);
    std::map<std::string, std::string> out;
    for (size_t set = 0; set < space.sets(); ++set) {
      for (size_t cell = 0; cell < space.cells(set); ++cell) {
        std::string key = absl::StrCat(set);
        const std::vector<size_t> bins = space.BinsOf(set, cell);
        for (size_t i = 0; i < bins.size(); ++i) {
          const uint32_t at = question.sets(set).dimensions(i);
          const v1::Dimension& dimension = question.dimensions(at);
          const auto labels =
              BinLabels(dimension, standard_.columns(dimension.column()), space.kept(at));
          absl::StrAppend(&key, "|", labels[bins[i]].value_or("null"));
        }
        std::vector<int64_t> values;
        values.reserve(question.partials_size());
        for (int partial = 0; partial < question.partials_size(); ++partial) {
          values.push_back(
              static_cast<int64_t>(partials->values[space.ValueIndex(partial, set, cell)]));
        }
        if (std::any_of(values.begin(), values.end(), [](int64_t v) { return v != 0; })) {
          out[key] = absl::StrJoin(values, ",");
        }
      }
    }
    return out;
  }

  // The same from SQLite: for each set, its key columns and the partials.
  std::map<std::string, std::string> Expected(const std::vector<std::vector<std::string>>& sets,
                                              const std::string& partials,
                                              const std::string& where) {
    std::map<std::string, std::string> out;
    for (size_t set = 0; set < sets.size(); ++set) {
      const std::string keys = absl::StrJoin(sets[set], ", ");
      const auto rows = sqlite_.Run(absl::StrCat("SELECT ", keys, keys.empty() ? "" : ", ",
                                                 partials, " FROM visits WHERE ", where,
                                                 keys.empty() ? "" : " GROUP BY ", keys));
      for (const std::vector<std::string>& row : rows) {
        std::string key = absl::StrCat(set);
        std::vector<std::string> values;
        bool any = false;
        for (size_t i = 0; i < row.size(); ++i) {
          if (i < sets[set].size()) {
            absl::StrAppend(&key, "|", row[i]);
          } else {
            values.push_back(row[i] == "null" ? "0" : row[i]);
            any |= values.back() != "0";
          }
        }
        if (any) out[key] = absl::StrJoin(values, ",");
      }
    }
    return out;
  }

  TempDir dir_;
  crypto::AeadKey master_ = crypto::AeadKey::Generate(crypto::SystemRandom());
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<storage::TableStore> store_;
  Sqlite sqlite_;
  v1::Standard standard_ = TestStandard();
};

struct Filter {
  std::string ours, sqlite;
};

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
  const std::vector<Filter> filters = {
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
  const std::vector<Filter> measures = {
      {"COUNT(*)", "count(*)"},
      {"COUNT(DISTINCT person)", "count(DISTINCT nhi)"},
      {"VARIANCE(cost), SUM(nights)",
       "count(*), count(cost), sum(cost), sum(nights), sum(cost * cost)"},
  };
  for (const Shape& shape : shapes) {
    for (const Filter& filter : filters) {
      for (const Filter& measure : measures) {
        const std::string sql = absl::StrCat("SELECT ", shape.list, measure.ours,
                                             " FROM visits WHERE ", filter.ours, shape.groups);
        EXPECT_EQ(Answer(Ask(sql)), Expected(shape.sets, measure.sqlite, filter.sqlite)) << sql;
      }
    }
  }
}

TEST_F(ExecutorTest, DaysMakeWeeksAndWeeksBeginWhereTheDatasetSays) {
  Load(700, 11);
  // Of each day's Monday, and of its Sunday; the labels are this program's own.
  const auto weeks = [&](const std::string& weekday, PeriodUnit unit) {
    std::map<std::string, std::string> out;
    for (const auto& row :
         sqlite_.Run(absl::StrCat("SELECT date(day, '-6 days', 'weekday ", weekday,
                                  "'), count(*) FROM visits GROUP BY 1"))) {
      out[absl::StrCat("0|", PeriodLabel(*ParseDate(row[0], PeriodUnit::kDay), unit))] = row[1];
    }
    return out;
  };
  const std::string by_week =
      "SELECT date_trunc('week', day), COUNT(*) FROM visits GROUP BY date_trunc('week', day)";
  EXPECT_EQ(VersionOf(Ask(by_week), standard_), kVersionOfWeeks);
  const auto monday = Answer(Ask(by_week));
  EXPECT_EQ(monday, weeks("1", PeriodUnit::kWeek));
  EXPECT_EQ(monday.count("0|2021-W52"), 1u) << "the first of January 2022 was a Saturday";
  v1::Column& day = *standard_.mutable_columns(5);
  ASSERT_EQ(day.name(), "day");
  day.set_week_starts(7);
  const auto told = [&](const std::string& sql) {
    return std::string(PlanQuery(sql, LookupOf(standard_, v1::OPEN)).status().message());
  };
  EXPECT_NE(told(by_week).find("weeks of day begin on another day"), std::string::npos);
  // The same rows, where the dataset declares weeks from Sunday.
  day.set_period_unit(v1::WEEK);
  day.set_period_from(18987);  // 2021-12-26
  day.set_period_to(18987 + 6 * 7 - 1);
  const v1::Standard weekly = standard_;
  const auto find = [&](const std::string& sql) {
    return PlanQuery(sql, LookupOf(weekly, v1::OPEN));
  };
  const auto own = find("SELECT day, COUNT(*) FROM visits GROUP BY day");
  ASSERT_TRUE(own.ok()) << own.status();
  const CellSpace space(own->question, weekly);
  EXPECT_EQ(BinLabels(own->question.dimensions(0), weekly.columns(5), space.kept(0))[1],
            "2022-01-02");
  EXPECT_TRUE(find("SELECT date_trunc('week', day), COUNT(*) FROM visits GROUP BY 1").ok());
  EXPECT_NE(told("SELECT date_trunc('month', day), COUNT(*) FROM visits GROUP BY 1")
                .find("day is known by week only"),
            std::string::npos);
  // On open data a date is a day, as in PostgreSQL; where only weeks are known, it names its week.
  const auto days = [&](const std::string& where, v1::Release release) {
    const auto plan =
        PlanQuery("SELECT COUNT(*) FROM visits WHERE " + where, LookupOf(weekly, release));
    if (!plan.ok() || plan->question.filters_size() == 0) return int64_t{-1};
    const v1::Filter::Range& range = plan->question.filters(0).ranges(0);
    return range.high() - range.low();
  };
  EXPECT_EQ(days("day = '2022-01-02'", v1::OPEN), 1);
  EXPECT_EQ(days("day = DATE '2022-01-02'", v1::OPEN), 1);
  EXPECT_EQ(days("day > DATE '2022-01-02'", v1::OPEN), 5 * 7 - 1);
  EXPECT_EQ(days("day = '2022-01-02'", v1::PROTECTED), 7);
  EXPECT_EQ(days("day = DATE '2022-01-02'", v1::PROTECTED), -1) << "off the edges";
  EXPECT_EQ(days("day > '2022-01-02'", v1::PROTECTED), -1) << "off the edges";
  EXPECT_EQ(days("day >= '2022-01-02'", v1::PROTECTED), 5 * 7);
}

// A group is listed by its first bin: the oracle calls it so.
TEST_F(ExecutorTest, AgreesWithSqliteOnFilterCaseAndOr) {
  Load(700, 11);
  struct Shape {
    std::string list, groups;
    std::vector<std::vector<std::string>> sets;
  };
  const std::string age =
      "CASE WHEN age < 25 THEN '[0,15)' WHEN age >= 26 THEN '[26,65)' ELSE '[25,26)' END";
  const std::vector<Shape> shapes = {
      {"", "", {{}}},
      {"CASE WHEN sex IN ('F', 'U') THEN 'a' ELSE 'b' END, ",
       " GROUP BY 1",
       {{"CASE WHEN sex IN ('F', 'U') THEN 'Female' ELSE 'Male' END"}}},
      {"CASE WHEN age < 25 THEN 'a' WHEN age >= 26 THEN 'b' ELSE 'c' END AS g, vaccinated, ",
       " GROUP BY ROLLUP(vaccinated, g)",
       {{age, "vaccinated"}, {"vaccinated"}, {}}},
      {"CASE WHEN month < '2021-07' OR month >= '2022-07' THEN 1 WHEN month IS NULL THEN 2 END, ",
       " GROUP BY 1",
       {{"CASE WHEN month < '2021-07' OR month >= '2022-07' THEN '2021-01' WHEN month IS NOT NULL "
         "THEN '2021-07' END"}}},
      {"CASE WHEN rooms > 0 THEN 1 END, CASE WHEN day < '2022-01-12' THEN 1 ELSE 2 END AS d, ",
       " GROUP BY 1, d",
       {{"CASE WHEN day < '2022-01-12' THEN '2022-01-01' ELSE '2022-01-12' END",
         "CASE WHEN rooms > 0 THEN '10' ELSE '-3' END"}}},
  };
  const std::vector<Filter> filters = {
      {"TRUE", "1"},
      {"dose >= 0 AND month IS NOT NULL", "dose >= 0 AND month IS NOT NULL"},
      {"sex = 'F' OR age >= 25", "sex = 'F' OR age >= 25"},
      {"NOT (sex = 'F' AND (age < 15 OR \"Rohe potae \xC4\x81\" = 'x,y'))",
       "NOT (sex = 'F' AND (age < 15 OR rohe = 'x,y'))"},
      {"(vaccinated = true OR month < '2021-07') AND (sex <> 'U' OR rooms = 2)",
       "(vaccinated = 'true' OR month < '2021-07') AND (sex <> 'U' OR rooms = 2)"},
      {"(dose < 0 AND day > '2022-01-20') OR NOT (age IS NULL OR since >= '2010')",
       "(dose < 0 AND day > '2022-01-20') OR NOT (age IS NULL OR since >= '2010')"},
      {"cost > 12.34 AND age < 20 AND (age >= 15 OR sex = 'M')",
       "cost > 1234 AND age < 20 AND (age >= 15 OR sex = 'M')"},
  };
  const std::vector<Filter> measures = {
      {"COUNT(*), COUNT(*) FILTER (WHERE sex = 'F') AS f",
       "count(*), count(*) FILTER (WHERE sex = 'F')"},
      {"COUNT(*), SUM(CASE WHEN age >= 25 THEN 1 ELSE 0 END) AS s",
       "count(*), count(*) FILTER (WHERE age >= 25)"},
      {"AVG(cost) FILTER (WHERE vaccinated = true), COUNT(DISTINCT person) FILTER (WHERE age IS "
       "NULL) AS p, COUNT(*)",
       "count(*), count(DISTINCT nhi) FILTER (WHERE age IS NULL), count(cost) FILTER (WHERE "
       "vaccinated = 'true'), sum(cost) FILTER (WHERE vaccinated = 'true')"},
  };
  for (const Shape& shape : shapes) {
    for (const Filter& filter : filters) {
      for (const Filter& measure : measures) {
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
  const std::vector<Filter> filters = {{"TRUE", "1"},
                                       {"sex <> 'F'", "sex <> 'F'"},
                                       {"age > 20 AND dose < 3.5", "age > 20 AND dose < 350"},
                                       {"age IS NULL", "age IS NULL"},
                                       {"age = 25", "age = 25"}};
  for (const Asked& shape : asked) {
    for (const Filter& filter : filters) {
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
