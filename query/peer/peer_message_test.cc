#include "query/peer/peer_message.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "proto/peer.pb.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;

v1::Envelope Reply(absl::string_view kind, const std::string& payload) {
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(kind));
  envelope.set_payload(payload);
  return envelope;
}

TEST(PeerMessage, AnUnverifiedOneIsReadWhenItIsOfTheKindAndWithinBounds) {
  v1::CompareReply sent;
  sent.set_equal(true);
  const std::string payload = sent.SerializeAsString();
  v1::CompareReply read;
  EXPECT_TRUE(
      ReadUnverified(Reply(kinds::kCompareReply, payload), kinds::kCompareReply, read).ok());
  EXPECT_TRUE(read.equal());

  std::string crowded;  // a small message that would be a large one in memory
  for (size_t i = 0; i <= limits::kPeerMessageFields; ++i) crowded += payload;
  for (const v1::Envelope& other :
       {Reply(kinds::kPullReply, payload), Reply(kinds::kCompareReply, "\xff\xff"),
        Reply(kinds::kCompareReply, crowded)}) {
    EXPECT_EQ(governance::ReasonOf(ReadUnverified(other, kinds::kCompareReply, read)),
              v1::MALFORMED);
  }
}

}  // namespace
}  // namespace commons::query
