// Columns of several responses, from a CSV file to the partials of a question, against SQLite.
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/temp_dir_for_test.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "query/member/answers_for_test.h"
#include "query/member/executor.h"
#include "query/question/layout.h"
#include "query/question/question.h"
#include "query/question/standard_for_test.h"
#include "query/question/validate.h"
#include "query/sql/canonical_sql.h"
#include "query/sql/planner.h"
#include "query/testing/sqlite.h"
#include "storage/db.h"
#include "storage/import/importer.h"

namespace commons::query {
namespace {

v1::Standard Definition() {
  v1::Standard standard;
  constexpr char kText[] = R"pb(
    dataset: "visits"
    entity: "nhi"
    unit: "person"
    max_rows_per_person: 255
    max_owners_per_person: 1
    columns { name: "nhi" role: IDENTIFIER type: STRING required: true }
    columns {
      name: "sex"
      role: DIMENSION
      type: STRING
      required: true
      codes { value: "F" label: "F" }
      codes { value: "M" label: "M" }
    }
    columns {
      name: "eth"
      role: DIMENSION
      type: STRING
      missing_values: ""
      codes { value: "Maori" label: "Maori" }
      codes { value: "Samoan" label: "Samoan" }
      codes { value: "Tongan" label: "Tongan" }
      codes { value: "European" label: "European" }
      max_responses: 3
      separator: ";"
    }
    columns {
      name: "lang"
      role: DIMENSION
      type: STRING
      required: true
      codes { value: "en" label: "en" }
      codes { value: "mi" label: "mi" }
      max_responses: 2
      separator: "/"
    }
    columns {
      name: "cost"
      role: MEASURE
      type: INTEGER
      missing_values: ""
      has_clip: true
      clip_high: 64
    }
  )pb";
  if (!google::protobuf::TextFormat::ParseFromString(kText, &standard)) std::abort();
  return standard;
}

class ResponsesTest : public ::testing::Test {
 protected:
  ResponsesTest() : db_(*storage::Database::Open(dir_ / "db")) {
    store_ = *storage::TableStore::Open(db_.get(), &master_, &crypto::SystemRandom(), {});
    sqlite_.Run("CREATE TABLE visits (id INT, nhi TEXT, sex TEXT, cost INT)");
    sqlite_.Run("CREATE TABLE eths (id INT, eth TEXT)");
    sqlite_.Run("CREATE TABLE langs (id INT, lang TEXT)");
  }
  void Load(int count) {
    std::mt19937 random(3);
    const auto below = [&](int n) { return static_cast<int>(random() % n); };
    std::ofstream csv(dir_ / "in.csv");
    csv << "nhi,sex,eth,lang,cost\n";
    for (int id = 0; id < count; ++id) {
      // In any order, some more than once, some with spaces and separators too many.
      const auto some = [&](const std::vector<std::string>& codes, size_t most,
                            const std::string& separator, const std::string& table) {
        std::vector<std::string> chosen;
        for (const std::string& code : codes) {
          if (below(2) == 0 && chosen.size() < most) chosen.push_back(code);
        }
        if (chosen.empty() && table == "langs") chosen.push_back(codes[0]);
        for (const std::string& code : chosen) {
          sqlite_.Run(absl::StrCat("INSERT INTO ", table, " VALUES (", id, ",'", code, "')"));
        }
        if (chosen.size() == 1 && below(2) == 0) chosen.insert(chosen.end(), {chosen[0], ""});
        if (below(2) == 0) std::reverse(chosen.begin(), chosen.end());
        return absl::StrJoin(chosen, below(2) == 0 ? separator : separator + " ");
      };
      const std::string nhi = absl::StrCat("P", below(40)), sex(1, "FM"[below(2)]);
      const std::string cost = below(5) == 0 ? "" : absl::StrCat(below(100));
      csv << nhi << ',' << sex << ','
          << some({"Maori", "Samoan", "Tongan", "European"}, 3, ";", "eths") << ','
          << some({"en", "mi"}, 2, "/", "langs") << ',' << cost << '\n';
      sqlite_.Run(absl::StrCat("INSERT INTO visits VALUES (", id, ",'", nhi, "','", sex, "',",
                               cost.empty() ? "NULL" : cost, ")"));
    }
    csv.close();
    storage::ImportOptions options;
    options.csv_path = dir_ / "in.csv";
    const auto report = storage::ImportCsv(*store_, "visits", LayoutOf(standard_), options);
    ASSERT_TRUE(report.ok()) << report.status();
    ASSERT_EQ(report->accepted, static_cast<uint64_t>(count));
  }

