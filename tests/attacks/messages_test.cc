// What a member's node may not say to another, message by message: each is refused for its reason
// and the daemon goes on.
#include <functional>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/dsse.h"
#include "crypto/random.h"
#include "node/transport/intake.h"
#include "query/peer/peer_message.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

class Messages : public WithLab<v1::OPEN> {
 protected:
  // The same attack through every RPC.
  void ExpectEverywhere(const std::string& outcome,
                        const std::function<v1::Envelope(PeerMethod)>& attack) {
    for (const PeerMethod method : kAllMethods) {
      EXPECT_EQ(intruder_.Outcome(kVictim, method, attack(method)), outcome) << PathOf(method);
    }
  }
  v1::Envelope Good(PeerMethod method) {
    return intruder_.HeaderOnly(method, intruder_.HeaderTo(kVictim));
  }
  v1::Envelope WithHeader(PeerMethod method, const std::function<void(v1::PeerHeader&)>& change) {
    v1::PeerHeader header = intruder_.HeaderTo(kVictim);
    change(header);
    return intruder_.HeaderOnly(method, header);
  }

  Intruder intruder_{*lab};
};

// Without an attack the envelopes of this file get past every check that it attacks.
TEST_F(Messages, TheUnchangedEnvelopeGetsThrough) {
  for (const PeerMethod method : kAllMethods) {
    const std::string outcome = intruder_.Outcome(kVictim, method, Good(method));
    EXPECT_TRUE(outcome == "ok" || outcome == "MALFORMED") << PathOf(method) << ": " << outcome;
  }
}

TEST_F(Messages, ForgedSignature) {
  ExpectEverywhere("BAD_SIGNATURE", [&](PeerMethod method) {
    v1::Envelope forged = Good(method);
    (*forged.mutable_signatures(0)->mutable_signature())[7] ^= 1;
    return forged;
  });
}

TEST_F(Messages, ChangedAfterSigning) {
  ExpectEverywhere("BAD_SIGNATURE", [&](PeerMethod method) {
    v1::Envelope changed = Good(method);
    changed.set_payload(Good(method).payload());  // another nonce
    return changed;
  });
}

TEST_F(Messages, SignedByNobody) {
  const auto fresh = crypto::SigningKey::Generate(crypto::SystemRandom());
  v1::Compare message;
  *message.mutable_header() = intruder_.HeaderTo(kVictim);
  ExpectEverywhere("NOT_A_MEMBER", [&](PeerMethod method) {
    return query::SignPeerMessage(KindOf(method), message, fresh);
  });
  // Nor do the board or the connection's key speak for the node.
  ExpectEverywhere("NOT_A_MEMBER", [&](PeerMethod method) {
    return query::SignPeerMessage(KindOf(method), message, intruder_.board_key);
  });
}

TEST_F(Messages, AnotherMemberNamedAsSender) {
  ExpectEverywhere("BAD_SIGNATURE", [&](PeerMethod method) {
    return WithHeader(method, [&](v1::PeerHeader& header) {
      header.set_sender(intruder_.OrgOf(kBystander).ToBytes());
    });
  });
}

TEST_F(Messages, ForAnotherRecipient) {
  ExpectEverywhere("WRONG_RECIPIENT", [&](PeerMethod method) {
    return intruder_.HeaderOnly(method, intruder_.HeaderTo(kBystander));
  });
}

TEST_F(Messages, ForAnotherCommons) {
  ExpectEverywhere("WRONG_COMMONS", [&](PeerMethod method) {
    return WithHeader(method,
                      [](v1::PeerHeader& header) { (*header.mutable_commons_id())[0] ^= 1; });
  });
}

TEST_F(Messages, StaleOrEarly) {
  for (const int64_t shift_ms : {-6 * 60'000, 6 * 60'000}) {
    ExpectEverywhere("CLOCK", [&](PeerMethod method) {
      return WithHeader(method, [&](v1::PeerHeader& header) {
        header.set_sent_at_ms(header.sent_at_ms() + shift_ms);
      });
    });
  }
}

TEST_F(Messages, ANonceOfAnotherLength) {
  ExpectEverywhere("MALFORMED", [&](PeerMethod method) {
    return WithHeader(method, [](v1::PeerHeader& header) { header.mutable_nonce()->pop_back(); });
  });
}

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

TEST_F(Messages, UnknownFields) {
  ExpectEverywhere("MALFORMED", [&](PeerMethod method) {
    v1::Envelope strange = Good(method);
    strange.GetReflection()->MutableUnknownFields(&strange)->AddVarint(99, 1);
    return strange;
  });
}

TEST_F(Messages, TruncatedBytes) {
  for (const PeerMethod method : kAllMethods) {
    const std::string whole = Good(method).SerializeAsString();
    for (const size_t size : {whole.size() - 1, whole.size() / 2, size_t{3}}) {
      EXPECT_EQ(intruder_.Send(kVictim, method, whole.substr(0, size)).status.error_code(),
                grpc::StatusCode::INVALID_ARGUMENT)
          << PathOf(method);
    }
    EXPECT_EQ(intruder_.Outcome(kVictim, method, v1::Envelope()), "MALFORMED");
  }
}

TEST_F(Messages, ATruncatedMessageWellSigned) {
  ExpectEverywhere("MALFORMED", [&](PeerMethod method) {
    v1::Envelope envelope = Good(method);
    std::string payload = envelope.payload();
    payload.pop_back();
    const auto signature = crypto::SignDsse(intruder_.node_key, KindOf(method), payload);
    envelope.set_payload(payload);
    envelope.mutable_signatures(0)->set_signature(signature.signature);
    return envelope;
  });
}

TEST_F(Messages, AMessageOfAnotherKind) {
  ExpectEverywhere("MALFORMED", [&](PeerMethod method) {
    const auto other =
        static_cast<PeerMethod>((static_cast<size_t>(method) + 1) % node::kPeerMethods);
    return Good(other);
  });
}

TEST_F(Messages, AThousandSignatures) {
  ExpectEverywhere("BAD_SIGNATURE", [&](PeerMethod method) {
    v1::Envelope envelope = Good(method);
    const v1::Signature one = envelope.signatures(0);
    for (int i = 1; i < 1'000; ++i) *envelope.add_signatures() = one;
    return envelope;
  });
  ExpectEverywhere("BAD_SIGNATURE", [&](PeerMethod method) {
    v1::Envelope envelope = Good(method);
    envelope.clear_signatures();
    return envelope;
  });
}

TEST_F(Messages, FiveMebibytes) {
  ExpectEverywhere(absl::StrCat("grpc ", grpc::StatusCode::RESOURCE_EXHAUSTED),
                   [&](PeerMethod method) {
                     v1::Envelope envelope = Good(method);
                     envelope.set_payload(std::string(5 << 20, 'x'));
                     return envelope;
                   });
}

TEST_F(Messages, AsMuchAsFitsOfNothingWellSigned) {
  ExpectEverywhere("MALFORMED", [&](PeerMethod method) {
    v1::Envelope envelope = Good(method);
    envelope.set_payload(std::string(node::MostBytes(method) - 1024, '\xff'));
    const auto signature = crypto::SignDsse(intruder_.node_key, KindOf(method), envelope.payload());
    envelope.mutable_signatures(0)->set_signature(signature.signature);
    return envelope;
  });
}

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
