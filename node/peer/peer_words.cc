#include "node/peer/peer_words.h"

#include "base/limits.h"
#include "governance/document/text.h"

namespace commons::node {

std::string PeerWords(absl::string_view text) {
  return governance::OneLine(text, limits::kPeerWordsBytes);
}

void ShortenPeerWords(v1::Answer& answer) {
  for (v1::MemberState& member : *answer.mutable_members()) {
    member.set_message(PeerWords(member.message()));
    member.set_as_of(PeerWords(member.as_of()));
  }
}

void ShortenPeerWords(v1::ExplainReply& reply) {
  for (v1::ExplainReply::Member& member : *reply.mutable_members()) {
    member.set_message(PeerWords(member.message()));
  }
}

}  // namespace commons::node
