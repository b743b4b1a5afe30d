// One question by hand, for tests: member 0 asks, every step can be changed before it is sent.
#ifndef COMMONS_QUERY_TESTING_EXCHANGE_H_
#define COMMONS_QUERY_TESTING_EXCHANGE_H_

#include <algorithm>
#include <vector>

#include "governance/document/payload_types.h"
#include "gtest/gtest.h"
#include "query/peer/peer_message.h"
#include "query/release/release.h"
#include "query/release/roster.h"
#include "query/testing/federation.h"

namespace commons::query::testing {

namespace kinds = governance::kinds;

class Exchange {
 public:
  explicit Exchange(Federation& federation, const char* sql = "SELECT COUNT(*) FROM visits")
      : f(federation), prepared(*f.nodes[0]->asker->Prepare(f.Request(sql))) {
    proposal = prepared.proposal;
    proposal.set_researcher_signature(f.Sign(prepared));
  }

  template <typename Message>
  v1::Envelope Wrap(Message message, absl::string_view kind, size_t to, size_t from = 0,
                    uint32_t version = kPlainVersion) {
    *message.mutable_header() = MakeHeader(f.reg()->commons_id(), f.nodes[from]->org,
                                           f.nodes[to]->org, f.clock.Now() + sent_ahead, f.random);
    message.mutable_header()->set_version(version);
    return SignPeerMessage(kind, message, f.nodes[from]->key);
  }
  template <typename Reply>
  v1::Reason ReasonIn(const v1::Envelope& reply) {
    Reply message;
    EXPECT_TRUE(message.ParseFromString(reply.payload()));
    return message.refusal().reason();
  }
  v1::Envelope Propose(size_t to, size_t from = 0) {
    return f.nodes[to]->contributor->OnPropose(
        Wrap(proposal, kinds::kPropose, to, from, prepared.version));
  }
  v1::Reason ProposeReason(size_t to = 1, size_t from = 0) {
    const v1::Envelope reply = Propose(to, from);
    return reply.payload_type() == kinds::kVote ? v1::REASON_UNSPECIFIED
                                                : ReasonIn<v1::ProposeReply>(reply);
  }
  RosterTerms Terms() const {
    return {prepared.query_id, proposal.attempt(), f.nodes[0]->org, f.nodes[0]->key.public_key()};
  }
  void Vote() {
    for (size_t i = 0; i < f.nodes.size(); ++i) {
      voters.push_back(*OpenVote(Propose(i), *f.reg(), f.nodes[0]->org, prepared.query_id,
                                 proposal.attempt(), f.clock.Now()));
    }
    std::sort(voters.begin(), voters.end(),
              [](const Voter& a, const Voter& b) { return a.org < b.org; });
    roster = *MakeRoster(prepared.plan.question, f.standard(), Terms(), *f.reg(), voters);
    transcript = *TranscriptOf(roster, prepared.plan.question, f.standard(), f.reg()->commons_id());
  }
  v1::Envelope SealEnvelope(const v1::Roster& r, size_t to) {
    v1::Seal seal;
    *seal.mutable_roster() = r;
    return Wrap(seal, kinds::kSeal, to);
  }
  v1::SealReply Seal(const v1::Roster& r, size_t to) {
    v1::SealReply reply;
    reply.ParseFromString(f.nodes[to]->contributor->OnSeal(SealEnvelope(r, to)).payload());
    return reply;
  }
  void SealAll() {
    Vote();
    submit.set_query_id(prepared.query_id.ToBytes());
    submit.set_attempt(proposal.attempt());
    for (const Voter& voter : voters) {
      submit.add_signatures(Seal(roster, f.IndexOf(voter.org)).signature());
    }
  }
  v1::SubmitReply Submit(size_t to) {
    v1::SubmitReply reply;
    reply.ParseFromString(
        f.nodes[to]->contributor->OnSubmit(Wrap(submit, kinds::kSubmit, to)).payload());
    return reply;
  }
  v1::Publish SubmitAll() {
    v1::Publish publish;
    publish.set_query_id(submit.query_id());
    publish.set_attempt(submit.attempt());
    for (const Voter& voter : voters) {
      contributions.push_back(Submit(f.IndexOf(voter.org)).contribution());
      *publish.add_contributions() = contributions.back();
    }
    publish.set_release(
        *BuildRelease(prepared.plan.question, f.standard(), roster, transcript, contributions));
    return publish;
  }
  v1::PublishReply Publish(const v1::Publish& publish, size_t to) {
    v1::PublishReply reply;
    reply.ParseFromString(
        f.nodes[to]->contributor->OnPublish(Wrap(publish, kinds::kPublish, to)).payload());
    return reply;
  }

  Federation& f;
  absl::Duration sent_ahead = absl::ZeroDuration();  // the senders' clocks
  Prepared prepared;
  v1::Propose proposal;
  std::vector<Voter> voters;
  v1::Roster roster;
  Hash32 transcript;
  v1::Submit submit;
  std::vector<v1::Contribution> contributions;
};

}  // namespace commons::query::testing

#endif  // COMMONS_QUERY_TESTING_EXCHANGE_H_
