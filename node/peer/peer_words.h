// What other organisations say in words, before this node's own people read it: one line, printable
// and short, so that nobody's text fills an answer or pretends to be another's.
#ifndef COMMONS_NODE_PEER_PEER_WORDS_H_
#define COMMONS_NODE_PEER_PEER_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "proto/local.pb.h"

namespace commons::node {

// `text` in one line of at most limits::kPeerWordsBytes, whatever is in it.
std::string PeerWords(absl::string_view text);

// The words of members that stand in them.
void ShortenPeerWords(v1::Answer& answer);
void ShortenPeerWords(v1::ExplainReply& reply);

}  // namespace commons::node

#endif  // COMMONS_NODE_PEER_PEER_WORDS_H_
