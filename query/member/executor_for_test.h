// Rows of every kind of column, imported, and the same rows in SQLite with periods and bands as
// label columns.
#ifndef COMMONS_QUERY_MEMBER_EXECUTOR_FOR_TEST_H_
#define COMMONS_QUERY_MEMBER_EXECUTOR_FOR_TEST_H_

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/temp_dir_for_test.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "query/member/answers_for_test.h"
#include "query/member/executor.h"
#include "query/question/layout.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"
#include "query/testing/sqlite.h"
#include "storage/db.h"
#include "storage/import/importer.h"

namespace commons::query {

class ExecutorTest : public ::testing::Test {
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

  Answers Answer(const v1::Question& question) {
    const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
    EXPECT_TRUE(partials.ok()) << partials.status();
    return AnswersOf(question, standard_, *partials);
  }

  // The same from SQLite: for each set, its key columns and the partials.
  Answers Expected(const std::vector<std::vector<std::string>>& sets, const std::string& partials,
                   const std::string& where) {
    Answers out;
    for (size_t set = 0; set < sets.size(); ++set) {
      const std::string keys = absl::StrJoin(sets[set], ", ");
      AddRows(set, sets[set].size(),
              sqlite_.Run(absl::StrCat("SELECT ", keys, keys.empty() ? "" : ", ", partials,
                                       " FROM visits WHERE ", where,
                                       keys.empty() ? "" : " GROUP BY ", keys)),
              &out);
    }
    return out;
  }

  TempDir dir_;
  crypto::AeadKey master_ = crypto::AeadKey::Generate(crypto::SystemRandom());
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<storage::TableStore> store_;
  testing::Sqlite sqlite_;
  v1::Standard standard_ = TestStandard();
};

// A condition in our words and in SQLite's.
struct SameFilter {
  std::string ours, sqlite;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_EXECUTOR_FOR_TEST_H_
