// What a member's node may not say to another, message by message: each is refused for its reason
// and the daemon goes on.
#include <algorithm>
#include <random>

#include "node/transport/intake.h"
#include "tests/attacks/bad_messages.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

class Messages : public WithLab<v1::OPEN> {
 protected:
  // The same attack through every RPC.
  void ExpectRefused(const std::string& name) {
    const auto message = std::find_if(bad_.begin(), bad_.end(),
                                      [&](const BadMessage& bad) { return bad.name == name; });
    ASSERT_NE(message, bad_.end());
    for (const PeerMethod method : kAllMethods) {
      EXPECT_EQ(intruder_.Outcome(kVictim, method, message->make(method)), message->outcome)
          << PathOf(method);
    }
  }
  v1::Envelope Good(PeerMethod method) {
    return intruder_.HeaderOnly(method, intruder_.HeaderTo(kVictim));
  }
  Intruder intruder_{*lab};
  const std::vector<BadMessage> bad_ = BadMessages(intruder_, kVictim, kBystander);
};

// Without an attack the envelopes of this file get past every check that it attacks.
TEST_F(Messages, TheUnchangedEnvelopeGetsThrough) {
  for (const PeerMethod method : kAllMethods) {
    const std::string outcome = intruder_.Outcome(kVictim, method, Good(method));
    EXPECT_TRUE(outcome == "ok" || outcome == "MALFORMED") << PathOf(method) << ": " << outcome;
  }
}

TEST_F(Messages, ForgedSignature) { ExpectRefused("forged signature"); }

TEST_F(Messages, ChangedAfterSigning) { ExpectRefused("changed after signing"); }

TEST_F(Messages, SignedByNobody) {
  ExpectRefused("signed by nobody");
  // Nor do the board or the connection's key speak for the node.
  ExpectRefused("signed by the board");
}

TEST_F(Messages, AnotherMemberNamedAsSender) { ExpectRefused("another member named as sender"); }

TEST_F(Messages, ForAnotherRecipient) { ExpectRefused("for another recipient"); }

TEST_F(Messages, ForAnotherCommons) { ExpectRefused("for another commons"); }

TEST_F(Messages, StaleOrEarly) {
  ExpectRefused("stale");
  ExpectRefused("early");
}

TEST_F(Messages, ANonceOfAnotherLength) { ExpectRefused("a nonce of another length"); }

TEST_F(Messages, ReplayedPropose) {
  HostileQuestion question(intruder_);
  const v1::Envelope proposal = question.ProposalTo(kVictim);
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, proposal), "ok");
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, proposal), "REPLAYED");
  // In a new envelope it is still the same attempt.
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, question.ProposalTo(kVictim)),
            "REPLAYED");
}

TEST_F(Messages, ReplayedAfterWithdrawal) {
  v1::Envelope proposal;
  {
    HostileQuestion question(intruder_);
    proposal = question.ProposalTo(kVictim);
    EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, proposal), "ok");
  }
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, proposal), "REPLAYED");
}

TEST_F(Messages, ReplayedPush) {
  v1::Push push;
  *push.mutable_header() = intruder_.HeaderTo(kVictim);
  const v1::Envelope message = intruder_.Sign(PeerMethod::kPush, push);
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPush, message), "ok");
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPush, message), "REPLAYED");
}

TEST_F(Messages, ReplayedPreview) {
  HostileQuestion question(intruder_);
  v1::Preview preview;
  *preview.mutable_header() = intruder_.HeaderTo(kVictim);
  *preview.mutable_question() = question.proposal().question();
  preview.set_researcher(question.proposal().researcher());
  const v1::Envelope message = intruder_.Sign(PeerMethod::kPreview, preview);
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPreview, message), "ok");
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPreview, message), "REPLAYED");
}

TEST_F(Messages, ProposalsThatTheResearcherDidNotSign) {
  HostileQuestion question(intruder_);
  v1::Propose& proposal = question.proposal();
  (*proposal.mutable_researcher_signature())[3] ^= 1;
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, question.ProposalTo(kVictim)),
            "BAD_SIGNATURE");
  HostileQuestion late(intruder_);
  late.proposal().set_not_after_ms(late.proposal().not_after_ms() + 1);
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, late.ProposalTo(kVictim)),
            "MALFORMED");
}

TEST_F(Messages, UnknownFields) { ExpectRefused("unknown fields"); }

TEST_F(Messages, TruncatedBytes) {
  for (const PeerMethod method : kAllMethods) {
    const std::string whole = Good(method).SerializeAsString();
    for (const size_t size : {whole.size() - 1, whole.size() / 2, size_t{3}}) {
      EXPECT_EQ(intruder_.Send(kVictim, method, whole.substr(0, size)).status.error_code(),
                grpc::StatusCode::INVALID_ARGUMENT)
          << PathOf(method);
    }
  }
  ExpectRefused("nothing");
}

TEST_F(Messages, ATruncatedMessageWellSigned) { ExpectRefused("truncated, well signed"); }

TEST_F(Messages, AMessageOfAnotherKind) { ExpectRefused("another kind"); }

TEST_F(Messages, AThousandSignatures) {
  ExpectRefused("a thousand signatures");
  ExpectRefused("no signature");
}

TEST_F(Messages, FiveMebibytes) { ExpectRefused("five mebibytes"); }

TEST_F(Messages, AsMuchAsFitsOfNothingWellSigned) { ExpectRefused("as much as fits, well signed"); }

TEST_F(Messages, AMebibyteOfRandomBytes) {
  std::mt19937_64 random(7);
  for (const PeerMethod method : kAllMethods) {
    std::string bytes(1 << 20, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_EQ(intruder_.Send(kVictim, method, bytes).status.error_code(),
              bytes.size() > node::MostBytes(method) ? grpc::StatusCode::RESOURCE_EXHAUSTED
                                                     : grpc::StatusCode::INVALID_ARGUMENT)
        << PathOf(method);
  }
}

}  // namespace
}  // namespace commons::attacks
