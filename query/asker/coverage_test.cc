#include "query/asker/coverage.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"
#include "query/sql/planner.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;

constexpr char kCount[] = "SELECT COUNT(*) FROM visits";

size_t Told(const google::protobuf::RepeatedPtrField<std::string>& sentences,
            const std::string& sentence) {
  return std::count(sentences.begin(), sentences.end(), sentence);
}

TEST(Coverage, WhoLeftOutMoreThanIsUsualIsNamedBeforeAndAfter) {
  Federation f;
  f.SetNotice(0, 1, /*left_out_percent=*/3);
  f.SetNotice(1, 1, /*left_out_percent=*/2);
  const std::string sentence =
      absl::StrCat("1 of ", f.nodes.size(), " members left out more than 2 % of their rows: ",
                   f.reg()->FindMember(f.nodes[0]->org)->name, " (at most 3 %).");
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.refusal().ShortDebugString();
  EXPECT_EQ(Told(answer.caveats(), sentence), 1u) << answer.ShortDebugString();
  const v1::ExplainReply explained = f.nodes[1]->asker->Explain(f.Request(kCount));
  EXPECT_EQ(Told(explained.notes(), sentence), 1u) << explained.ShortDebugString();
}

TEST(Coverage, NothingIsSaidOfWhatIsUsualOrOfWhoDoesNotAnswer) {
  Federation f;
  f.SetNotice(0, 1, /*left_out_percent=*/2);
  f.SetNotice(1, 1, /*left_out_percent=*/50);
  EXPECT_EQ(LeftOutSentence(*f.reg(), "visits", {f.nodes[0]->org}), "");
  EXPECT_NE(LeftOutSentence(*f.reg(), "visits", {f.nodes[1]->org}), "");
  EXPECT_EQ(LeftOutSentence(*f.reg(), "other", {f.nodes[1]->org}), "");
}

TEST(Coverage, WhoseEditionIsOlderThanTheNewestIsNamed) {
  governance::TestCommons c({});
  c.Open();
  const auto notice = [&](int org, const std::string& as_of) {
    v1::Manifest manifest = c.CasesManifest(2);
    manifest.set_as_of(as_of);
    c.SetManifest(c.orgs[org], manifest, c.Board(c.orgs[org]));
  };
  std::vector<OrgId> all;
  for (const auto& org : c.orgs) all.push_back(org.id);
  EXPECT_EQ(OlderEditionsSentence(c.Fold(), "cases", all), "") << "all are of one day";
  notice(0, "2025-12-08");
  EXPECT_EQ(OlderEditionsSentence(c.Fold(), "cases", all), "") << "a week apart";
  notice(1, "2025-12-09");
  EXPECT_EQ(OlderEditionsSentence(c.Fold(), "cases", all),
            "1 of 3 members answered from an edition more than a week older than the newest, "
            "without what came since: org-2 (2025-12-01).");
  EXPECT_EQ(OlderEditionsSentence(c.Fold(), "cases", {all[2]}), "") << "alone";
}

// On open and on protected data, of whichever count bears the unit of persons.
TEST(Coverage, RowsThatNobodyTellsApartAreSaidToBeCounted) {
  const std::string rows =
      " counts rows: nothing in visits tells people apart (commons:entity), so that each row "
      "counts "
      "as a person.";
  for (const v1::Release release : {v1::OPEN, v1::PROTECTED}) {
    testing::Options options;
    options.rule = testing::DefaultRule(release);
    Federation f(options);
    testing::FillRows(f, 100, 3);
    for (const auto& [sql, sentence] : std::vector<std::pair<std::string, std::string>>{
             {kCount, "count" + rows},
             {"SELECT COUNT(DISTINCT person) AS people FROM visits", "people" + rows}}) {
      const v1::Answer answer = f.Ask(sql);
      ASSERT_FALSE(answer.has_refusal()) << answer.refusal().ShortDebugString();
      EXPECT_EQ(Told(answer.caveats(), sentence), 1u) << answer.ShortDebugString();
      const v1::ExplainReply explained = f.nodes[1]->asker->Explain(f.Request(sql.c_str()));
      EXPECT_EQ(Told(explained.notes(), sentence), 1u) << explained.ShortDebugString();
    }
    const v1::Answer sum = f.Ask("SELECT SUM(age) FROM visits");
    EXPECT_EQ(Told(sum.caveats(), "sum" + rows), 0u);
  }
}

TEST(Coverage, WhereAColumnTellsPeopleApartNothingIsSaid) {
  v1::Standard standard = testing::VisitsStandard();
  const auto plan = [&](const std::string& sql) {
    return *PlanQuery(sql, [&](absl::string_view) -> absl::StatusOr<DatasetView> {
      return DatasetView{&standard, Hash32(), v1::PROTECTED};
    });
  };
  EXPECT_NE(RowsCountedSentence(plan(kCount), standard), "");
  standard.set_entity("nhi");
  EXPECT_EQ(RowsCountedSentence(plan(kCount), standard), "");
}

TEST(Coverage, FiguresOfDifferentRowsAreNotCompared) {
  v1::Standard standard = testing::VisitsStandard();
  standard.set_entity("nhi");
  standard.set_max_rows_per_person(3);
  standard.set_max_rows_per_person_and_cell(1);
  const auto share = [&](const std::string& sql, v1::Release release = v1::PROTECTED) {
    const Plan plan = *PlanQuery(sql, [&](absl::string_view) -> absl::StatusOr<DatasetView> {
      return DatasetView{&standard, Hash32(), release};
    });
    return ShareSentence(plan.question, standard);
  };
  const std::string filtered =
      "SELECT COUNT(*), COUNT(*) FILTER (WHERE sex = 'F') AS f FROM visits";
  const std::string rolled = "SELECT sex, COUNT(*) FROM visits GROUP BY ROLLUP (sex)";
  for (const std::string& sql : {filtered, rolled}) {
    EXPECT_EQ(share(sql).find("Each figure takes at most 1 row of a person"), 0u) << share(sql);
  }
  EXPECT_EQ(share("SELECT sex, COUNT(*) FROM visits GROUP BY sex"), "");
  EXPECT_EQ(share(filtered, v1::OPEN), "");
  standard.set_max_rows_per_person_and_cell(3);
  EXPECT_EQ(share(filtered), "") << "all rows count in every cell";
}

}  // namespace
}  // namespace commons::query
