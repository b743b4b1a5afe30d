// Questions whose filter leaves groups out, through a federation in one process.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Exchange;
using testing::Federation;
using testing::Options;

constexpr char kOnlyNorth[] =
    "SELECT sex, region, COUNT(*) AS n FROM visits WHERE region = 'north' AND sex <> 'U' GROUP BY "
    "sex, region";

std::string KeysOf(const v1::Answer& answer) {
  std::string keys;
  for (const v1::Cell& cell : answer.cells()) absl::StrAppend(&keys, testing::KeyOf(cell), " ");
  return keys;
}

Options Open() {
  Options options;
  options.rule = testing::DefaultRule(v1::OPEN);
  return options;
}

TEST(KeptGroups, OpenFiguresAreThoseOfTheRowsThatPass) {
  Federation federation(Open());
  testing::FillRows(federation, 200, 1);
  std::map<std::string, int64_t> expected;
  for (const auto& row : federation.AllRows()) {
    if (row.sex < 2 && row.region == 0u) {
      ++expected[absl::StrCat("sex=", std::string(1, "FM"[row.sex]), ";region=north;")];
    }
  }
  const v1::Answer answer = federation.Ask(kOnlyNorth);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(KeysOf(answer), "sex=F;region=north; sex=M;region=north; ");
  for (const v1::Cell& cell : answer.cells()) {
    EXPECT_EQ(cell.values(0).value(), absl::StrCat(expected[testing::KeyOf(cell)]));
  }
  const v1::Answer totals = federation.Ask(
      "SELECT region, sex, COUNT(*) FROM visits WHERE sex = 'M' GROUP BY ROLLUP(region, sex)");
  EXPECT_EQ(KeysOf(totals),
            "region=north;sex=M; region=south;sex=M; region=null;sex=M; "
            "region=north; region=south; region=null;  ");
}

// Nobody's sex is U: were it a group, it would be the least.
TEST(KeptGroups, AGroupThatIsLeftOutComesFirstInNoOrder) {
  Federation federation(Open());
  testing::FillRows(federation, 50, 2);
  const std::string list = "SELECT sex, COUNT(*) AS n FROM visits ";
  EXPECT_EQ(KeysOf(federation.Ask(list + "GROUP BY sex ORDER BY n LIMIT 1")), "sex=U; ");
  EXPECT_EQ(KeysOf(federation.Ask(list + "WHERE sex = 'M' GROUP BY sex ORDER BY n LIMIT 1")),
            "sex=M; ");
  EXPECT_EQ(KeysOf(federation.Ask(list + "WHERE sex <> 'U' GROUP BY sex ORDER BY sex DESC")),
            "sex=M; sex=F; ");
}

TEST(KeptGroups, AProtectedAnswerHasNoiseForThemAlone) {
  Federation federation(testing::Generous(3));
  testing::FillRows(federation, 400, 3);
  const v1::Answer answer = federation.Ask(kOnlyNorth);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(KeysOf(answer), "sex=F;region=north; sex=M;region=north; ");
  Exchange exchange(federation, kOnlyNorth);
  exchange.SealAll();
  exchange.SubmitAll();
  for (const v1::Contribution& contribution : exchange.contributions) {
    EXPECT_EQ(contribution.values().size(), 2u * 8);
  }
}

TEST(KeptGroups, NoneLeftIsAnAnswerWithoutRowsThatCostsNothing) {
  for (const bool open : {false, true}) {
    Federation federation(open ? Open() : Options());
    testing::FillRows(federation, 50, 4);
    const std::string nobody = " FROM visits WHERE sex = 'F' AND sex = 'M'";
    const v1::Answer answer =
        federation.Ask("SELECT sex, COUNT(*), AVG(income)" + nobody + " GROUP BY sex");
    ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
    EXPECT_EQ(answer.cells_size(), 0);
    EXPECT_EQ(answer.cost_micro_rho(), 0u);
    EXPECT_EQ(answer.signatures_size(), 3);
    EXPECT_EQ(federation.nodes[1]
                  ->ledger->BalanceOf(testing::kDataset, federation.clock.Now())
                  .spent_micro_rho,
              0u);
    // Nor an entry that every start reads again, or a release that is kept for good: they are free.
    EXPECT_EQ(federation.nodes[1]->ledger->position().sequence, 0u);
    // As in PostgreSQL a total is a row all the same.
    EXPECT_EQ(federation.Ask("SELECT COUNT(*)" + nobody).cells_size(), 1);
    EXPECT_EQ(KeysOf(federation.Ask("SELECT sex, COUNT(*)" + nobody + " GROUP BY ROLLUP(sex)")),
              " ");
  }
}

// A node from before would count the groups that are left out; one that knows better says so, and
// what both read alike stays in the words that both know.
TEST(KeptGroups, OnlyQuestionsThatLeaveGroupsOutTakeANewerVersion) {
  Federation federation(testing::Generous(3));
  std::map<Phase, uint32_t> versions;
  federation.hook = [&](Phase phase, size_t, const v1::Envelope& request,
                        const Federation::Deliver& deliver) {
    v1::Propose proposal;
    v1::Preview preview;
    const bool read = phase == Phase::kPropose   ? proposal.ParseFromString(request.payload())
                      : phase == Phase::kPreview ? preview.ParseFromString(request.payload())
                                                 : true;
    EXPECT_TRUE(read);
    versions[phase] = std::max(proposal.header().version(), preview.header().version());
    return deliver(request);
  };
  for (const auto& [where, version] :
       std::vector<std::pair<std::string, uint32_t>>{{" WHERE region = 'north'", kPlainVersion},
                                                     {" WHERE sex <> 'U'", kVersionOfKeptGroups}}) {
    const std::string sql = "SELECT sex, COUNT(*) FROM visits" + where + " GROUP BY sex";
    EXPECT_FALSE(federation.nodes[0]->asker->Explain(federation.Request(sql)).has_refusal());
    EXPECT_FALSE(federation.Ask(sql).has_refusal());
    EXPECT_EQ(versions[Phase::kPreview], version) << sql;
    EXPECT_EQ(versions[Phase::kPropose], version) << sql;
  }
}

TEST(KeptGroups, AnAskerFromBeforeIsTold) {
  Federation federation(testing::Generous(3));
  Exchange exchange(federation, kOnlyNorth);
  const v1::Envelope old = exchange.Wrap(exchange.proposal, kinds::kPropose, 1, 0, kPlainVersion);
  v1::ProposeReply reply;
  ASSERT_TRUE(reply.ParseFromString(federation.nodes[1]->contributor->OnPropose(old).payload()));
  EXPECT_EQ(reply.refusal().reason(), v1::NEWER_VERSION);
  EXPECT_EQ(reply.refusal().message(),
            "question: its filter leaves groups out, which takes version 2; member-00 speaks "
            "version 1 and needs an update");
  v1::Preview preview;
  *preview.mutable_question() = exchange.proposal.question();
  preview.set_researcher(exchange.proposal.researcher());
  v1::PreviewReply previewed;
  ASSERT_TRUE(previewed.ParseFromString(
      federation.nodes[1]
          ->contributor->OnPreview(exchange.Wrap(preview, kinds::kPreview, 1))
          .payload()));
  EXPECT_EQ(previewed.refusal().reason(), v1::NEWER_VERSION);
  EXPECT_EQ(exchange.ProposeReason(), v1::REASON_UNSPECIFIED) << "by the newer version";
}

}  // namespace
}  // namespace commons::query
