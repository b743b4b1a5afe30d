// Ask without gRPC: its methods before a federation in this process.
#include "node/services/ask_service.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "base/limits.h"
#include "crypto/random.h"
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

  query::testing::Federation all_;
  Snapshots snapshots_;
  AskService service_{all_.nodes[0]->asker.get(), &snapshots_, &all_.clock,
                      &crypto::SystemRandom()};
};

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

// Whoever prepares and never runs keeps others waiting for no longer than a question is good for.
TEST_F(AskServiceTest, SoManyQuestionsWaitAndThoseThatLapsedMakeRoom) {
  std::set<std::string> tickets;
  v1::PrepareReply last = Prepare();
  while (!last.has_refusal() && tickets.size() < 1000) {
    tickets.insert(last.ticket());
    last = Prepare();
  }
  EXPECT_EQ(tickets.size(), 64u);
  EXPECT_EQ(last.refusal().reason(), v1::BUSY);
  all_.clock.Advance(absl::Hours(1));
  EXPECT_FALSE(Prepare().has_refusal());
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
}

}  // namespace
}  // namespace commons::node
