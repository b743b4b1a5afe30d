// Messages between nodes, honest and not.
#include "node/documents/exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/documents/federation_for_test.h"
#include "query/peer/peer_message.h"
#include "storage/full_disk_for_test.h"

namespace commons::node {
namespace {

// What `to` says to a page that `from` pushes.
v1::Reason Push(const Federation& all, TestOrg& from, TestOrg& to, const v1::LogPage& page) {
  v1::Push push;
  *push.mutable_header() =
      query::MakeHeader(all.commons, from.id, to.id, all.clock.Now(), crypto::SystemRandom());
  *push.add_pages() = page;
  v1::PushReply reply;
  EXPECT_TRUE(reply.ParseFromString(
      to.exchange->OnPush(query::SignPeerMessage(kinds::kPush, push, *from.node)).payload()));
  return reply.refusal().reason();
}

// What the disk says of this machine's files stays here.
TEST(Exchange, AFaultOfTheDiskIsToldToPeersInFixedWords) {
  Pair all;
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
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

TEST(Budgets, APeerThatFloodsIsBusyAndTheOthersAreNot) {
  Three all;
  // Looks like a resolution full of signed cards.
  v1::Envelope resolution;
  resolution.set_payload_type(kinds::kResolution);
  resolution.set_payload(std::string(limits::kDocumentBytes - 4096, '\xff'));
  const v1::LogPage flood = all.b.PageBehindOwnLog({resolution});
  int looked_at = 0;
  v1::Reason said = v1::MALFORMED;
  while (said == v1::MALFORMED && ++looked_at < 100) said = Push(all, all.b, all.a, flood);
  EXPECT_EQ(said, v1::BUSY);
  EXPECT_LT(looked_at, 5);
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  ASSERT_TRUE(all.c.book->SubmitOwn(all.c.Policy("covid")).ok());
  const v1::LogPage of_b = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  EXPECT_EQ(Push(all, all.b, all.a, of_b), v1::BUSY);
  const v1::LogPage of_c = all.c.PageOf(all.c.id, all.a.SizeOf(all.c.id));
  EXPECT_EQ(Push(all, all.c, all.a, of_c), v1::REASON_UNSPECIFIED);
  all.clock.Advance(absl::Minutes(2));
  EXPECT_EQ(Push(all, all.b, all.a, of_b), v1::REASON_UNSPECIFIED);
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

// Two with nothing new say so in one small message each, gRPC's prefix of five bytes counted. Seen
// at 564 bytes while each such round was a Compare.
TEST(Exchange, ARoundWithNothingNewTakesLessThanTwoHundredBytes) {
  Pair all;
  const Peer peer = all.a.book->snapshot()->peers.at(0);
  size_t bytes = 0;
  int messages = 0;
  Exchange counted(all.a.book.get(), all.a.intake.get(), all.a.node.get(), &all.clock,
                   &crypto::SystemRandom(),
                   [&](const Peer& to, PeerMethod method, const v1::Envelope& request, absl::Time) {
                     auto reply = all.Deliver(to, method, request);
                     bytes += 10 + request.ByteSizeLong() + reply->ByteSizeLong();
                     ++messages;
                     return reply;
                   });
  ASSERT_TRUE(counted.RoundWith(peer)->equal);  // nobody is known to agree yet
  bytes = messages = 0;
  const auto outcome = counted.RoundWith(peer);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(outcome->equal && outcome->shows_own_log);
  EXPECT_EQ(messages, 1);
  EXPECT_LE(bytes, 200u);
  // What is new there is found all the same, and what is new here.
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  EXPECT_TRUE(counted.RoundWith(peer)->changed);
  EXPECT_TRUE(counted.RoundWith(peer)->equal);
  ASSERT_TRUE(all.a.book->SubmitOwn(all.a.Policy("covid")).ok());
  ASSERT_TRUE(counted.RoundWith(peer).ok());
  EXPECT_EQ(all.a.book->snapshot()->heads_hash, all.b.book->snapshot()->heads_hash);
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

// One member took minutes over each of 64 turns: questions that compared with it, and the news of
// whoever asked it, waited for all of them.
TEST(Exchange, ARoundEndsInItsTimeHoweverMuchThePeerHas) {
  Pair all;
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  std::vector<absl::Time> until;
  Exchange exchange(
      all.a.book.get(), all.a.intake.get(), all.a.node.get(), &all.clock, &crypto::SystemRandom(),
      [&](const Peer& peer, PeerMethod method, const v1::Envelope& request, absl::Time end) {
        until.push_back(end);
        return all.Deliver(peer, method, request);
      });
  const Peer lakes = all.a.book->snapshot()->peers.at(0);
  const auto over = exchange.RoundWith(lakes, absl::ZeroDuration());
  EXPECT_TRUE(absl::IsDeadlineExceeded(over.status())) << over.status();
  EXPECT_TRUE(until.empty()) << "nobody is asked any more";
  EXPECT_TRUE(exchange.RoundWith(lakes, absl::Seconds(20)).ok());
  ASSERT_GT(until.size(), 1u);
  for (const absl::Time end : until) EXPECT_EQ(end, until[0]) << "one end for all calls";
}

}  // namespace
}  // namespace commons::node