  absl::StatusOr<Plan> Ask(const std::string& sql, v1::Release release = v1::OPEN) const {
    return PlanQuery(sql, LookupOf(standard_, release));
  }

  Answers Answer(const v1::Question& question) {
    EXPECT_TRUE(ValidateQuestion(question, standard_).ok());
    const auto partials = LocalExecutor(*store_)(question, standard_, Hash32());
    EXPECT_TRUE(partials.ok()) << partials.status();
    return AnswersOf(question, standard_, *partials);
  }

  // The same from SQLite, in which each row is joined with its responses where these are keys.
  Answers Expected(const std::vector<std::vector<std::string>>& sets, const std::string& measures,
                   const std::string& where) {
    Answers out;
    for (size_t set = 0; set < sets.size(); ++set) {
      const std::string keys = absl::StrJoin(sets[set], ", ");
      std::string from = "visits v";
      for (const std::string& key : sets[set]) {
        if (key == "eth" || key == "lang") {
          absl::StrAppend(&from, " LEFT JOIN ", key, "s USING (id)");
        }
      }
      AddRows(
          set, sets[set].size(),
          sqlite_.Run(absl::StrCat("SELECT ", keys, keys.empty() ? "" : ", ", measures, " FROM ",
                                   from, " WHERE ", where, keys.empty() ? "" : " GROUP BY ", keys)),
          &out);
    }
    return out;
  }

  static std::string Gave(const std::string& codes) {
    return absl::StrCat("EXISTS (SELECT 1 FROM eths e WHERE e.id = v.id AND e.eth IN (", codes,
                        "))");
  }

