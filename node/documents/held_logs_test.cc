#include "node/documents/held_logs.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/next_card_for_test.h"
#include "storage/full_disk_for_test.h"

namespace commons::node {
namespace {

namespace kinds = governance::kinds;
using governance::TestCommons;

// One organisation's documents, and the logs of a node that holds them.
class HeldLogsTest : public testing::Test {
 protected:
  HeldLogsTest() : commons_(TestCommons::Options{}), org_(commons_.orgs[0]) { Open(); }

  void Open() {
    store_.reset();
    db_.reset();
    db_ = *storage::Database::Open(dir_ / "db");
    store_ = std::make_unique<storage::DocumentStore>(*db_);
    logs_ = std::make_unique<HeldLogs>(*HeldLogs::Load(store_.get(), &clock_));
  }
  v1::Envelope Approval(uint64_t version) {
    return commons_.Approval(org_, version, DocId(), true, TestCommons::Board(org_));
  }
  // What entries behind those that are held make of the log.
  HeldLogs::Extension Behind(const std::vector<v1::Envelope>& entries) {
    HeldLogs::Extension more;
    const HeldLogs::Log* log = logs_->Find(org_.id);
    if (log != nullptr) more.tree = log->tree;
    std::vector<DocumentPtr> documents;
    for (const v1::Envelope& entry : entries) {
      more.tree.Append(governance::LogLeaf(entry));
      documents.push_back(
          std::make_shared<const governance::Document>(*governance::OpenDocument(entry)));
    }
    more.entries = documents;
    more.checkpoint = crypto::SignCheckpoint(
        {governance::LogOrigin(org_.id), more.tree.size(), more.tree.Root()}, *org_.node);
    more.gain = logs_->GainOf(org_.id, documents);
    return more;
  }
  absl::Status Append(const std::vector<v1::Envelope>& entries) {
    return logs_->Append(org_.id, Behind(entries), clock_.Now());
  }

  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  TempDir dir_;
  TestCommons commons_;
  const governance::TestOrg& org_;
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<storage::DocumentStore> store_;
  std::unique_ptr<HeldLogs> logs_;
};

TEST_F(HeldLogsTest, WhatIsHeldIsThereAfterARestart) {
  ASSERT_TRUE(Append({org_.card, Approval(1)}).ok());
  ASSERT_TRUE(Append({Approval(2)}).ok());
  const governance::Head before = logs_->Heads().at(org_.id);
  EXPECT_EQ(before.size, 3u);
  const HeldLogs::Log held = *logs_->Find(org_.id);
  EXPECT_EQ(held.node_key, org_.node->public_key().ToBytes());
  Open();
  const governance::Head after = logs_->Heads().at(org_.id);
  EXPECT_EQ(after.size, before.size);
  EXPECT_EQ(after.root, before.root);
  EXPECT_EQ(after.checkpoint, before.checkpoint);
  EXPECT_EQ(logs_->Find(org_.id)->bytes, held.bytes);
  EXPECT_EQ(logs_->Find(org_.id)->node_key, held.node_key);
  EXPECT_EQ(logs_->Find(org_.id)->position, held.position);
}

// An entry that repeats a document is in the log, and in what is folded only once.
TEST_F(HeldLogsTest, ARepeatedDocumentIsFoldedOnce) {
  ASSERT_TRUE(Append({org_.card, Approval(1), Approval(2), Approval(1)}).ok());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(logs_->SizeOf(org_.id), 4u);
    EXPECT_EQ(logs_->opened().at(org_.id)->entries.size(), 3u);
    Open();
  }
  const Gain again = logs_->GainOf(org_.id, {logs_->opened().at(org_.id)->entries[1].document});
  EXPECT_TRUE(again.added.empty());
  EXPECT_EQ(again.repeated.size(), 1u);
}

// Of which board a late signature may be hangs on where its document stands, not on when it comes.
TEST_F(HeldLogsTest, LateSignaturesAreTakenByTheCardInForceWhereTheDocumentStands) {
  const crypto::SigningKey fresh = commons_.NewKey();
  const v1::OrgRoot next =
      governance::NextCard(commons_, org_, {.seats = governance::SeatsOf({&fresh})});
  const v1::Envelope card = governance::SignedCard(next, {&org_.board[0], &fresh});
  const auto approval = [&](uint64_t version, const TestCommons::Keys& keys) {
    return commons_.Approval(org_, version, DocId(), true, keys);
  };
  const auto signers = [&](size_t place) {
    return logs_->opened().at(org_.id)->entries[place].document->signers;
  };
  using Signers = std::set<PublicKey>;
  const PublicKey before = org_.board[0].public_key(), after = fresh.public_key();
  ASSERT_TRUE(Append({org_.card, approval(1, {}), card, approval(2, {})}).ok());
  for (int i = 0; i < 2; ++i) {
    const TestCommons::Keys both = {&org_.board[0], &fresh};
    ASSERT_TRUE(Append({approval(1, both), approval(2, both)}).ok());
    EXPECT_EQ(signers(1), Signers{before});
    EXPECT_EQ(signers(3), Signers{after});
    Open();
    EXPECT_EQ(signers(1), Signers{before});
    EXPECT_EQ(signers(3), Signers{after});
  }
}

// ... and in one page with all of it.
TEST_F(HeldLogsTest, ACardInTheSamePageIsTheOneInForce) {
  const crypto::SigningKey fresh = commons_.NewKey();
  const v1::Envelope card = governance::SignedCard(
      governance::NextCard(commons_, org_, {.seats = governance::SeatsOf({&fresh})}),
      {&org_.board[0], &fresh});
  const auto approval = [&](const TestCommons::Keys& keys) {
    return commons_.Approval(org_, 1, DocId(), true, keys);
  };
  ASSERT_TRUE(Append({org_.card, card, approval({}), approval({&org_.board[0], &fresh})}).ok());
  const auto& entries = logs_->opened().at(org_.id)->entries;
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[2].document->signers, std::set<PublicKey>{fresh.public_key()});
}

