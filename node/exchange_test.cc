// Pages and messages between nodes, honest and not.
#include "node/exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "node/federation_for_test.h"
#include "storage/full_disk_for_test.h"

namespace commons::node {
namespace {

using governance::ReasonOf;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Pages, ThatDoNotProveThemselvesAreLeftOut) {
  Pair all;
  const auto refused = [&](const v1::LogPage& page) {
    const auto accepted = all.a.Accept({page});
    EXPECT_FALSE(accepted.changed);
    return accepted.problems;
  };
  EXPECT_THAT(refused(all.stranger.PageOf(all.stranger.id, 0)), ElementsAre(v1::UNKNOWN_ISSUER))
      << "however well signed";
  const uint64_t size = all.a.SizeOf(all.b.id);
  v1::LogPage page;
  page.set_org_id(all.b.id.ToBytes());
  page.set_from(size);
  *page.add_entries() = all.b.ApprovalOf(all.commons, 2, DocId());
  page.set_checkpoint(all.a.archive->snapshot()->heads.at(all.b.id).checkpoint);
  EXPECT_THAT(refused(page), ElementsAre(v1::MALFORMED)) << "a checkpoint that does not cover it";
  EXPECT_EQ(all.a.SizeOf(all.b.id), size);
}

// What the disk says of this machine's files stays here.
TEST(Pages, AFaultOfTheDiskIsToldToPeersInFixedWords) {
  Pair all;
  ASSERT_TRUE(all.b.archive->SubmitOwn(all.b.Policy("covid")).ok());
  v1::Push push;
  *push.add_pages() = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  *push.mutable_header() =
      query::MakeHeader(all.commons, all.b.id, all.a.id, all.clock.Now(), crypto::SystemRandom());
  const v1::Envelope request = query::SignPeerMessage(kinds::kPush, push, *all.b.node);
  const v1::Envelope reply = [&] {
    const storage::FullDisk full(*all.a.db);
    return all.a.exchange->OnPush(request);
  }();
  v1::PushReply refused;
  ASSERT_TRUE(refused.ParseFromString(reply.payload()));
  ASSERT_TRUE(refused.has_refusal());
  EXPECT_EQ(refused.refusal().message(), governance::PlainWords(refused.refusal().reason()));
  EXPECT_THAT(reply.payload(), testing::Not(testing::HasSubstr(all.a.dir.path())));
}

// The root of a log covers no signatures.
TEST(Pages, SignaturesThatAPeerStrippedComeFromAnother) {
  Pair all;
  ASSERT_TRUE(all.b.archive->SubmitOwn(all.b.Policy("covid")).ok());
  v1::LogPage page = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  page.mutable_entries(0)->clear_signatures();
  const auto accepted = all.a.Accept({page});
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, ElementsAre(v1::UNDER_SIGNED));

  all.Settle();
  ASSERT_NE(all.a.reg().OwnerPolicies(all.b.id, "covid"), nullptr);
  EXPECT_EQ(all.a.reg().head(), all.b.reg().head());
}

TEST(Pages, AnOrganisationsLogHoldsSoManyBytesAndNoMore) {
  Pair all;
  absl::Status own;
  int taken = 0;
  while (own.ok() && taken <= 100) own = all.b.archive->SubmitOwn(all.b.LargeProject(taken++));
  EXPECT_EQ(ReasonOf(own), v1::MESSAGE_TOO_LARGE) << own;
  all.Settle();
  EXPECT_EQ(all.a.SizeOf(all.b.id), all.b.SizeOf(all.b.id)) << "all that b could write";
  const auto accepted = all.a.Accept({all.b.PageBehindOwnLog({all.b.LargeProject(taken)})});
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, ElementsAre(v1::MESSAGE_TOO_LARGE));
}

// ---- what a peer may cost ----

struct Three : Federation {
  TestOrg& a = Add("auckland");
  TestOrg& b = Add("lakes");
  TestOrg& c = Add("waikato");
  Three() { Found({"auckland", "lakes", "waikato"}); }

  v1::Reason Push(TestOrg& from, TestOrg& to, const v1::LogPage& page) {
    v1::Push push;
    *push.mutable_header() =
        query::MakeHeader(commons, from.id, to.id, clock.Now(), crypto::SystemRandom());
    *push.add_pages() = page;
    v1::PushReply reply;
    EXPECT_TRUE(reply.ParseFromString(
        to.exchange->OnPush(query::SignPeerMessage(kinds::kPush, push, *from.node)).payload()));
    return reply.refusal().reason();
  }
};

TEST(Budgets, APeerThatFloodsIsBusyAndTheOthersAreNot) {
  Three all;
  // Looks like a resolution full of signed cards.
  v1::Envelope resolution;
  resolution.set_payload_type(kinds::kResolution);
  resolution.set_payload(std::string(limits::kDocumentBytes - 4096, '\xff'));
  const v1::LogPage flood = all.b.PageBehindOwnLog({resolution});
  int looked_at = 0;
  v1::Reason said = v1::MALFORMED;
  while (said == v1::MALFORMED && ++looked_at < 100) said = all.Push(all.b, all.a, flood);
  EXPECT_EQ(said, v1::BUSY);
  EXPECT_LT(looked_at, 5);
  ASSERT_TRUE(all.b.archive->SubmitOwn(all.b.Policy("covid")).ok());
  ASSERT_TRUE(all.c.archive->SubmitOwn(all.c.Policy("covid")).ok());
  const v1::LogPage of_b = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  EXPECT_EQ(all.Push(all.b, all.a, of_b), v1::BUSY);
  const v1::LogPage of_c = all.c.PageOf(all.c.id, all.a.SizeOf(all.c.id));
  EXPECT_EQ(all.Push(all.c, all.a, of_c), v1::REASON_UNSPECIFIED);
  all.clock.Advance(absl::Minutes(2));
  EXPECT_EQ(all.Push(all.b, all.a, of_b), v1::REASON_UNSPECIFIED);
}

