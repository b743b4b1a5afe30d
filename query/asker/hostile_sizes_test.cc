// A member that takes part and makes what the others must pass on as long as it can. It is found
// out by name, and its asker is neither stopped nor blamed.
#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Exchange;
using testing::Federation;

constexpr char kCount[] = "SELECT COUNT(*) FROM visits";
constexpr size_t kHostile = 3;

void AddUnknownField(google::protobuf::Message& message, size_t bytes) {
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(
      9999, std::string(bytes, 'x'));
}

TEST(HostileSizes, VotesThatAreTooLongOrHoldUnknownThingsAreLeftOut) {
  const std::vector<std::function<void(v1::Vote&)>> changes = {
      [](v1::Vote& v) { v.set_as_of(std::string(4'000'000, '1')); },
      [](v1::Vote& v) { v.set_as_of("1"); },
      [](v1::Vote& v) { AddUnknownField(v, 4'000'000); },
      [](v1::Vote& v) { AddUnknownField(v, 1); },
      [](v1::Vote& v) { AddUnknownField(*v.mutable_requirements(), 1); },
      [](v1::Vote& v) { v.mutable_requirements()->add_rules(std::string(33, 'x')); },
      [](v1::Vote& v) {
        for (int i = 0; i < 128; ++i) v.mutable_requirements()->add_rules(std::string(32, 'x'));
      },
      [](v1::Vote& v) { v.set_ledger_head(std::string(limits::kVoteBytes, 'x')); },
  };
  Federation f(testing::Generous(4));
  for (size_t i = 0; i < changes.size(); ++i) {
    f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                 const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      auto reply = deliver(request);
      if (phase != Phase::kPropose || member != kHostile) return reply;
      v1::Vote vote;
      vote.ParseFromString(reply->payload());
      changes[i](vote);
      return SignPeerMessage(kinds::kVote, vote, f.nodes[kHostile]->key);
    };
    const v1::Answer answer = f.Ask(kCount);
    EXPECT_FALSE(answer.has_refusal()) << i << answer.refusal().message();
    EXPECT_EQ(answer.members(kHostile).reason(), "MALFORMED") << "case " << i;
    EXPECT_NE(answer.members(kHostile).message().find("member-03"), std::string::npos);
  }
}

// Beside the vote, in its envelope: what a Seal carries as well.
TEST(HostileSizes, AMemberDoesNotSignARosterWithSuchAVote) {
  Federation f;
  Exchange x(f);
  x.Vote();
  v1::Roster roster = x.roster;
  const int another = x.voters[0].org == f.nodes[1]->org ? 1 : 0;
  AddUnknownField(*roster.mutable_votes(another)->mutable_signatures(0), 1);
  EXPECT_EQ(x.Seal(roster, 1).refusal().reason(), v1::BAD_ROSTER);
  EXPECT_FALSE(x.Seal(x.roster, 1).has_refusal());
}

// Its vector is right, and its contribution too long to be published.
TEST(HostileSizes, WhoPadsItsContributionIsBlamedAndLeftOut) {
  Federation f(testing::Generous(4));
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    auto reply = deliver(request);
    if (phase != Phase::kSubmit || member != kHostile) return reply;
    v1::SubmitReply submitted;
    submitted.ParseFromString(reply->payload());
    AddUnknownField(*submitted.mutable_contribution(), 4'190'000);
    return SignPeerMessage(kinds::kSubmitReply, submitted, f.nodes[kHostile]->key);
  };
  for (int i = 0; i < 3; ++i) {
    const v1::Answer answer = f.Ask(kCount);
    EXPECT_EQ(answer.refusal().reason(), v1::ABORTED);
    EXPECT_NE(answer.refusal().message().find("member-03"), std::string::npos);
    EXPECT_EQ(answer.members(kHostile).reason(), "MALFORMED");
  }
  const v1::Answer without = f.Ask(kCount);
  EXPECT_FALSE(without.has_refusal()) << without.refusal().message();
  EXPECT_EQ(without.members(kHostile).reason(), "ABORT_LIMIT");
  EXPECT_EQ(without.signatures_size(), 3);
}

TEST(HostileSizes, APaddedContributionIsNotCountersigned) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  const v1::Publish good = x.SubmitAll();
  v1::Publish padded = good;
  AddUnknownField(*padded.mutable_contributions(2), 1);
  EXPECT_EQ(x.Publish(padded, 1).refusal().reason(), v1::MALFORMED);
  EXPECT_FALSE(x.Publish(good, 1).has_refusal());
}

TEST(HostileSizes, APeersWordsAreCutToOneLine) {
  Federation f(testing::Generous(4));
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (member != kHostile) return deliver(request);
    v1::ProposeReply refused;
    *refused.mutable_header() = MakeHeader(f.reg()->commons_id(), f.nodes[kHostile]->org,
                                           f.nodes[0]->org, f.clock.Now(), f.random);
    refused.mutable_refusal()->set_reason(v1::FROZEN);
    refused.mutable_refusal()->set_message("a\nb" + std::string(1'000'000, 'x'));
    if (phase == Phase::kPropose) {
      return SignPeerMessage(kinds::kProposeReply, refused, f.nodes[kHostile]->key);
    }
    v1::PreviewReply preview;
    *preview.mutable_header() = refused.header();
    *preview.mutable_refusal() = refused.refusal();
    return SignPeerMessage(kinds::kPreviewReply, preview, f.nodes[kHostile]->key);
  };
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.refusal().message();
  EXPECT_EQ(answer.members(kHostile).reason(), "FROZEN");
  const v1::ExplainReply explained = f.nodes[0]->asker->Explain(f.Request(kCount));
  for (const std::string& words :
       {answer.members(kHostile).message(), explained.members(kHostile).message()}) {
    EXPECT_EQ(words.find('\n'), std::string::npos);
    EXPECT_GT(words.size(), 100u);
    EXPECT_LE(words.size(), limits::kPeerWordsBytes + 4);
  }
}

}  // namespace
}  // namespace commons::query