// A card that is completed by late signatures is in force from where it stands, also when the log
// is read anew.
TEST_F(HeldLogsTest, ACardTakesSignaturesOfBothBoards) {
  const crypto::SigningKey fresh = commons_.NewKey();
  const v1::OrgRoot next =
      governance::NextCard(commons_, org_, {.seats = governance::SeatsOf({&fresh})});
  ASSERT_TRUE(Append({org_.card, governance::SignedCard(next, {&org_.board[0]})}).ok());
  ASSERT_TRUE(Append({governance::SignedCard(next, {&fresh, org_.tls.get()})}).ok());
  const v1::Envelope later = commons_.Approval(org_, 1, DocId(), true, {});
  ASSERT_TRUE(Append({later}).ok());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(logs_->opened().at(org_.id)->entries[1].document->signers.size(), 2u);
    EXPECT_EQ(logs_->Find(org_.id)->cards.Before(2)->header().version(), 2u);
    Open();
  }
}

TEST_F(HeldLogsTest, APageMayEndWhereItsCheckpointWasKept) {
  ASSERT_TRUE(Append({org_.card, Approval(1)}).ok());
  const std::string at_two = logs_->Heads().at(org_.id).checkpoint;
  ASSERT_TRUE(logs_->KeepCheckpoint(org_.id).ok());
  ASSERT_TRUE(Append({Approval(2)}).ok());
  ASSERT_TRUE(Append({Approval(3)}).ok());
  EXPECT_EQ(*logs_->CheckpointAt(org_.id, 2), at_two);
  EXPECT_TRUE(absl::IsNotFound(logs_->CheckpointAt(org_.id, 3).status()));
  EXPECT_EQ(*logs_->CheckpointAt(org_.id, 4), logs_->Heads().at(org_.id).checkpoint);
}

TEST_F(HeldLogsTest, WhatTheDiskDoesNotTakeIsNotHeld) {
  ASSERT_TRUE(Append({org_.card}).ok());
  const CommonsId commons = commons_.commons_id;
  const storage::FullDisk full(*db_);
  EXPECT_FALSE(Append({Approval(1)}).ok());
  EXPECT_FALSE(logs_->PutJoined(commons, nullptr).ok());
  EXPECT_EQ(logs_->SizeOf(org_.id), 1u);
  EXPECT_EQ(logs_->opened().at(org_.id)->entries.size(), 1u);
  EXPECT_FALSE(logs_->commons().has_value());
}

TEST_F(HeldLogsTest, WhichCommonsItIsSurvivesARestart) {
  v1::Invitation invitation;
  *invitation.mutable_charter() = commons_.charter;
  invitation.set_version(7);
  ASSERT_TRUE(logs_->PutJoined(commons_.commons_id, &invitation).ok());
  Open();
  EXPECT_EQ(logs_->commons(), commons_.commons_id);
  ASSERT_TRUE(logs_->invitation().has_value());
  EXPECT_EQ(logs_->invitation()->version(), 7u);
  EXPECT_EQ(logs_->Fold().reg()->members().size(), 3u)
      << "the founders, before any of their logs came";
}

TEST_F(HeldLogsTest, ADamagedEntryIsAnErrorThatNamesTheLog) {
  ASSERT_TRUE(store_->Append(org_.id, 0, {"\xff\xff"}, "", clock_.Now()).ok());
  const absl::Status damaged = HeldLogs::Load(store_.get(), &clock_).status();
  EXPECT_EQ(damaged, absl::DataLossError("log of " + org_.id.ToHex() + ": an entry is damaged"));
}

TEST_F(HeldLogsTest, ALogHasRoomForSoManyBytes) {
  EXPECT_TRUE(CheckRoom(limits::kLogBytesPerOrg).ok());
  EXPECT_EQ(governance::ReasonOf(CheckRoom(limits::kLogBytesPerOrg + 1)), v1::MESSAGE_TOO_LARGE);
}

}  // namespace
}  // namespace commons::node