TEST(Budgets, ForPagesOfTheOwnLogTooBecauseTheyAreSigned) {
  Three all;
  v1::Reason said = v1::REASON_UNSPECIFIED;
  int answered = 0;
  while (said == v1::REASON_UNSPECIFIED && ++answered < 1000) {
    v1::Pull pull;
    *pull.mutable_header() =
        query::MakeHeader(all.commons, all.b.id, all.a.id, all.clock.Now(), crypto::SystemRandom());
    for (int i = 0; i < 2000; ++i) pull.add_ranges()->set_org_id(std::string(32, 'x'));
    v1::PullReply reply;
    ASSERT_TRUE(reply.ParseFromString(
        all.a.exchange->OnPull(query::SignPeerMessage(kinds::kPull, pull, *all.b.node)).payload()));
    said = reply.refusal().reason();
  }
  EXPECT_EQ(said, v1::BUSY);
}

TEST(Budgets, OneFoldForAllPagesInWhateverOrder) {
  Three all;
  for (const char* dataset : {"covid", "hlfs", "census"}) {
    for (TestOrg* org : {&all.b, &all.c}) {
      ASSERT_TRUE(org->archive->SubmitOwn(org->Policy(dataset)).ok());
    }
  }
  const v1::LogPage of_b = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  const v1::LogPage of_c = all.c.PageOf(all.c.id, all.a.SizeOf(all.c.id));
  ASSERT_EQ(of_b.entries_size(), 3);
  int folds = 0;
  const auto counting = [&](Work work, uint64_t) {
    folds += work == Work::kFolded;
    return absl::OkStatus();
  };
  const auto accepted = all.a.Accept({of_c, of_b, of_c, of_b}, counting);
  EXPECT_TRUE(accepted.changed);
  EXPECT_THAT(accepted.problems, IsEmpty());
  EXPECT_EQ(folds, 1);
  EXPECT_FALSE(all.a.Accept({of_c, of_b}, counting).changed);
  EXPECT_EQ(folds, 1) << "nothing new, nothing to fold";
  EXPECT_EQ(all.a.reg().OwnerPolicies(all.c.id, "census")->versions.size(), 1u);
}

TEST(Budgets, NothingIsTakenThatMayNotBeFolded) {
  Three all;
  ASSERT_TRUE(all.b.archive->SubmitOwn(all.b.Policy("covid")).ok());
  const uint64_t size = all.a.SizeOf(all.b.id);
  const v1::LogPage page = all.b.PageOf(all.b.id, size);
  const auto accepted = all.a.Accept({page}, [](Work work, uint64_t) {
    return work == Work::kFolded ? governance::Refuse(v1::BUSY, "later") : absl::OkStatus();
  });
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, ElementsAre(v1::BUSY));
  EXPECT_EQ(all.a.SizeOf(all.b.id), size);
  EXPECT_TRUE(all.a.Accept({page}).changed);
}

TEST(Budgets, TheArchiveIsFreeWhileSignaturesAreVerified) {
  Three all;
  ASSERT_TRUE(all.b.archive->SubmitOwn(all.b.Policy("covid")).ok());
  int free = 0;
  const auto accepted =
      all.a.Accept({all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id))}, [&](Work work, uint64_t) {
        if (work == Work::kFolded) return absl::OkStatus();
        auto read = std::async(std::launch::async, [&] { return all.a.archive->Documents("", 0); });
        if (read.wait_for(std::chrono::seconds(20)) != std::future_status::ready) std::abort();
        ++free;
        return absl::OkStatus();
      });
  EXPECT_TRUE(accepted.changed);
  EXPECT_GT(free, 0);
}

TEST(Exchange, MessagesForOthersOrFromStrangersAreRefused) {
  Pair all;
  TestOrg &a = all.a, &b = all.b, &stranger = all.stranger;
  auto reason = [&](const OrgId& recipient, const crypto::SigningKey& key, const OrgId& sender) {
    v1::Compare compare;
    *compare.mutable_header() =
        query::MakeHeader(all.commons, sender, recipient, all.clock.Now(), crypto::SystemRandom());
    v1::CompareReply reply;
    EXPECT_TRUE(reply.ParseFromString(
        a.exchange->OnCompare(query::SignPeerMessage(kinds::kCompare, compare, key)).payload()));
    return reply.refusal().reason();
  };
  EXPECT_EQ(reason(a.id, *b.node, b.id), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(reason(b.id, *b.node, b.id), v1::WRONG_RECIPIENT);
  EXPECT_EQ(reason(a.id, *stranger.node, stranger.id), v1::NOT_A_MEMBER);
  EXPECT_EQ(reason(a.id, *stranger.node, b.id), v1::NOT_A_MEMBER);
  v1::Envelope junk;
  junk.set_payload("\xff\xff");
  v1::PushReply reply;
  EXPECT_TRUE(reply.ParseFromString(a.exchange->OnPush(junk).payload()));
  EXPECT_TRUE(reply.has_refusal());
}

}  // namespace
}  // namespace commons::node
