// A peer that says whatever it likes: with the keys of a member, over the real connections.
#ifndef COMMONS_TESTS_ATTACKS_INTRUDER_H_
#define COMMONS_TESTS_ATTACKS_INTRUDER_H_

#include <grpc/compression.h>
#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/merkle/merkle.h"
#include "governance/document/payload_types.h"
#include "governance/fold/org_log.h"
#include "governance/register/register.h"
#include "node/peer/peer_method.h"
#include "node/transport/tls_for_test.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "query/release/roster.h"
#include "tests/attacks/lab.h"

namespace commons::attacks {

namespace kinds = governance::kinds;
using node::PeerMethod;

inline constexpr PeerMethod kAllMethods[] = {
    PeerMethod::kCompare, PeerMethod::kPull, PeerMethod::kPush,   PeerMethod::kPreview,
    PeerMethod::kPropose, PeerMethod::kSeal, PeerMethod::kSubmit, PeerMethod::kPublish};
const char* KindOf(PeerMethod method);
std::string PathOf(PeerMethod method);

// A connection of its own with any identity, which trusts any server and limits nothing it sends.
std::shared_ptr<grpc::Channel> Dial(int port, const crypto::TlsIdentity& identity);

struct RawReply {
  grpc::Status status;
  std::string bytes;
};
RawReply SendBytes(const std::shared_ptr<grpc::Channel>& channel, PeerMethod method,
                   const std::string& bytes,
                   grpc_compression_algorithm compression = GRPC_COMPRESS_NONE);

class Intruder {
 public:
  explicit Intruder(const Lab& lab, const std::string& member = kAttacker);

  // What came of a call: "ok", the reason of a refusal, or "grpc N" with the code.
  std::string Outcome(const std::string& to, PeerMethod method, const v1::Envelope& message);
  RawReply Send(const std::string& to, PeerMethod method, const std::string& bytes,
                grpc_compression_algorithm compression = GRPC_COMPRESS_NONE);
  // The reply's message; a refusal is in it.
  template <typename Reply>
  Reply Ask(const std::string& to, PeerMethod method, const v1::Envelope& message) {
    v1::Envelope envelope;
    Reply reply;
    const RawReply raw = Send(to, method, message.SerializeAsString());
    EXPECT_TRUE(raw.status.ok() && envelope.ParseFromString(raw.bytes) &&
                reply.ParseFromString(envelope.payload()))
        << raw.status.error_message();
    return reply;
  }

  v1::PeerHeader HeaderTo(const std::string& to) const;
  // Signed with the node key. A message of nothing but a header is the same bytes for every method.
  v1::Envelope Sign(PeerMethod method, const google::protobuf::Message& message) const;
  v1::Envelope HeaderOnly(PeerMethod method, const v1::PeerHeader& header) const;

  // All logs as `from` holds them now, and what follows from them.
  void LearnFrom(const std::string& from);
  const governance::Register& reg() const { return *reg_; }
  OrgId OrgOf(const std::string& member) const { return reg_->FindMemberByName(member)->id; }
  crypto::MerkleTree TreeOf(const std::string& member) const;
  // The entries as the next page of a log, with the checkpoint that `key` signs for them.
  v1::LogPage PageOf(const std::string& member, const std::vector<v1::Envelope>& entries,
                     const crypto::SigningKey& key) const;
  std::string PushPages(const std::string& to, const std::vector<v1::LogPage>& pages);
  // As if it had been learned: a page that somebody took. What follows from it is not looked at.
  void Took(const v1::LogPage& page);

  const Lab& lab;
  const std::string member;
  const crypto::SigningKey node_key, tls_key, board_key;
  SystemClock clock;
  std::string received;  // every byte of every reply

 private:
  // Whether anything came of what is not held yet.
  bool PullOnce(const std::string& from, const v1::CompareReply& compared);

  CommonsId commons_;
  std::map<std::string, OrgId> orgs_;  // by member
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
  std::map<OrgId, governance::OrgLog> logs_;
  std::shared_ptr<const governance::Register> reg_;
};

// A question that the intruder asks message by message; what members reserved is freed at the end.
class HostileQuestion {
 public:
  HostileQuestion(Intruder& intruder, const std::string& sql = kCount);
  ~HostileQuestion();

  v1::Propose& proposal() { return proposal_; }
  const query::RosterTerms& terms() const { return terms_; }
  v1::Envelope ProposalTo(const std::string& member);
  // Asks for it.
  absl::StatusOr<query::Voter> TryVoteOf(const std::string& member);
  // Of all members, in roster order; the intruder's own is forged, after another's.
  absl::StatusOr<std::vector<query::Voter>> TryVotes();
  // The same; the test fails unless they come.
  query::Voter VoteOf(const std::string& member);
  std::vector<query::Voter> Votes();
  static std::string FreshEphemeral();
  // As if `voter` had voted with another key, signed by whoever has `key`.
  query::Voter Reissued(query::Voter voter, const std::string& ephemeral,
                        const crypto::SigningKey& key) const;
  v1::Roster RosterOf(const std::vector<query::Voter>& voters) const;
  v1::Envelope SealTo(const std::string& member, const v1::Roster& roster) const;
  v1::Envelope SubmitTo(const std::string& member,
                        const std::vector<std::string>& signatures) const;
  // What a member signs for this roster; "" when it refuses.
  std::string SealedBy(const query::Voter& voter, const v1::Roster& roster);
  // Of everybody, in roster order.
  std::vector<std::string> SealAll(const std::vector<query::Voter>& voters);

 private:
  const v1::Standard& standard() const;

  Intruder& intruder_;
  std::shared_ptr<const governance::Register> reg_;
  v1::Propose proposal_;
  query::RosterTerms terms_;
};

}  // namespace commons::attacks

#endif  // COMMONS_TESTS_ATTACKS_INTRUDER_H_
