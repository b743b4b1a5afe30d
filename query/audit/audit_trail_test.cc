#include "query/audit/audit_trail.h"

#include <memory>
#include <string>
#include <vector>

#include "base/temp_dir_for_test.h"
#include "gtest/gtest.h"

namespace commons::query {
namespace {

class AuditTrailTest : public ::testing::Test {
 protected:
  std::vector<v1::AuditEntry> Entries() const {
    std::vector<v1::AuditEntry> entries;
    EXPECT_TRUE(log->Read(0,
                          [&](uint64_t, absl::string_view bytes) {
                            entries.emplace_back();
                            return entries.back().ParseFromArray(bytes.data(),
                                                                 static_cast<int>(bytes.size()));
                          })
                    .ok());
    return entries;
  }
  static v1::AuditQuestion QuestionOf(char org, uint64_t cost, size_t sql_bytes = 10) {
    v1::AuditQuestion question;
    question.set_asking_org(std::string(32, org));
    question.set_asking_member(std::string(1, org));
    question.set_cost_micro_rho(cost);
    question.set_sql(std::string(sql_bytes, 's'));
    question.mutable_question()->set_dataset("cases");
    return question;
  }

  TempDir dir;
  std::unique_ptr<storage::Database> db = std::move(storage::Database::Open(dir / "db")).value();
  std::unique_ptr<storage::AuditLog> log = std::move(storage::AuditLog::Open(*db)).value();
  AuditTrail trail{log.get()};
  absl::Time now = absl::FromUnixSeconds(1'700'000'000);
};

TEST_F(AuditTrailTest, WritesDownEachWithItsTime) {
  ASSERT_TRUE(trail.Asked(QuestionOf('a', 5'000), now).ok());
  v1::AuditOutcome outcome;
  outcome.set_step(v1::AuditOutcome::PAID);
  ASSERT_TRUE(trail.CameToThis(outcome, now + absl::Seconds(1)).ok());
  v1::AuditDeed deed;
  deed.set_kind(v1::AuditDeed::DROPPED);
  ASSERT_TRUE(trail.Did(deed, now + absl::Seconds(2)).ok());
  const auto entries = Entries();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].question().asking_member(), "a");
  EXPECT_EQ(entries[1].outcome().step(), v1::AuditOutcome::PAID);
  EXPECT_EQ(entries[2].deed().kind(), v1::AuditDeed::DROPPED);
  EXPECT_EQ(entries[2].at_ms() - entries[0].at_ms(), 2'000);
}

TEST_F(AuditTrailTest, WhatCostsNothingIsCountedTogetherBeyondItsNumberAndPerMember) {
  for (size_t i = 0; i < AuditTrail::kOneByOneADay; ++i) {
    ASSERT_TRUE(trail.Asked(QuestionOf('a', 0), now).ok());
  }
  EXPECT_EQ(log->position().size, AuditTrail::kOneByOneADay);
  for (uint64_t i = 0; i < AuditTrail::kCountedTogether + 7; ++i) {
    ASSERT_TRUE(trail.Asked(QuestionOf('a', 0), now).ok());
  }
  auto entries = Entries();
  ASSERT_EQ(entries.size(), AuditTrail::kOneByOneADay + 1);
  EXPECT_EQ(entries.back().uncounted().attempts(), AuditTrail::kCountedTogether);
  EXPECT_EQ(entries.back().uncounted().asking_member(), "a");
  // What was paid for, and another member's, is written down one by one, and how many came between.
  ASSERT_TRUE(trail.Asked(QuestionOf('b', 0), now).ok());
  ASSERT_TRUE(trail.Asked(QuestionOf('a', 5'000), now).ok());
  entries = Entries();
  ASSERT_EQ(entries.size(), AuditTrail::kOneByOneADay + 4);
  EXPECT_EQ(entries[entries.size() - 3].question().asking_member(), "b");
  EXPECT_EQ(entries[entries.size() - 2].uncounted().attempts(), 7u);
  EXPECT_EQ(entries.back().question().cost_micro_rho(), 5'000u);
  ASSERT_TRUE(trail.Asked(QuestionOf('a', 0), now + absl::Hours(24)).ok());
  EXPECT_EQ(Entries().back().question().asking_member(), "a") << "the next day";
}

TEST_F(AuditTrailTest, BeyondTheBytesOfADayOnlyWhatIsShort) {
  const size_t large = AuditTrail::kWholeBytesADay / 20;
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(trail.Asked(QuestionOf('a', 5'000, large), now).ok());
  }
  const auto entries = Entries();
  ASSERT_EQ(entries.size(), 30u);
  EXPECT_TRUE(entries[10].question().has_question());
  EXPECT_EQ(entries[10].question().sql().size(), large);
  EXPECT_FALSE(entries[25].question().has_question());
  EXPECT_LT(entries[25].question().sql().size(), 500u);
  EXPECT_EQ(entries[25].question().cost_micro_rho(), 5'000u);
}

}  // namespace
}  // namespace commons::query
