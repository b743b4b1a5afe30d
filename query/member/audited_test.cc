// What a member writes down of a question, whatever came of it.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "crypto/hash.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/audit/asked.h"
#include "query/testing/exchange.h"
#include "storage/full_disk_for_test.h"

namespace commons::query {
namespace {

using ::testing::ElementsAre;
using testing::Federation;
using ::testing::IsEmpty;

std::vector<v1::AuditEntry> EntriesOf(const Federation::Node& node) {
  std::vector<v1::AuditEntry> entries;
  EXPECT_TRUE(node.audit_log
                  ->Read(0,
                         [&](uint64_t, absl::string_view bytes) {
                           entries.emplace_back();
                           return entries.back().ParseFromArray(bytes.data(),
                                                                static_cast<int>(bytes.size()));
                         })
                  .ok());
  return entries;
}

// "yes", "no REASON", "PAID", "RELEASED", "STOPPED REASON".
std::vector<std::string> Told(const Federation::Node& node) {
  std::vector<std::string> told;
  for (const v1::AuditEntry& entry : EntriesOf(node)) {
    const bool question = entry.has_question();
    const v1::Refusal& refusal = question ? entry.question().refusal() : entry.outcome().refusal();
    const std::string reason = refusal.reason() == 0 ? "" : " " + v1::Reason_Name(refusal.reason());
    told.push_back((!question        ? v1::AuditOutcome::Step_Name(entry.outcome().step())
                    : reason.empty() ? std::string("yes")
                                     : std::string("no")) +
                   reason);
  }
  return told;
}

class AuditedTest : public ::testing::Test {
 protected:
  static constexpr char kSql[] =
      "SELECT sex, COUNT(*) FROM visits WHERE region = 'north' GROUP BY sex";
  Federation f;
};

TEST_F(AuditedTest, AQuestionThatIsAnsweredIsThereAtEveryContributor) {
  const v1::Answer answer = f.Ask(kSql);
  ASSERT_FALSE(answer.has_refusal()) << answer.refusal().message();
  for (const auto& node : f.nodes) {
    EXPECT_THAT(Told(*node), ElementsAre("yes", "PAID", "RELEASED"));
    const auto entries = EntriesOf(*node);
    const v1::AuditQuestion& asked = entries[0].question();
    EXPECT_EQ(asked.words(), "how many rows, by sex");
    EXPECT_EQ(asked.population(), "region is north");
    EXPECT_EQ(asked.sql(), answer.sql());
    EXPECT_EQ(asked.digest(), absl::HexStringToBytes(answer.digest()));
    EXPECT_EQ(asked.dataset(), "visits");
    EXPECT_EQ(asked.purpose(), answer.purpose());
    EXPECT_EQ(asked.project_name(), answer.project());
    EXPECT_EQ(asked.asking_org(), f.nodes[0]->org.ToBytes());
    EXPECT_EQ(asked.asking_member(), f.nodes[0]->name);
    EXPECT_EQ(asked.researcher(), f.researcher.public_key().ToBytes());
    EXPECT_FALSE(asked.vouched_by().empty());
    EXPECT_EQ(asked.cost_micro_rho(), answer.cost_micro_rho());
    EXPECT_EQ(asked.epoch(), node->edition);
    EXPECT_GE(asked.documents_size(), 4) << "rules, notice, word for the key, project";
    EXPECT_EQ(asked.question().filters_size(), 1);
    const v1::AuditOutcome& released = entries[2].outcome();
    EXPECT_EQ(released.members_size(), static_cast<int>(f.nodes.size()));
    const auto query = *QueryId::FromBytes(asked.query_id());
    const auto stored = node->releases->Get(query, 1);
    ASSERT_TRUE(stored.ok());
    EXPECT_EQ(released.release(), crypto::Sha256(stored->release).ToBytes());
  }
}

TEST_F(AuditedTest, AnAttemptThatIsRefusedIsThereWithItsReason) {
  v1::Rule rule = testing::DefaultRule();
  rule.add_prohibited("region");
  f.SetRule(1, rule);
  f.Ask(kSql);
  EXPECT_THAT(Told(*f.nodes[1]), ElementsAre("no COLUMN_NOT_ALLOWED"));
  const v1::AuditQuestion asked = EntriesOf(*f.nodes[1])[0].question();
  EXPECT_EQ(asked.words(), "how many rows, by sex");
  EXPECT_EQ(asked.cost_micro_rho(), 0u);
  EXPECT_EQ(asked.documents_size(), 0);
}

// What means nothing here is there as far as it says anything, without a word made up about it.
TEST_F(AuditedTest, AnAttemptThatMeansNothingIsThereToo) {
  testing::Exchange x(f, kSql);
  v1::Question question = x.prepared.plan.question;
  question.mutable_dimensions(0)->set_column(400);
  const v1::AuditQuestion asked =
      AskedOf(*f.reg(), question, f.nodes[0]->org, f.researcher.public_key(), f.clock.Now());
  EXPECT_EQ(asked.words() + asked.sql() + asked.digest(), "");
  EXPECT_FALSE(asked.has_question());
  EXPECT_EQ(asked.dataset(), "visits");
}

TEST_F(AuditedTest, AMemberThatGoesNoFurtherSaysWhy) {
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (phase == Phase::kSubmit && member == 1) {
      v1::Rule rule = testing::DefaultRule();
      rule.set_threshold(50);
      f.SetRule(1, rule);
    }
    return deliver(request);
  };
  f.Ask(kSql);
  EXPECT_THAT(Told(*f.nodes[1]), ElementsAre("yes", "STOPPED STALE"));
}

TEST_F(AuditedTest, AQuestionThatItsAskerDropsHasNoOutcome) {
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (phase != Phase::kPropose && member != 0) return absl::UnavailableError("cut off");
    return deliver(request);
  };
  f.Ask(kSql);
  for (const std::string& told : Told(*f.nodes[1])) EXPECT_EQ(told, "yes");
  EXPECT_FALSE(Told(*f.nodes[1]).empty());
}

// Of open data, so that nothing else has to be written.
TEST(Audited, WhatCannotBeWrittenDownIsNotAnswered) {
  Federation f({.rule = testing::DefaultRule(v1::OPEN)});
  const storage::FullDisk full(*f.nodes[1]->db);
  const v1::Answer answer = f.Ask("SELECT sex, COUNT(*) FROM visits GROUP BY sex");
  EXPECT_EQ(answer.members_size(), static_cast<int>(f.nodes.size()));
  for (const v1::MemberState& state : answer.members()) {
    if (state.member() != f.nodes[1]->name) continue;
    EXPECT_EQ(state.status(), v1::MemberState::REFUSED);
  }
  EXPECT_THAT(Told(*f.nodes[1]), IsEmpty());
}

}  // namespace
}  // namespace commons::query
