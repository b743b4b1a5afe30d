#include "tests/bench/soak/hostile_node.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "crypto/dsse.h"
#include "crypto/random.h"
#include "governance/document/payload_types.h"
#include "query/peer/peer_message.h"

namespace commons::soak {

namespace kinds = governance::kinds;
using node::PeerMethod;

namespace {

// Just before an asker gives up, and longer than any waits.
constexpr absl::Duration kLate = absl::Milliseconds(850 * limits::kPhaseSeconds);
constexpr absl::Duration kNever = absl::Milliseconds(1600 * limits::kPhaseSeconds);

template <typename Message>
Message Parsed(const v1::Envelope& envelope) {
  Message message;
  message.ParseFromString(envelope.payload());
  return message;
}

v1::Refusal Excuse() {
  v1::Refusal refusal;
  refusal.set_reason(v1::INTERNAL);
  refusal.set_message("rata did it\n\x1b[31m and so did miro");  // blames others, in red
  return refusal;
}

}  // namespace

HostileNode::HostileNode(const std::string& dir, Way way) : way_(way) {
  auto home = node::OpenHome(dir, crypto::SystemRandom());
  auto config = node::LoadConfig(node_files::Path(dir, node_files::kConfig));
  EXPECT_TRUE(home.ok() && config.ok()) << home.status() << config.status();
  parts_ = std::make_unique<node::NodeParts>(*std::move(home), *std::move(config));
  const absl::Status started = Start();
  EXPECT_TRUE(started.ok()) << started;
}

// As NodeParts::Listen, but for who answers, and without the own people's door.
absl::Status HostileNode::Start() {
  node::NodeParts& parts = *parts_;
  RETURN_IF_ERROR(parts.OpenStores(false));
  RETURN_IF_ERROR(parts.WireTransport());
  parts.WireQuestions();
  ASSIGN_OR_RETURN(
      parts.peer_server,
      node::PeerServer::Start(parts.config.listen,
                              {[&parts] { return parts.certificate->latest(); },
                               parts.book->snapshots().standing_of(), parts.clock.get()},
                              [this](PeerMethod method, const v1::Envelope& request) {
                                return Handle(method, request);
                              }));
  RETURN_IF_ERROR(parts.Mint());
  parts.sync->Start();
  return absl::OkStatus();
}

HostileNode::~HostileNode() {
  if (parts_->sync != nullptr) parts_->sync->Stop();
  if (parts_->peer_server != nullptr) parts_->peer_server->Shutdown(absl::Seconds(1));
}

v1::Envelope HostileNode::Handle(PeerMethod method, const v1::Envelope& request) {
  const v1::Envelope honest = parts_->router->Handle(method, request);
  const bool asked = method >= PeerMethod::kPropose;
  const bool withdrawn = method == PeerMethod::kSeal && Parsed<v1::Seal>(request).withdraw();
  return asked && !withdrawn ? Twisted(method, honest) : honest;
}

v1::Envelope HostileNode::Twisted(PeerMethod method, const v1::Envelope& honest) {
  const std::string& kind = honest.payload_type();
  if (way_ == Way::kLastMoment) {
    ++times_;
    absl::SleepFor(kLate);
  } else if (way_ == Way::kMalformedReplies) {
    return Malformed(method, honest);
  } else if (way_ == Way::kExtremeVotes && kind == kinds::kVote) {
    ++times_;
    return TwistedVote(Parsed<v1::Vote>(honest));
  } else if (way_ == Way::kDropAtSeal && kind == kinds::kSealReply) {
    ++times_;
    return UnsealedReply(Parsed<v1::SealReply>(honest));
  } else if (way_ == Way::kRefuseAtSubmit && kind == kinds::kSubmitReply) {
    ++times_;
    return NoVector(Parsed<v1::SubmitReply>(honest));
  }
  return honest;
}

v1::Envelope HostileNode::TwistedVote(v1::Vote vote) const {
  constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max();
  v1::Requirements& demands = *vote.mutable_requirements();
  switch (times_ % 4) {
    case 0:
      demands.set_threshold(kMost);
      break;
    case 1:
      demands.set_rounding(kMost);
      break;
    case 2:
      demands.set_min_members(limits::kMembers);
      break;
    default:
      demands.clear_rules();
  }
  return query::SignPeerMessage(kinds::kVote, vote, parts_->home.node_key);
}

v1::Envelope HostileNode::UnsealedReply(v1::SealReply reply) const {
  switch (times_ % 3) {
    case 0:
      absl::SleepFor(kNever);
      break;
    case 1:
      reply.clear_signature();
      *reply.mutable_refusal() = Excuse();
      break;
    default:
      if (!reply.signature().empty()) (*reply.mutable_signature())[3] ^= 1;
  }
  return query::SignPeerMessage(kinds::kSealReply, reply, parts_->home.node_key);
}

v1::Envelope HostileNode::NoVector(v1::SubmitReply reply) const {
  switch (times_ % 3) {
    case 0:
      absl::SleepFor(kNever);
      break;
    case 1:
      reply.clear_contribution();
      *reply.mutable_refusal() = Excuse();
      break;
    default:
      reply.mutable_contribution()->mutable_values()->append("12345678");
  }
  return query::SignPeerMessage(kinds::kSubmitReply, reply, parts_->home.node_key);
}

v1::Envelope HostileNode::Malformed(PeerMethod method, const v1::Envelope& honest) {
  std::lock_guard lock(mu_);
  v1::Envelope reply = honest;
  const auto sign = [&](const std::string& payload) {
    const auto signature = crypto::SignDsse(parts_->home.node_key, honest.payload_type(), payload);
    reply.set_payload(payload);
    reply.mutable_signatures(0)->set_signature(signature.signature);
  };
  switch (++times_ % 6) {
    case 0:
      reply = std::exchange(earlier_, honest);  // of another question, often of another kind
      break;
    case 1:
      sign(honest.payload().substr(0, honest.payload().size() - 1));
      break;
    case 2:
      (*reply.mutable_signatures(0)->mutable_signature())[5] ^= 1;
      break;
    case 3:
      sign(std::string(1000, '\xff'));
      break;
    case 4:
      reply.GetReflection()->MutableUnknownFields(&reply)->AddLengthDelimited(
          99, std::string(method == PeerMethod::kPropose ? limits::kVoteBytes : 100'000, 'x'));
      break;
    default:
      reply = v1::Envelope();
  }
  return reply;
}

}  // namespace commons::soak
