// Ask without gRPC: its methods before a federation in this process.
#include "node/services/ask_service.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "crypto/random.h"
#include "node/services/question_load.h"
#include "query/testing/federation.h"

namespace commons::node {
namespace {

constexpr char kSql[] = "SELECT sex, COUNT(*) FROM visits GROUP BY sex";

class AskServiceTest : public testing::Test {
 protected:
  AskServiceTest() : all_(query::testing::Generous(3)) {
    query::testing::FillRows(all_, 400, 1);
    snapshots_.Publish(Snapshot::Of({all_.nodes[0]->org, CommonsId(), {}, {}, all_.reg()}));
  }
  v1::PrepareReply Prepare(const std::string& sql = kSql) {
    const v1::PrepareRequest request = all_.Request(sql);
    v1::PrepareReply reply;
    EXPECT_TRUE(service_.Prepare(nullptr, &request, &reply).ok());
    return reply;
  }
  v1::Answer Run(const v1::PrepareReply& prepared) {
    v1::RunRequest request;
    request.set_ticket(prepared.ticket());
    const auto query_id = QueryId::FromBytes(prepared.query_id());
    if (query_id.ok()) {
      request.set_researcher_signature(
          all_.researcher.Sign(governance::ResearcherMessage(*query_id)));
    }
    v1::Answer answer;
    EXPECT_TRUE(service_.Run(nullptr, &request, &answer).ok());
    return answer;
  }
  v1::PlaceReply PlaceOf(const v1::PrepareReply& prepared) {
    v1::PlaceRequest request;
    request.set_ticket(prepared.ticket());
    v1::PlaceReply reply;
    EXPECT_TRUE(service_.Place(nullptr, &request, &reply).ok());
    return reply;
  }

