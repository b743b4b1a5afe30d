// Proposals that a contributor refuses. Each case changes one thing and says whether the question's
// number and the researcher's signature follow: a number that does not fit hides every other fault.
#include <functional>
#include <string>

#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/question/question.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Exchange;
using testing::Federation;

std::string Told(const v1::Envelope& reply) {
  if (reply.payload_type() == kinds::kVote) return "voted";
  v1::ProposeReply message;
  EXPECT_TRUE(message.ParseFromString(reply.payload()));
  return absl::StrCat(v1::Reason_Name(message.refusal().reason()), ": ",
                      message.refusal().message());
}

// The number follows from what the proposal says now, and the researcher signs it.
void Renumber(Exchange& x) {
  const QueryId id = QueryIdOf(x.proposal, DigestOf(x.proposal.question(), x.f.standard()));
  x.proposal.set_query_id(id.ToBytes());
  x.proposal.set_researcher_signature(x.f.researcher.Sign(governance::ResearcherMessage(id)));
}

void SetNotAfter(Exchange& x, absl::Duration from_now) {
  x.proposal.set_not_after_ms(absl::ToUnixMillis(x.f.clock.Now() + from_now));
}

// All that the asker says of times, by a clock that is so far ahead.
void ByClock(Exchange& x, absl::Duration ahead) {
  x.sent_ahead = ahead;
  SetNotAfter(x, ahead + absl::Seconds(10));
}

constexpr char kNumber[] =
    "MALFORMED: proposal: the question number does not follow from its fields";

struct Case {
  const char* name;
  std::function<void(Exchange&)> change;
  bool renumber;
  std::string told;
};