  TempDir dir_;
  crypto::AeadKey master_ = crypto::AeadKey::Generate(crypto::SystemRandom());
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<storage::TableStore> store_;
  testing::Sqlite sqlite_;
  v1::Standard standard_ = Definition();
};

TEST_F(ResponsesTest, ARowCountsOnceInEachOfItsGroups) {
  Load(400);
  const std::string all = "'Maori','Samoan','Tongan','European'";
  const std::map<std::string, std::string> filters = {
      {"TRUE", "1"},
      {"eth = 'Maori'", Gave("'Maori'")},
      {"'Maori' <> eth", Gave(all) + " AND NOT " + Gave("'Maori'")},
      {"eth IN ('Maori', 'Tongan')", Gave("'Maori','Tongan'")},
      {"eth = 'Maori' OR eth = 'Tongan' OR eth IS NULL",
       Gave("'Maori','Tongan'") + " OR NOT " + Gave(all)},
      {"eth NOT IN ('Maori', 'Tongan')", Gave(all) + " AND NOT " + Gave("'Maori','Tongan'")},
      {"eth <> 'Maori' AND NOT eth = 'Tongan'", Gave(all) + " AND NOT " + Gave("'Maori','Tongan'")},
      {"NOT (eth = 'Maori' OR eth = 'Tongan')", Gave(all) + " AND NOT " + Gave("'Maori','Tongan'")},
      {"eth <> 'Maori' OR eth IS NULL", "NOT " + Gave("'Maori'")},
      {"eth IS NULL", "NOT " + Gave(all)},
      {"eth IS NOT NULL AND sex = 'F'", Gave(all) + " AND sex = 'F'"},
      {"eth = 'Maori' AND sex = 'F' AND cost > 20", Gave("'Maori'") + " AND sex='F' AND cost > 20"},
  };
  struct Shape {
    std::string list, groups;
    std::vector<std::vector<std::string>> sets;
  };
  const std::vector<Shape> shapes = {
      {"", "", {{}}},
      {"eth, ", " GROUP BY eth", {{"eth"}}},
      {"sex, eth, ", " GROUP BY sex, eth", {{"sex", "eth"}}},
      {"sex, eth, ", " GROUP BY ROLLUP(eth, sex)", {{"sex", "eth"}, {"eth"}, {}}},
      {"sex, eth, ", " GROUP BY ROLLUP(sex, eth)", {{"sex", "eth"}, {"sex"}, {}}},
      {"lang, eth, ", " GROUP BY lang, ROLLUP(eth)", {{"eth", "lang"}, {"lang"}}},
  };
  for (const Shape& shape : shapes) {
    for (const auto& [ours, theirs] : filters) {
      for (const auto& [measure, measured] : std::map<std::string, std::string>{
               {"COUNT(*)", "count(*)"},
               {"COUNT(DISTINCT person)", "count(DISTINCT nhi)"},
               {"VARIANCE(cost)", "count(cost), sum(cost), sum(cost * cost)"}}) {
        const std::string sql = absl::StrCat("SELECT ", shape.list, measure, " FROM visits WHERE (",
                                             ours, ")", shape.groups);
        const auto plan = Ask(sql);
        ASSERT_TRUE(plan.ok()) << sql << ": " << plan.status();
        EXPECT_EQ(Answer(plan->question), Expected(shape.sets, measured, theirs)) << sql;
        const auto again = Ask(plan->canonical_sql);
        ASSERT_TRUE(again.ok()) << plan->canonical_sql << ": " << again.status();
        EXPECT_EQ(DigestOf(again->question, standard_), DigestOf(plan->question, standard_))
            << sql << " and " << plan->canonical_sql;
      }
    }
  }
}

// One of a person's rows counts in each group, and in each total one, whatever groups it is in.
TEST_F(ResponsesTest, APersonCountsOncePerCellWhereOneRowMay) {
  standard_.set_max_rows_per_person_and_cell(1);
  Load(400);
  v1::Question question =
      Ask("SELECT eth, sex, COUNT(*) FROM visits GROUP BY ROLLUP(eth, sex)")->question;
  question.set_release(v1::PROTECTED);
  question.set_noise(v1::STANDARD);
  EXPECT_EQ(Answer(question), Expected({{"sex", "eth"}, {"eth"}, {}}, "count(DISTINCT nhi)", "1"));
}

TEST_F(ResponsesTest, CostsAsManyTimesAsARowMayHaveGroups) {
  standard_.set_max_rows_per_person(1);
  const auto cost = [&](const std::string& sql) {
    auto plan = Ask(sql, v1::PROTECTED);
    EXPECT_TRUE(plan.ok()) << plan.status();
    plan->question.set_noise(v1::STANDARD);
    return *CostOf(plan->question, standard_);
  };
  EXPECT_EQ(cost("SELECT sex, COUNT(*) FROM visits GROUP BY sex"), 5'000u);
  EXPECT_EQ(cost("SELECT COUNT(*) FROM visits WHERE eth = 'Maori'"), 5'000u);
  EXPECT_EQ(cost("SELECT eth, COUNT(*) FROM visits GROUP BY eth"), 15'000u);
  EXPECT_EQ(cost("SELECT eth, lang, COUNT(*) FROM visits GROUP BY 1, 2"), 30'000u);
  EXPECT_EQ(cost("SELECT eth, sex, COUNT(*) FROM visits GROUP BY ROLLUP(eth, sex)"), 45'000u);
  EXPECT_EQ(cost("SELECT eth, COUNT(DISTINCT person) FROM visits GROUP BY eth"), 15'000u);
}

TEST_F(ResponsesTest, WhatIsNeitherAnyOfThemNorNoneIsRefused) {
  for (const char* where : {"eth = 'Maori' AND eth = 'Samoan'", "eth = 'Maori' AND eth <> 'Samoan'",
                            "eth <> 'Maori' OR eth = 'Samoan'", "eth <> 'Maori' OR eth <> 'Samoan'",
                            "NOT (eth = 'Maori' AND eth = 'Samoan')"}) {
    const auto plan = Ask(absl::StrCat("SELECT COUNT(*) FROM visits WHERE ", where));
    EXPECT_EQ(governance::ReasonOf(plan.status()), v1::UNSUPPORTED_SQL) << where;
    EXPECT_NE(plan.status().message().find("a row may have several of eth"), std::string::npos)
        << where << ": " << plan.status();
  }
}

// A peer's questions that no planner writes.
TEST_F(ResponsesTest, OnlyOneFormOfAFilterIsTaken) {
  const auto valid = [&](const std::string& where, auto change) {
    v1::Question question = Ask("SELECT COUNT(*) FROM visits WHERE " + where)->question;
    change(*question.mutable_filters(0));
    return ValidateQuestion(question, standard_).ok();
  };
  const auto same = [](v1::Filter&) {};
  const auto flip = [](v1::Filter& filter) { filter.set_every(!filter.every()); };
  EXPECT_TRUE(valid("eth = 'Maori'", same));
  EXPECT_TRUE(valid("eth = 'Maori'", flip));
  EXPECT_TRUE(valid("eth = 'Maori' AND eth = 'Maori'", same)) << "as query builders repeat it";
  EXPECT_FALSE(valid("eth IS NULL", flip));
  EXPECT_FALSE(valid("eth IS NOT NULL", flip));
  EXPECT_FALSE(valid("sex = 'F'", flip)) << "a row has one sex";
}

// In one group or combination a row could count twice, which nobody pays for.
TEST_F(ResponsesTest, NoGroupsOfSeveralAndNoCombinations) {
  const auto told = [&](const std::string& sql) {
    return std::string(Ask(sql, v1::PROTECTED).status().message());
  };
  EXPECT_THAT(told("SELECT CASE WHEN eth = 'Maori' THEN 'a' ELSE 'b' END, COUNT(*) FROM visits "
                   "GROUP BY 1"),
              ::testing::HasSubstr("groups of them overlap"));
  EXPECT_THAT(told("SELECT COUNT(*) FROM visits WHERE eth = 'Maori' OR sex = 'F'"),
              ::testing::HasSubstr("columns of one response"));
  EXPECT_THAT(told("SELECT COUNT(*) FILTER (WHERE eth = 'Maori') FROM visits WHERE eth = 'Samoan'"),
              ::testing::HasSubstr("by one of its responses and FILTER by another"));
  EXPECT_EQ(told("SELECT COUNT(*) FILTER (WHERE eth = 'Maori') FROM visits WHERE sex = 'F'"), "");

  v1::Question question = Ask("SELECT eth, COUNT(*) FROM visits GROUP BY eth", v1::OPEN)->question;
  ASSERT_TRUE(ValidateShape(question, standard_).ok());
  v1::Question grouped = question;
  grouped.mutable_dimensions(0)->add_groups()->set_bins("\x03");
  grouped.mutable_dimensions(0)->add_groups()->set_bins("\x1c");
  EXPECT_THAT(ValidateShape(grouped, standard_).message(),
              ::testing::HasSubstr("several responses"));
  v1::Question joint = question;
  v1::JointFilter& filter = *joint.add_joint_filters();
  filter.add_columns(1), filter.add_columns(2);
  filter.set_cells(std::string("\xff\x01", 2));
  EXPECT_THAT(ValidateShape(joint, standard_).message(), ::testing::HasSubstr("several responses"));
  v1::Question twice = Ask("SELECT COUNT(*) FROM visits WHERE eth = 'Samoan'", v1::OPEN)->question;
  v1::Filter& of_partial = *twice.mutable_partials(0)->add_filters();
  of_partial = twice.filters(0);
  of_partial.set_codes("\x01");
  EXPECT_THAT(ValidateShape(twice, standard_).message(), ::testing::HasSubstr("several responses"));
}

}  // namespace
}  // namespace commons::query