  query::testing::Federation all_;
  Snapshots snapshots_;
  AskService service_{
      all_.nodes[0]->org, all_.nodes[0]->asker.get(), all_.nodes[0]->audit.get(), &snapshots_,
      &all_.clock,        &crypto::SystemRandom(),    absl::Milliseconds(1)};
};

// No member hears of it: only this node's own audit can tell that it was tried.
TEST_F(AskServiceTest, WhatThisNodeRefusesItselfIsWrittenDown) {
  v1::PrepareRequest request = all_.Request("SELECT person FROM visits");
  v1::PrepareReply reply;
  ASSERT_TRUE(service_.Prepare(nullptr, &request, &reply).ok());
  ASSERT_TRUE(reply.has_refusal());
  v1::AuditEntry entry;
  ASSERT_TRUE(all_.nodes[0]
                  ->audit_log
                  ->ReadBack(UINT64_MAX,
                             [&](uint64_t, absl::string_view bytes) {
                               EXPECT_TRUE(entry.ParseFromString(std::string(bytes)));
                               return false;
                             })
                  .ok());
  EXPECT_EQ(entry.deed().kind(), v1::AuditDeed::ASKED);
  EXPECT_EQ(entry.deed().question().sql(), "SELECT person FROM visits");
  EXPECT_EQ(entry.deed().question().researcher(), request.researcher());
  EXPECT_EQ(entry.deed().refusal().reason(), reply.refusal().reason());
}

TEST_F(AskServiceTest, ATicketIsGoodForOneRun) {
  const v1::PrepareReply prepared = Prepare();
  ASSERT_FALSE(prepared.has_refusal()) << prepared.ShortDebugString();
  const v1::Answer answer = Run(prepared);
  EXPECT_FALSE(answer.has_refusal()) << answer.ShortDebugString();
  EXPECT_GT(answer.cells_size(), 0);
  EXPECT_EQ(Run(prepared).refusal().reason(), v1::UNKNOWN_QUERY);
}

TEST_F(AskServiceTest, ATicketThatNobodyGaveIsRefused) {
  v1::PrepareReply made_up;
  made_up.set_ticket(std::string(16, 'x'));
  EXPECT_EQ(Run(made_up).refusal().reason(), v1::UNKNOWN_QUERY);
}

TEST_F(AskServiceTest, AQuestionLapsesWithItsTicket) {
  const v1::PrepareReply prepared = Prepare();
  all_.clock.Advance(absl::Hours(1));
  EXPECT_EQ(Run(prepared).refusal().reason(), v1::UNKNOWN_QUERY);
}

TEST_F(AskServiceTest, ARefusedQuestionGetsNoTicket) {
  const v1::PrepareReply refused = Prepare("DROP TABLE visits");
  EXPECT_EQ(refused.refusal().reason(), v1::UNSUPPORTED_SQL);
  EXPECT_EQ(refused.ticket(), "");
}

// Whoever prepares and never runs takes the place from nobody but itself: 64 such used to make the
// node BUSY to everybody for as long as a question is good for.
TEST_F(AskServiceTest, WhoeverPreparesAndNeverRunsLosesItsOldestTickets) {
  const v1::PrepareReply mine = Prepare();
  v1::PrepareRequest other = all_.Request(kSql);
  other.set_project(all_.reg()->Projects()[0]->id.ToHex());  // by its id, whoever is in it
  other.set_researcher(all_.nodes[1]->key.public_key().ToBytes());
  std::vector<v1::PrepareReply> others(1000);
  for (v1::PrepareReply& reply : others) {
    ASSERT_TRUE(service_.Prepare(nullptr, &other, &reply).ok());
    ASSERT_FALSE(reply.has_refusal()) << reply.ShortDebugString();
  }
  EXPECT_FALSE(Run(mine).has_refusal());
  const auto runs = [&](size_t i) {
    return Run(others[i]).refusal().reason() != v1::UNKNOWN_QUERY;
  };
  EXPECT_FALSE(runs(others.size() - Tickets::kMost));
  EXPECT_TRUE(runs(others.size() - Tickets::kMost + 1));
  EXPECT_TRUE(runs(others.size() - 1));
}

// A question that is refused for want of a turn kept its ticket among those that wait.
TEST_F(AskServiceTest, ABusyNodeKeepsNoTicket) {
  v1::PrepareReply late;
  v1::Answer refused;
  size_t under_way = 0;
  all_.hook = [&](query::Phase phase, size_t member, const v1::Envelope& request,
                  const query::testing::Federation::Deliver& deliver) {
    if (phase == query::Phase::kPropose && member == 0 && ++under_way <= 4) {
      const v1::PrepareReply next = Prepare();
      const v1::Answer answer = Run(next);
      if (answer.refusal().reason() == v1::BUSY) late = next, refused = answer;
    }
    return deliver(request);
  };
  Run(Prepare());
  EXPECT_EQ(refused.refusal().reason(), v1::BUSY);
  EXPECT_EQ(Run(late).refusal().reason(), v1::UNKNOWN_QUERY);
}

// What a question holds of the budget and of counting is that of the owners' rules and its own.
TEST_F(AskServiceTest, AQuestionsLoadFollowsFromTheRules) {
  const auto load_of = [&](const std::string& sql) {
    const auto prepared = all_.nodes[0]->asker->Prepare(all_.Request(sql));
    EXPECT_TRUE(prepared.ok()) << prepared.status();
    return LoadOf(*prepared, *all_.reg(), all_.clock.Now());
  };
  const QuestionLoad count = load_of(kSql);
  EXPECT_EQ(count.scans, 1u);
  EXPECT_EQ(count.dataset, "visits");
  EXPECT_EQ(count.cost_micro_rho, Run(Prepare()).cost_micro_rho());
  EXPECT_EQ(count.room_micro_rho, UINT64_MAX / 4 / 20);
}

// Members would refuse it as too old. Else the test would take half a minute for each.
// Seen to take the places of whoever's key it named, and every member's time.
TEST_F(AskServiceTest, AFalseSignatureTakesNoPlaceInTheLine) {
  size_t asked = 0;
  all_.hook = [&](query::Phase, size_t, const v1::Envelope& request,
                  const query::testing::Federation::Deliver& deliver) {
    ++asked;
    return deliver(request);
  };
  v1::RunRequest run;
  run.set_ticket(Prepare().ticket());
  run.set_researcher_signature(std::string(64, 'x'));
  v1::Answer answer;
  ASSERT_TRUE(service_.Run(nullptr, &run, &answer).ok());
  EXPECT_EQ(answer.refusal().reason(), v1::BAD_SIGNATURE);
  EXPECT_EQ(answer.refusal().message(), "the researcher's signature is wrong");
  EXPECT_EQ(asked, 0u);
}

TEST_F(AskServiceTest, AQuestionWhoseTimeIsNearlyOverDoesNotWait) {
  AskService patient(all_.nodes[0]->org, all_.nodes[0]->asker.get(), all_.nodes[0]->audit.get(),
                     &snapshots_, &all_.clock, &crypto::SystemRandom(), absl::Hours(1));
  size_t under_way = 0, busy = 0;
  const auto run_late = [&] {
    const v1::PrepareRequest request = all_.Request(kSql);
    v1::PrepareReply prepared;
    EXPECT_TRUE(patient.Prepare(nullptr, &request, &prepared).ok());
    all_.clock.Advance(absl::Seconds(41));
    v1::RunRequest run;
    run.set_ticket(prepared.ticket());
    run.set_researcher_signature(all_.researcher.Sign(
        governance::ResearcherMessage(*QueryId::FromBytes(prepared.query_id()))));
    v1::Answer answer;
    EXPECT_TRUE(patient.Run(nullptr, &run, &answer).ok());
    busy += answer.refusal().reason() == v1::BUSY;
  };
  all_.hook = [&](query::Phase phase, size_t member, const v1::Envelope& request,
                  const query::testing::Federation::Deliver& deliver) {
    if (phase == query::Phase::kPropose && member == 0 && ++under_way <= 4) run_late();
    return deliver(request);
  };
  run_late();
  EXPECT_EQ(busy, 1u);
}

TEST_F(AskServiceTest, WhoRunsHasNoPlaceInTheLine) {
  const v1::PrepareReply prepared = Prepare();
  bool looked = false;
  all_.hook = [&](query::Phase, size_t, const v1::Envelope& request,
                  const query::testing::Federation::Deliver& deliver) {
    EXPECT_FALSE(PlaceOf(prepared).waiting());
    looked = true;
    return deliver(request);
  };
  EXPECT_FALSE(PlaceOf(prepared).waiting());
  Run(prepared);
  EXPECT_TRUE(looked);
}

// Each question asks the next while it is under way.
TEST_F(AskServiceTest, SoManyQuestionsRunAtOnceAndTheNextIsBusy) {
  size_t under_way = 0;
  v1::ExplainReply last;
  const auto explain = [&] {
    const v1::PrepareRequest request = all_.Request(kSql);
    v1::ExplainReply reply;
    EXPECT_TRUE(service_.Explain(nullptr, &request, &reply).ok());
    return reply;
  };
  all_.hook = [&](query::Phase, size_t member, const v1::Envelope& request,
                  const query::testing::Federation::Deliver& deliver) {
    if (member == 0 && last.refusal().reason() != v1::BUSY) {
      ++under_way;
      const v1::ExplainReply next = explain();
      if (next.has_refusal()) last = next;
    }
    return deliver(request);
  };
  EXPECT_FALSE(explain().has_refusal());
  EXPECT_EQ(last.refusal().reason(), v1::BUSY);
  EXPECT_EQ(under_way, limits::kConcurrentQuestions);
  EXPECT_FALSE(explain().has_refusal()) << "those before have ended";
}

TEST_F(AskServiceTest, TheCatalogueNamesWhoHoldsWhat) {
  all_.SetNotice(1, 7);
  all_.SetNotice(2, 0);  // holds it no more
  snapshots_.Publish(Snapshot::Of({all_.nodes[0]->org, CommonsId(), {}, {}, all_.reg()}));
  v1::CatalogueReply reply;
  ASSERT_TRUE(service_.Catalogue(nullptr, nullptr, &reply).ok());
  ASSERT_EQ(reply.datasets_size(), 1);
  EXPECT_EQ(reply.datasets(0).name(), "visits");
  ASSERT_EQ(reply.datasets(0).holders_size(), 2);
  std::set<std::pair<std::string, uint64_t>> holders;
  for (const auto& holder : reply.datasets(0).holders()) {
    holders.emplace(holder.member(), holder.epoch());
  }
  EXPECT_EQ(holders,
            (std::set<std::pair<std::string, uint64_t>>{{"member-00", 1}, {"member-01", 7}}));
  ASSERT_EQ(reply.datasets(0).not_holding_size(), 1);
  EXPECT_EQ(reply.datasets(0).not_holding(0).member(), "member-02");
}

}  // namespace
}  // namespace commons::node
