#include "query/member/sessions.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "governance/document/refusal.h"
#include "governance/testing/told_for_test.h"

namespace commons::query {
namespace {

using governance::Told;

OrgId Org(absl::string_view name) { return crypto::Retype<OrgId>(crypto::Sha256(name)); }

class SessionTableTest : public testing::Test {
 protected:
  std::shared_ptr<Session> NewSession(const OrgId& asker) {
    auto session =
        std::make_shared<Session>(crypto::EphemeralKey::Generate(crypto::SystemRandom()));
    session->terms.query_id = *QueryId::FromBytes(crypto::SystemRandom().Bytes(32));
    session->terms.asking_org = asker;
    session->usable_until = now_ + absl::Seconds(limits::kReservationSeconds);
    return session;
  }

  const absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  TempDir dir_;
  std::unique_ptr<storage::Database> db_ = *storage::Database::Open(dir_ / "db");
  std::unique_ptr<storage::Ledger> ledger_ = *storage::Ledger::Open(*db_);
  SessionTable table_{ledger_.get()};
};

// Submitted questions are no longer open, but they stay for a minute unless they are published.
TEST_F(SessionTableTest, AnAskerThatNeverPublishesBlocksOnlyItself) {
  const absl::Time until = now_ + absl::Seconds(60);
  absl::Status status;
  size_t kept = 0;
  for (; status.ok() && kept <= 1000; ++kept) {
    const auto session = NewSession(Org("hostile"));
    status = table_.Add(session, now_);
    if (status.ok()) table_.Extend(*session, until);
  }
  EXPECT_EQ(governance::ReasonOf(status), v1::BUSY);
  EXPECT_GT(kept, limits::kOpenProposalsPerOrg);
  EXPECT_TRUE(table_.Add(NewSession(Org("honest")), now_).ok());
  EXPECT_TRUE(table_.Add(NewSession(Org("hostile")), until + absl::Seconds(1)).ok());
}

TEST_F(SessionTableTest, OpenProposalsOfOneAskerAreFew) {
  for (size_t i = 0; i < limits::kOpenProposalsPerOrg; ++i) {
    ASSERT_TRUE(table_.Add(NewSession(Org("asker")), now_).ok());
  }
  EXPECT_EQ(governance::ReasonOf(table_.Add(NewSession(Org("asker")), now_)), v1::BUSY);
  EXPECT_TRUE(table_.Add(NewSession(Org("another")), now_).ok());
}

// Each vote is written to the ledger, whatever becomes of it.
TEST_F(SessionTableTest, AnAskerThatOnlyWithdrawsIsBusyForAWhile) {
  absl::Status status;
  size_t dropped = 0;
  for (; status.ok() && dropped <= 1000; ++dropped) {
    const auto session = NewSession(Org("hostile"));
    status = table_.Add(session, now_);
    table_.Remove(session->terms);
  }
  EXPECT_EQ(governance::ReasonOf(status), v1::BUSY);
  EXPECT_EQ(dropped, SessionTable::kDroppedPerOrg + 1);
  EXPECT_TRUE(table_.Add(NewSession(Org("honest")), now_).ok());
  const absl::Time later = now_ + absl::Seconds(limits::kReservationSeconds + 1);
  EXPECT_TRUE(table_.Add(NewSession(Org("hostile")), later).ok());
}

TEST_F(SessionTableTest, AnAskerThatOnlyWithdrawsIsBusyForTheDay) {
  absl::Time now = now_;
  absl::Status status;
  size_t dropped = 0;
  for (; dropped <= 3'000; ++dropped) {
    if (dropped % SessionTable::kDroppedPerOrg == 0) {
      now += absl::Seconds(limits::kReservationSeconds + 1);
    }
    const auto session = NewSession(Org("hostile"));
    session->usable_until = now + absl::Seconds(limits::kReservationSeconds);
    status = table_.Add(session, now);
    if (!status.ok()) break;
    table_.Remove(session->terms);
  }
  EXPECT_EQ(governance::ReasonOf(status), v1::BUSY);
  EXPECT_EQ(dropped, SessionTable::kDroppedPerOrgADay);
  EXPECT_TRUE(table_.Add(NewSession(Org("honest")), now).ok());
  EXPECT_EQ(governance::ReasonOf(table_.Add(NewSession(Org("hostile")), now + absl::Hours(1))),
            v1::BUSY);
  EXPECT_TRUE(table_.Add(NewSession(Org("hostile")), now + absl::Hours(24)).ok());
}

TEST_F(SessionTableTest, AllAskersTogetherHaveSoMany) {
  absl::Status status;
  size_t kept = 0;
  for (; status.ok() && kept <= 1000; ++kept) {
    const auto session = NewSession(Org(absl::StrCat("asker ", kept)));
    status = table_.Add(session, now_);
    if (status.ok()) table_.Extend(*session, session->usable_until);
  }
  EXPECT_EQ(Told(status),
            "BUSY: proposal: too many questions are open or dropped, try again later");
  EXPECT_EQ(kept, 65u);
  const absl::Time later = now_ + absl::Seconds(limits::kReservationSeconds + 1);
  EXPECT_EQ(Told(table_.Add(NewSession(Org("another")), later)), "OK");
}

// A later attempt takes the place of the earlier one, which does not come back.
TEST_F(SessionTableTest, AnAttemptIsMadeOnce) {
  const std::string before = "REPLAYED: proposal: this attempt was made before";
  const auto first = NewSession(Org("asker"));
  const auto attempt = [&](uint32_t number) {
    const auto session = NewSession(Org("asker"));
    session->terms.query_id = first->terms.query_id;
    session->terms.attempt = number;
    return Told(table_.Add(session, now_));
  };
  ASSERT_EQ(Told(table_.Add(first, now_)), "OK");
  EXPECT_EQ(attempt(1), before);
  EXPECT_EQ(attempt(2), "OK");
  EXPECT_EQ(attempt(2), before);
  EXPECT_EQ(attempt(1), before);
  EXPECT_FALSE(table_.Find(first->terms.query_id.view(), 1, Org("asker"), now_).ok());
}

TEST_F(SessionTableTest, OnlyItsAskerFindsASessionWhileItIsUsable) {
  const auto session = NewSession(Org("asker"));
  ASSERT_EQ(Told(table_.Add(session, now_)), "OK");
  const auto found = [&](absl::string_view id, uint32_t attempt, absl::string_view asker,
                         absl::Time at) {
    return Told(table_.Find(id, attempt, Org(asker), at).status());
  };
  const absl::string_view id = session->terms.query_id.view();
  const std::string none = "UNKNOWN_QUERY: question number: no such vote here, or it lapsed";
  EXPECT_EQ(found(id, 1, "asker", now_), "OK");
  EXPECT_EQ(found(id, 2, "asker", now_), none);
  EXPECT_EQ(found(id, 1, "another", now_), none);
  EXPECT_EQ(found(Org("another question").view(), 1, "asker", now_), none);
  EXPECT_EQ(found(id.substr(1), 1, "asker", now_), "MALFORMED: question number: not 32 bytes");
  EXPECT_EQ(found(id, 1, "asker", session->usable_until), "OK");
  EXPECT_EQ(found(id, 1, "asker", session->usable_until + absl::Seconds(1)), none);
}

}  // namespace
}  // namespace commons::query
