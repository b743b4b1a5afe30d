// Who voted knows other documents: are they to be had?
#include "node/documents/comparing.h"

#include <gtest/gtest.h>

#include "node/documents/federation_for_test.h"
#include "query/peer/peer_message.h"

namespace commons::node {
namespace {

// Of a peer that gives none of its documents, validly signed.
v1::Envelope NoPages(const Federation& all, const TestOrg& from, const TestOrg& to) {
  v1::PullReply reply;
  *reply.mutable_header() =
      query::MakeHeader(all.commons, from.id, to.id, all.clock.Now(), crypto::SystemRandom());
  return query::SignPeerMessage(kinds::kPullReply, reply, *from.node);
}

TEST(Comparing, WhoShowsDocumentsAndKeepsThemBackIsNotAnsweredWith) {
  Pair all;
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  bool keeps_back = true;
  Exchange exchange(all.a.book.get(), all.a.intake.get(), all.a.node.get(), &all.clock,
                    &crypto::SystemRandom(),
                    [&](const Peer& peer, PeerMethod method, const v1::Envelope& request,
                        absl::Time) -> absl::StatusOr<v1::Envelope> {
                      if (keeps_back && method == PeerMethod::kPull)
                        return NoPages(all, all.b, all.a);
                      return all.Deliver(peer, method, request);
                    });
  const Comparing comparing(&all.a.book->snapshots(), &exchange);
  const query::Voted voted{all.b.id, all.b.reg().head()};
  const absl::Status refused = comparing.With({voted}).at(0);
  EXPECT_EQ(governance::ReasonOf(refused), v1::STALE) << refused;
  keeps_back = false;
  const absl::Status had = comparing.With({voted}).at(0);
  EXPECT_TRUE(had.ok()) << had;
  EXPECT_EQ(all.a.reg().head(), all.b.reg().head());
}

}  // namespace
}  // namespace commons::node