const Case kCases[] = {
    {"Unchanged", [](Exchange&) {}, true, "voted"},
    {"ValidForAMinute", [](Exchange& x) { SetNotAfter(x, absl::Minutes(1)); }, true, "voted"},
    {"ValidForLonger",
     [](Exchange& x) { SetNotAfter(x, absl::Minutes(1) + absl::Milliseconds(1)); }, true,
     "MALFORMED: proposal: valid for more than a minute"},
    {"ValidForEver", [](Exchange& x) { x.proposal.set_not_after_ms(INT64_MAX); }, true,
     "MALFORMED: proposal: valid for more than a minute"},
    {"ValidToThisMoment", [](Exchange& x) { SetNotAfter(x, absl::ZeroDuration()); }, true, "voted"},
    {"Over", [](Exchange& x) { SetNotAfter(x, -absl::Milliseconds(1)); }, true,
     "EXPIRED: proposal: its time is over"},
    {"OverForEver", [](Exchange& x) { x.proposal.set_not_after_ms(INT64_MIN); }, true,
     "EXPIRED: proposal: its time is over"},
    {"ByAClockFiveMinutesAhead", [](Exchange& x) { ByClock(x, kFreshness); }, true, "voted"},
    {"ByAClockFiveMinutesBehind", [](Exchange& x) { ByClock(x, -kFreshness); }, true, "voted"},
    {"ByAClockFurtherAhead", [](Exchange& x) { ByClock(x, kFreshness + absl::Milliseconds(1)); },
     true,
     "CLOCK: peer message: sent at 2023-11-14T22:19:20Z by the clock of member-00, and here it is "
     "2023-11-14T22:14:20Z: more than 5 minutes apart; set the clock that is wrong"},
    {"NonceTooShort", [](Exchange& x) { x.proposal.mutable_nonce()->pop_back(); }, true, kNumber},
    {"NonceTooLong", [](Exchange& x) { x.proposal.mutable_nonce()->push_back('n'); }, true,
     kNumber},
    {"AnotherNonce", [](Exchange& x) { x.proposal.mutable_nonce()->at(0) ^= 1; }, true, "voted"},
    {"AnotherNonceThanNumbered", [](Exchange& x) { x.proposal.mutable_nonce()->at(0) ^= 1; }, false,
     kNumber},
    {"AnotherTimeThanNumbered",
     [](Exchange& x) { x.proposal.set_not_after_ms(x.proposal.not_after_ms() - 1); }, false,
     kNumber},
    {"AnotherNumber", [](Exchange& x) { x.proposal.mutable_query_id()->at(0) ^= 1; }, false,
     kNumber},
    {"AnotherPurposeThanNumbered",
     [](Exchange& x) {
       v1::Rule rule = testing::DefaultRule();
       rule.add_purposes(testing::kOtherPurpose);
       x.f.SetRule(1, rule);
       x.proposal.mutable_question()->set_purpose(testing::kOtherPurpose);
     },
     false, kNumber},
    {"NoAttempt", [](Exchange& x) { x.proposal.set_attempt(0); }, true,
     "MALFORMED: proposal: attempt 0"},
    {"SecondAttempt", [](Exchange& x) { x.proposal.set_attempt(2); }, true, "voted"},
    {"ThirdAttempt", [](Exchange& x) { x.proposal.set_attempt(3); }, true, "voted"},
    {"FourthAttempt", [](Exchange& x) { x.proposal.set_attempt(4); }, true,
     "MALFORMED: proposal: attempt 4"},
    {"AskingKeyOfAnother",
     [](Exchange& x) { x.proposal.set_asking_key(x.f.nodes[2]->key.public_key().ToBytes()); }, true,
     "BAD_SIGNATURE: proposal: the asking key is not the sender's node key"},
    {"NotSignedByTheResearcher",
     [](Exchange& x) { x.proposal.mutable_researcher_signature()->at(0) ^= 1; }, false,
     "BAD_SIGNATURE: proposal: the researcher's signature is wrong"},
    {"SignedByAnother",
     [](Exchange& x) {
       x.proposal.set_researcher_signature(
           x.f.nodes[0]->key.Sign(governance::ResearcherMessage(x.prepared.query_id)));
     },
     false, "BAD_SIGNATURE: proposal: the researcher's signature is wrong"},
    {"AnotherResearcher", [](Exchange& x) { x.proposal.set_researcher(std::string(32, 'x')); },
     true, "NOT_ACCREDITED: no accreditation of the researcher's key is in force"},
    {"TooFine", [](Exchange& x) { x.proposal.mutable_question()->set_noise(v1::FINE); }, true,
     "NOISE_TOO_FINE: the owner asks for STANDARD"},
    {"Open",
     [](Exchange& x) {
       x.proposal.mutable_question()->set_release(v1::OPEN);
       x.proposal.mutable_question()->clear_noise();
     },
     true, "RELEASE_NOT_ALLOWED: the owner's release is protected"},
    {"AnotherPurpose", [](Exchange& x) { x.proposal.mutable_question()->set_purpose("other"); },
     true, "PURPOSE_NOT_ALLOWED: purpose 'other'; allowed: planning"},
    {"AnotherCommons",
     [](Exchange& x) { x.proposal.mutable_question()->set_commons_id(std::string(32, 'c')); }, true,
     "WRONG_COMMONS: question: for another commons"},
    {"AnotherDefinition",
     [](Exchange& x) { x.proposal.mutable_question()->set_standard_id(std::string(32, 's')); },
     true, "WRONG_STANDARD: visits: asked under another common definition"},
    {"AnotherDataset", [](Exchange& x) { x.proposal.mutable_question()->set_dataset("other"); },
     false, "UNKNOWN_DATASET: question: no common definition of this dataset"},
    {"NoProject", [](Exchange& x) { x.proposal.mutable_question()->clear_project(); }, true,
     "MALFORMED: question: the project's id is not 32 bytes"},
    {"NothingMeasured", [](Exchange& x) { x.proposal.mutable_question()->clear_partials(); }, true,
     "MALFORMED: the question is not canonical: nothing is measured"},
    {"CostsMoreThanAQuestionMay",
     [](Exchange& x) {
       v1::Rule rule = testing::DefaultRule();
       rule.set_question_budget_micro_rho(4'999);
       x.f.SetRule(1, rule);
     },
     true, "BUDGET_EXHAUSTED: visits: costs 5000 micro-rho, one question may cost 4999"},
    {"CostsWhatAQuestionMay",
     [](Exchange& x) {
       v1::Rule rule = testing::DefaultRule();
       rule.set_question_budget_micro_rho(5'000);
       x.f.SetRule(1, rule);
     },
     true, "voted"},
    {"MoreThanTheYearHasLeft",
     [](Exchange& x) {
       v1::Rule rule = testing::DefaultRule();
       rule.set_yearly_budget_micro_rho(4'999);
       x.f.SetRule(1, rule);
     },
     true,
     "BUDGET_EXHAUSTED: visits: the question costs 5000 micro-rho, 4999 are left until the year "
     "turns on 2024-01-01 (UTC)"},
    {"EditionThatTheNoticeDoesNotName", [](Exchange& x) { x.f.nodes[1]->edition = 2; }, true,
     "NO_DATA: visits: edition 2 is held, the notice of holdings names edition 1"},
    {"NotReady",
     [](Exchange& x) { x.f.nodes[1]->ready = governance::Refuse(v1::STALE, "catching up"); }, true,
     "STALE: catching up"},
};

class Proposals : public ::testing::TestWithParam<Case> {};

TEST_P(Proposals, AreToldWhatIsWrong) {
  Federation f;
  Exchange x(f);
  GetParam().change(x);
  if (GetParam().renumber) Renumber(x);
  EXPECT_EQ(Told(x.Propose(1)), GetParam().told);
  const bool voted = GetParam().told == "voted";
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).reserved_micro_rho,
            voted ? 5'000u : 0u);
}

INSTANTIATE_TEST_SUITE_P(All, Proposals, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

// Withdrawn, its session is gone; the proposal itself is remembered for as long as it is valid.
TEST(Proposals, OnceWithdrawnAreNotRepeated) {
  Federation f;
  Exchange x(f);
  ASSERT_EQ(Told(x.Propose(1)), "voted");
  v1::Seal withdrawal;
  withdrawal.set_withdraw(true);
  withdrawal.mutable_roster()->set_query_id(x.prepared.query_id.ToBytes());
  withdrawal.mutable_roster()->set_attempt(1);
  f.nodes[1]->contributor->OnSeal(x.Wrap(withdrawal, kinds::kSeal, 1));
  EXPECT_EQ(Told(x.Propose(1)), "REPLAYED: peer message: seen before");
  x.proposal.set_attempt(2);  // that is what a second attempt is for
  EXPECT_EQ(Told(x.Propose(1)), "voted");
}

TEST(Proposals, RepeatedWhileTheVoteStandsAreReplays) {
  Federation f;
  Exchange x(f);
  ASSERT_EQ(Told(x.Propose(1)), "voted");
  EXPECT_EQ(Told(x.Propose(1)), "REPLAYED: peer message: seen before");
}

// An earlier attempt, never seen here, does not come back beside the later one.
TEST(Proposals, OfAnEarlierAttemptComeTooLate) {
  Federation f;
  Exchange x(f);
  x.proposal.set_attempt(2);
  ASSERT_EQ(Told(x.Propose(1)), "voted");
  x.proposal.set_attempt(1);
  EXPECT_EQ(Told(x.Propose(1)), "REPLAYED: proposal: this attempt was made before");
}

}  // namespace
}  // namespace commons::query
