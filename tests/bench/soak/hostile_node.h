// A member's node with its real keys, data and documents, whose owner changed the code: what it
// answers the others with is another thing than what its parts would say.
#ifndef COMMONS_TESTS_BENCH_SOAK_HOSTILE_NODE_H_
#define COMMONS_TESTS_BENCH_SOAK_HOSTILE_NODE_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "node/node_parts.h"
#include "node/peer/peer_method.h"

namespace commons::soak {

enum class Way {
  kExtremeVotes,      // demands in votes that its rules do not make
  kMalformedReplies,  // damaged, foreign, padded or repeated replies
  kLastMoment,        // every reply as late as it may be
  kDropAtSeal,        // votes, and does not sign
  kRefuseAtSubmit,    // signs, and gives no vector
};

// Its daemon must have been stopped. Serves from the constructor on.
class HostileNode {
 public:
  HostileNode(const std::string& dir, Way way);
  ~HostileNode();

  size_t times() const { return times_; }  // that it did so

 private:
  absl::Status Start();
  v1::Envelope Handle(node::PeerMethod method, const v1::Envelope& request);
  v1::Envelope Twisted(node::PeerMethod method, const v1::Envelope& honest);
  v1::Envelope TwistedVote(v1::Vote vote) const;
  v1::Envelope Malformed(node::PeerMethod method, const v1::Envelope& honest);
  v1::Envelope UnsealedReply(v1::SealReply reply) const;
  v1::Envelope NoVector(v1::SubmitReply reply) const;

  const Way way_;
  std::unique_ptr<node::NodeParts> parts_;
  std::atomic<size_t> times_ = 0;
  std::mutex mu_;
  v1::Envelope earlier_;  // a reply of before
};

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_HOSTILE_NODE_H_
