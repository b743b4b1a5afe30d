#include "node/peer_router.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/limits.h"
#include "node/documents/federation_for_test.h"
#include "node/transport/wire_for_test.h"
#include "query/peer/peer_message.h"

namespace commons::node {
namespace {

// The router of one of two members, without a contributor: the exchange alone answers.
class PeerRouterTest : public testing::Test {
 protected:
  v1::Envelope Compare(const OrgId& to) {
    v1::Compare compare;
    *compare.mutable_header() =
        query::MakeHeader(all_.commons, all_.a.id, to, all_.clock.Now(), crypto::SystemRandom());
    return query::SignPeerMessage(kinds::kCompare, compare, *all_.a.node);
  }

  Pair all_;
  std::unique_ptr<OwnCertificate> certificate_ =
      *OwnCertificate::Create(*all_.a.tls, all_.clock.Now());
  PeerChannels channels_{*certificate_, all_.a.book->snapshots().standing_of(), &all_.clock, {}};
  Sync sync_{&all_.a.book->snapshots(), all_.a.exchange.get(), all_.a.id, &crypto::SystemRandom(),
             absl::Hours(1)};
  PeerRouter router_{
      {all_.a.id, &all_.a.book->snapshots(), all_.a.exchange.get(), nullptr, &channels_, &sync_}};
};

TEST_F(PeerRouterTest, AMessageToThisNodeItselfNeedsNoNetwork) {
  const auto reply =
      router_.Send(all_.a.id, PeerMethod::kCompare, Compare(all_.a.id), absl::Seconds(10));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->payload_type(), kinds::kCompareReply);
  v1::CompareReply said;
  ASSERT_TRUE(said.ParseFromString(reply->payload()));
  EXPECT_FALSE(said.has_refusal()) << said.ShortDebugString();
}

TEST_F(PeerRouterTest, WhoeverIsNoPeerHasNoAddress) {
  EXPECT_EQ(router_
                .Send(all_.stranger.id, PeerMethod::kCompare, Compare(all_.stranger.id),
                      absl::Seconds(10))
                .status(),
            absl::UnavailableError("no address is known"));
}

TEST_F(PeerRouterTest, APeerThatDoesNotAnswerIsNotReachable) {
  // Nobody listens where its node info says.
  ASSERT_TRUE(all_.b.book->MintNodeInfo({"127.0.0.1:1"}, "people").ok());
  all_.Settle();
  sync_.NoteContact(all_.b.id, true);
  const auto reply =
      router_.Send(all_.b.id, PeerMethod::kCompare, Compare(all_.b.id), absl::Seconds(10));
  EXPECT_TRUE(absl::IsUnavailable(reply.status())) << reply.status();
  EXPECT_FALSE(sync_.Reachable(all_.b.id));
}

// Each question would wait for it anew.
TEST_F(PeerRouterTest, ASilentPeerIsNotWaitedForAgainBeforeItIsHeardFrom) {
  const SilentPort silent;
  ASSERT_TRUE(all_.b.book->MintNodeInfo({silent.endpoint()}, "people").ok());
  all_.Settle();
  // Whether the peer was asked: nobody answers there.
  const auto asked = [&](PeerMethod method, absl::Duration timeout) {
    const absl::Status sent = router_.Send(all_.b.id, method, Compare(all_.b.id), timeout).status();
    EXPECT_FALSE(sent.ok());
    return sent.message() != "it did not answer in time before, nor since";
  };
  const absl::Duration whole = absl::Seconds(limits::kPhaseSeconds), end = absl::Milliseconds(200);
  sync_.NoteContact(all_.stranger.id, true);  // others are reached: it is not this node
  EXPECT_TRUE(asked(PeerMethod::kPropose, end));
  EXPECT_TRUE(asked(PeerMethod::kPropose, whole))
      << "the last moments of a question say nothing of a peer";
  for (const PeerMethod begins : {PeerMethod::kPreview, PeerMethod::kPropose}) {
    EXPECT_FALSE(asked(begins, whole));
  }
  // What is under way is not given up for it, nor is anything when nobody at all is reached.
  EXPECT_TRUE(asked(PeerMethod::kSubmit, end));
  sync_.NoteContact(all_.stranger.id, false);
  EXPECT_TRUE(asked(PeerMethod::kPropose, end));
  sync_.NoteContact(all_.stranger.id, true);
  EXPECT_FALSE(asked(PeerMethod::kPropose, end));
  sync_.NoteContact(all_.b.id, true);
  EXPECT_TRUE(asked(PeerMethod::kPropose, end));
}

}  // namespace
}  // namespace commons::node
