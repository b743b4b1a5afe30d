// OR between columns of which one is a long list, counted beside SQLite: the domain is that of what
// conditions are about, not of the list's codes.
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"
#include "query/member/answers_for_test.h"
#include "query/member/executor.h"
#include "query/question/grouped_for_test.h"
#include "query/question/layout.h"
#include "query/question/validate.h"
#include "query/sql/planner.h"
#include "query/testing/sqlite.h"
#include "storage/db.h"
#include "storage/import/importer.h"

namespace commons::query {
namespace {

constexpr int kDistricts = 6000;
constexpr int kRows = 4000;

class LongListRowsTest : public ::testing::Test {
 protected:
  LongListRowsTest() : db_(*storage::Database::Open(dir_ / "db")) {
    store_ = *storage::TableStore::Open(db_.get(), &master_, &crypto::SystemRandom(), {});
    standard_.mutable_columns(0)->set_required(false);
    standard_.mutable_columns(0)->add_missing_values("");
    *standard_.add_columns() = TestStandard().columns(3);  // age in bands, may be missing
    sqlite_.Run("CREATE TABLE visits (district TEXT, region TEXT, ward TEXT, sex TEXT, age INT)");
    std::ofstream csv(dir_ / "in.csv");
    csv << "district,sex,age\n";
    sqlite_.Run("BEGIN");
    for (int i = 0; i < kRows; ++i) AddRow(csv);
    sqlite_.Run("COMMIT");
    csv.close();
    storage::ImportOptions options;
    options.csv_path = dir_ / "in.csv";
    const auto report = storage::ImportCsv(*store_, "visits", LayoutOf(standard_), options);
    EXPECT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->accepted, static_cast<uint64_t>(kRows));
  }

  int Below(int n) { return static_cast<int>(random_() % n); }

  void AddRow(std::ofstream& csv) {
    const int district = Below(10) == 0 ? -1 : Below(kDistricts);
    const std::string sex(1, "FMU"[Below(3)]);
    const std::string age = Below(5) == 0 ? "" : absl::StrCat(Below(65));
    csv << (district < 0 ? "" : absl::StrCat("d", district)) << ',' << sex << ',' << age << '\n';
    const std::string place = district < 0 ? "NULL, NULL, NULL"
                                           : absl::StrCat("'d", district, "', '", district % 5,
                                                          "', 'w", district / 100, "'");
    sqlite_.Run(absl::StrCat("INSERT INTO visits VALUES (", place, ", '", sex, "', ",
                             age.empty() ? "NULL" : age, ")"));
  }

  std::string About(int column) {
    switch (column) {
      case 0:
        return absl::StrCat("region ", Below(2) ? "=" : "<>", " '", Below(5), "'");
      case 1:
        return absl::StrCat("ward IN ('w", Below(60), "', 'w", Below(60), "')");
      case 2:
        return Below(2) ? "district IS NULL" : absl::StrCat("district <> 'd", Below(6000), "'");
      case 3:
        return absl::StrCat("sex = '", std::string(1, "FMU"[Below(3)]), "'");
      default:
        return Below(2) ? "age >= 25" : "age < 15";
    }
  }
  std::string Condition() {
    const auto one = [&] { return absl::StrCat(Below(4) ? "" : "NOT ", About(Below(5))); };
    return absl::StrCat("(", Below(3) ? "" : "NOT ", "(", one(), Below(2) ? " OR " : " AND ", one(),
                        ")", Below(3) ? " OR " : " AND ", one(), " OR ", About(3), " OR ", About(4),
                        ")");
  }

  v1::Question Ask(const std::string& sql) {
    const auto plan = PlanQuery(sql, LookupOf(standard_, v1::OPEN));
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
    if (!plan.ok()) return {};
    EXPECT_TRUE(ValidateQuestion(plan->question, standard_).ok())
        << sql << ": " << ValidateQuestion(plan->question, standard_);
    const auto again = PlanQuery(plan->canonical_sql, LookupOf(standard_, v1::OPEN));
    if (again.ok()) {
      ++written_again_;
      EXPECT_EQ(again->question.SerializeAsString(), plan->question.SerializeAsString()) << sql;
    } else {  // what is left of some regions without some wards takes thousands of codes to say
      EXPECT_EQ(governance::ReasonOf(again.status()), v1::SQL_TOO_LARGE) << again.status();
    }
    return plan->question;
  }

  std::string Answer(const v1::Question& question) {
    const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
    EXPECT_TRUE(partials.ok()) << partials.status();
    if (!partials.ok()) return "";
    const Answers answers = AnswersOf(question, standard_, *partials);
    return answers.empty() ? "0" : answers.begin()->second;
  }

  TempDir dir_;
  crypto::AeadKey master_ = crypto::AeadKey::Generate(crypto::SystemRandom());
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<storage::TableStore> store_;
  testing::Sqlite sqlite_;
  std::mt19937 random_{20267};
  v1::Standard standard_ = LongListStandard(kDistricts);
  int written_again_ = 0;
};

TEST_F(LongListRowsTest, OrBetweenAGroupingAndOtherColumnsIsCountedAsInSqlite) {
  int parted = 0;
  for (int round = 0; round < 120; ++round) {
    const std::string condition = Condition();
    const v1::Question question = Ask("SELECT COUNT(*) FROM visits WHERE " + condition);
    for (const v1::JointFilter& filter : question.joint_filters())
      parted += filter.parts_size() > 0;
    EXPECT_EQ(Answer(question), sqlite_.Run("SELECT count(*) FROM visits WHERE " + condition)[0][0])
        << condition;
  }
  EXPECT_GT(parted, 60) << "6,001 times 3 times 5 combinations of bins";
  EXPECT_GT(written_again_, 80);
}

TEST_F(LongListRowsTest, SoIsItInFilterBesideWhere) {
  int parted = 0;
  for (int round = 0; round < 80; ++round) {
    const std::string filter = Condition(), where = Condition();
    const std::string sql =
        absl::StrCat("SELECT COUNT(*) FILTER (WHERE ", filter, ") FROM visits WHERE ", where);
    const v1::Question question = Ask(sql);
    for (const v1::JointFilter& own : question.partials(0).joint_filters()) {
      parted += own.parts_size() > 0;
    }
    EXPECT_EQ(Answer(question), sqlite_.Run(sql)[0][0]) << sql;
  }
  EXPECT_GT(parted, 40);
}

}  // namespace
}  // namespace commons::query
