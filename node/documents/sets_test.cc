// Freezes and lifts between nodes: kept, handed on, bounded.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/register/stops.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"
#include "node/documents/federation_for_test.h"
#include "query/peer/peer_message.h"
#include "storage/full_disk_for_test.h"

namespace commons::node {
namespace {

using governance::ScopeOfAll;
using governance::StopMaker;
using governance::Told;

StopMaker Make(const Federation& all) {
  return {all.commons, crypto::SystemRandom(), all.clock.Now()};
}
v1::Envelope FreezeOf(const Federation& all, const TestOrg& org) {
  return Make(all).Freeze(org.id, ScopeOfAll(), {org.guardian.get()});
}
size_t FrozenAt(const TestOrg& node, const OrgId& org) {
  return node.reg().StopsOf(org)->freezes.size();
}
v1::LogPage PageOfSets(const OrgId& org, const std::vector<v1::Envelope>& documents) {
  v1::LogPage page;
  page.set_org_id(org.ToBytes());
  for (const v1::Envelope& document : documents) *page.add_sets() = document;
  return page;
}

TEST(Sets, ActAtOnceAndAfterARestart) {
  Pair all;
  const v1::Envelope freeze = FreezeOf(all, all.a);
  ASSERT_TRUE(all.a.book->SubmitOwn(freeze).ok());
  EXPECT_EQ(FrozenAt(all.a, all.a.id), 1u);
  all.clock.Advance(absl::Hours(5));
  all.a.Close();
  all.a.Open();
  ASSERT_EQ(FrozenAt(all.a, all.a.id), 1u);
  EXPECT_EQ(all.a.reg().StopsOf(all.a.id)->freezes[0].seen_at, all.clock.Now() - absl::Hours(5));
  EXPECT_TRUE(all.a.book->SubmitOwn(freeze).ok());  // again: nothing new
  ASSERT_TRUE(all.a.book->SubmitOwn(Make(all).Lift(all.a.id, {freeze}, {&all.a.board[0]})).ok());
  EXPECT_EQ(FrozenAt(all.a, all.a.id), 0u);
  all.a.Close();
  all.a.Open();
  EXPECT_EQ(FrozenAt(all.a, all.a.id), 0u);
}

TEST(Sets, NothingIsKeptThatDoesNotCount) {
  Pair all;
  const auto told = [&](const v1::Envelope& envelope) {
    return Told(all.a.book->SubmitOwn(envelope));
  };
  EXPECT_EQ(told(Make(all).Freeze(all.a.id, ScopeOfAll(), {all.b.guardian.get()})),
            "UNDER_SIGNED: stop: lacks signatures");
  EXPECT_EQ(told(FreezeOf(all, all.b)), "UNKNOWN_ISSUER: issued by another organisation");
  const StopMaker elsewhere{*CommonsId::FromBytes(std::string(32, 'x')), crypto::SystemRandom()};
  EXPECT_EQ(told(elsewhere.Freeze(all.a.id, ScopeOfAll(), {all.a.guardian.get()})),
            "WRONG_COMMONS: a document of another commons");
  EXPECT_TRUE(all.a.book->snapshot()->heads.at(all.a.id).sets_hash.empty());
}

// A disk that takes nothing: the command fails, and nothing is stopped by half.
TEST(Sets, AreDurableBeforeTheyAct) {
  Pair all;
  {
    const storage::FullDisk full(*all.a.db);
    EXPECT_FALSE(all.a.book->SubmitOwn(FreezeOf(all, all.a)).ok());
    EXPECT_EQ(FrozenAt(all.a, all.a.id), 0u);
  }
  all.a.Close();
  all.a.Open();
  EXPECT_EQ(FrozenAt(all.a, all.a.id), 0u);
}

TEST(Sets, TravelWithTheComparisonOfHeads) {
  Three all;
  ASSERT_TRUE(all.a.book->SubmitOwn(FreezeOf(all, all.a)).ok());
  ASSERT_TRUE(all.c.book->SubmitOwn(FreezeOf(all, all.c)).ok());
  all.Settle();
  for (const TestOrg* node : {&all.a, &all.b, &all.c}) {
    EXPECT_EQ(FrozenAt(*node, all.a.id), 1u) << node->name;
    EXPECT_EQ(FrozenAt(*node, all.c.id), 1u) << node->name;
    EXPECT_EQ(FrozenAt(*node, all.b.id), 0u) << node->name;
    EXPECT_EQ(node->book->snapshot()->heads_hash, all.a.book->snapshot()->heads_hash);
  }
}

// What was stopped while both sides could not see each other is stopped on both afterwards.
TEST(Sets, OfBothSidesOfAPartitionAreJoined) {
  Pair all;
  const v1::Envelope at_a = FreezeOf(all, all.a), at_b = FreezeOf(all, all.a);
  ASSERT_TRUE(all.a.book->SubmitOwn(at_a).ok());
  EXPECT_TRUE(all.b.Accept({PageOfSets(all.a.id, {at_b})}).changed);
  all.Settle();
  EXPECT_EQ(FrozenAt(all.a, all.a.id), 2u);
  EXPECT_EQ(FrozenAt(all.b, all.a.id), 2u);
  EXPECT_EQ(all.a.book->snapshot()->heads_hash, all.b.book->snapshot()->heads_hash);
}

// A node that lost what it had stopped gets it back from whoever has it.
TEST(Sets, ComeBackToARestoredNode) {
  Pair all;
  ASSERT_TRUE(all.b.Accept({PageOfSets(all.a.id, {FreezeOf(all, all.a)})}).changed);
  EXPECT_EQ(FrozenAt(all.a, all.a.id), 0u);
  const auto peers = all.a.book->snapshot()->peers;
  const auto outcome = all.a.exchange->RoundWith(peers[0]);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(FrozenAt(all.a, all.a.id), 1u);
}

TEST(Sets, SignaturesOfTwoGuardiansOrSeatsAreJoined) {
  Pair all;
  const v1::Envelope freeze = FreezeOf(all, all.a);
  v1::Envelope by_board = freeze;
  by_board.clear_signatures();
  governance::AddSignature(by_board, all.a.board[0]);
  governance::AddSignature(by_board, *all.b.guardian);  // counts for nothing, and is not kept
  ASSERT_TRUE(all.a.book->SubmitOwn(freeze).ok());
  ASSERT_TRUE(all.b.Accept({PageOfSets(all.a.id, {by_board})}).changed);
  all.Settle();
  for (const TestOrg* node : {&all.a, &all.b}) {
    const auto log = node->book->OpenedLog(all.a.id);
    const std::set<PublicKey> expected = {all.a.guardian->public_key(),
                                          all.a.board[0].public_key()};
    EXPECT_EQ(log->sets->begin()->second.document->signers, expected) << node->name;
    EXPECT_EQ(log->sets->begin()->second.document->envelope.signatures_size(), 2);
  }
  EXPECT_EQ(all.a.book->snapshot()->heads_hash, all.b.book->snapshot()->heads_hash);
}

TEST(Sets, OfAPeerAboutAnotherAreTakenByTheIssuersCardAlone) {
  Three all;
  const auto at_c = [&](const v1::LogPage& page) { return all.c.Accept({page}); };
  // b makes up a freeze of a, and one that its own guardian signs.
  const auto forged = at_c(
      PageOfSets(all.a.id, {Make(all).Freeze(all.a.id, ScopeOfAll(), {all.b.guardian.get()})}));
  EXPECT_FALSE(forged.changed);
  v1::Envelope claims = FreezeOf(all, all.a);
  claims.mutable_signatures(0)->mutable_signature()->back() ^= 1;
  const auto broken = at_c(PageOfSets(all.a.id, {claims}));
  EXPECT_FALSE(broken.changed);
  ASSERT_EQ(broken.problems.size(), 1u);
  const auto placed = at_c(PageOfSets(all.b.id, {FreezeOf(all, all.a)}));  // beside another's log
  EXPECT_FALSE(placed.changed);
  const auto unknown = at_c(PageOfSets(all.c.id, {all.a.card}));  // what belongs into a log
  EXPECT_FALSE(unknown.changed);
  const auto nobody =
      at_c(PageOfSets(*OrgId::FromBytes(std::string(32, 'n')), {FreezeOf(all, all.a)}));
  EXPECT_FALSE(nobody.changed);
  EXPECT_EQ(nobody.problems.back(), v1::UNKNOWN_ISSUER);
  EXPECT_EQ(FrozenAt(all.c, all.a.id) + FrozenAt(all.c, all.b.id), 0u);
  EXPECT_TRUE(at_c(PageOfSets(all.a.id, {FreezeOf(all, all.a)})).changed);
}

// Ten thousand of a stolen key: few are verified, fewer kept, and others' still get in.
TEST(Sets, AFloodOfOneKeyLeavesRoomForOthers) {
  Pair all;
  std::vector<v1::Envelope> flood;
  flood.reserve(10'000);
  for (int i = 0; i < 10'000; ++i) flood.push_back(FreezeOf(all, all.a));
  uint64_t verified = 0;
  const Spend spend = [&](Work work, uint64_t amount) {
    if (work == Work::kSignatures) verified += amount;
    return absl::OkStatus();
  };
  const v1::Envelope by_board = Make(all).Freeze(all.a.id, ScopeOfAll(), {&all.a.board[0]});
  flood.push_back(by_board);
  EXPECT_TRUE(all.b.Accept({PageOfSets(all.a.id, flood)}, spend).changed);
  EXPECT_LT(verified, 1000u);
  const size_t kept = FrozenAt(all.b, all.a.id);
  EXPECT_GT(kept, 256u);
  EXPECT_LT(kept, 400u);
  EXPECT_TRUE(all.b.book->OpenedLog(all.a.id)->sets->contains(governance::IdOf(by_board)));
  // The same again costs nothing.
  verified = 0;
  EXPECT_FALSE(all.b.Accept({PageOfSets(all.a.id, flood)}, spend).changed);
  EXPECT_EQ(verified, 0u);
  // The board ends all that this key alone stopped; what it goes on stopping is not even looked at.
  const v1::Envelope lift =
      Make(all).LiftOf(all.a.id, all.a.guardian->public_key(), {&all.a.board[0]});
  EXPECT_TRUE(all.b.Accept({PageOfSets(all.a.id, {lift})}, spend).changed);
  EXPECT_EQ(FrozenAt(all.b, all.a.id), 1u);
  verified = 0;
  EXPECT_FALSE(all.b.Accept({PageOfSets(all.a.id, {FreezeOf(all, all.a)})}, spend).changed);
  EXPECT_EQ(verified, 0u);
  // Both hold the same although one has taken the flood and the other has not.
  all.Settle();
  EXPECT_EQ(all.a.book->snapshot()->heads_hash, all.b.book->snapshot()->heads_hash);
  EXPECT_EQ(all.a.book->OpenedLog(all.a.id)->sets->size(), 2u);
  EXPECT_EQ(Told(all.a.book->SubmitOwn(FreezeOf(all, all.a))).substr(0, 12), "UNDER_SIGNED");
}

TEST(Sets, APeerThatIsBusyIsHeardLater) {
  Pair all;
  int left = 3;
  const Spend spend = [&](Work, uint64_t) {
    return left-- > 0 ? absl::OkStatus() : governance::Refuse(v1::BUSY, "later");
  };
  std::vector<v1::Envelope> many;
  many.reserve(10);
  for (int i = 0; i < 10; ++i) many.push_back(FreezeOf(all, all.a));
  const auto accepted = all.b.Accept({PageOfSets(all.a.id, many)}, spend);
  ASSERT_FALSE(accepted.problems.empty());
  EXPECT_EQ(accepted.problems.front(), v1::BUSY);
  EXPECT_TRUE(all.b.Accept({PageOfSets(all.a.id, many)}).changed);
  EXPECT_EQ(FrozenAt(all.b, all.a.id), 10u);
}

// What nobody but a lifted key stops is passed over; what somebody else stopped too is not.
TEST(Sets, ALiftedKeysSignatureOnAnothersFreezeIsKept) {
  Pair all;
  const v1::Envelope lift =
      Make(all).LiftOf(all.a.id, all.a.guardian->public_key(), {&all.a.board[0]});
  const v1::Envelope by_board = Make(all).Freeze(all.a.id, ScopeOfAll(), {&all.a.board[0]});
  ASSERT_TRUE(all.b.Accept({PageOfSets(all.a.id, {lift, by_board})}).changed);
  v1::Envelope both = by_board;
  governance::AddSignature(both, *all.a.guardian);
  EXPECT_TRUE(all.b.Accept({PageOfSets(all.a.id, {both})}).changed);
  const auto log = all.b.book->OpenedLog(all.a.id);
  EXPECT_EQ(log->sets->at(governance::IdOf(both)).document->signers.size(), 2u);
}

TEST(Sets, TooManySignaturesAreRefusedUnseen) {
  Pair all;
  v1::Envelope freeze = FreezeOf(all, all.a);
  const v1::Signature good = freeze.signatures(0);
  for (size_t i = 0; i < limits::kSignaturesPerEnvelope; ++i) *freeze.add_signatures() = good;
  uint64_t verified = 0;
  const Spend spend = [&](Work work, uint64_t amount) {
    if (work == Work::kSignatures) verified += amount;
    return absl::OkStatus();
  };
  const auto accepted = all.b.Accept({PageOfSets(all.a.id, {freeze})}, spend);
  EXPECT_FALSE(accepted.changed);
  ASSERT_EQ(accepted.problems.size(), 1u);
  EXPECT_EQ(accepted.problems[0], v1::MALFORMED);
  EXPECT_EQ(verified, 0u);
}

// An organisation of many keys, each of which has filled its part.
struct FullSet {
  explicit FullSet(Federation& all, TestOrg& org) : all_(all), org_(org) {
    governance::CardChanges changes;
    changes.guardians.emplace();
    for (int i = 0; i < 40; ++i) {
      keys_.push_back(crypto::SigningKey::Generate(crypto::SystemRandom()));
      changes.guardians->push_back(keys_.back().public_key());
    }
    const auto card =
        governance::DraftNextCard(*governance::OpenDocument(org.card), changes, all.clock.Now());
    EXPECT_TRUE(
        org.book->SubmitOwn(governance::SignDocument(kinds::kOrgRoot, *card, {&org.board[0]}))
            .ok());
  }
  // As a node held them before all were counted together, if `parts` is more than 1.
  void Put(size_t parts) {
    std::vector<DocumentPtr> documents;
    const StopMaker make = Make(all_);
    for (const crypto::SigningKey& key : keys_) {
      for (size_t n = 0; n < parts * 119; ++n) {
        documents.push_back(std::make_shared<const governance::Document>(
            *governance::OpenDocument(make.Freeze(org_.id, ScopeOfAll(), {&key}))));
      }
    }
    LogBook::Hold hold(*org_.book);
    ASSERT_TRUE(hold.logs().PutSets(org_.id, documents, all_.clock.Now()).ok());
    hold.Publish();
  }

  Federation& all_;
  TestOrg& org_;
  std::vector<crypto::SigningKey> keys_;
};

TEST(Sets, AFullSetComesInSeveralPages) {
  Pair all;
  FullSet full(all, all.a);
  full.Put(1);
  v1::LogPage whole;
  const auto log = all.a.book->OpenedLog(all.a.id);
  for (const auto& [id, entry] : *log->sets) *whole.add_sets() = entry.document->envelope;
  // Beside entries it has half of a page.
  ASSERT_GT(whole.ByteSizeLong(), limits::kBatchBytes / 2);
  const auto outcome = all.b.exchange->RoundWith(all.b.book->snapshot()->peers[0]);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(FrozenAt(all.b, all.a.id), log->sets->size());
  EXPECT_EQ(all.b.book->snapshot()->heads.at(all.a.id).sets_hash,
            all.a.book->snapshot()->heads.at(all.a.id).sets_hash);
}

// One that is larger than a message, as an older node may hold it, keeps nobody from anything else.
TEST(Sets, ASetLargerThanAMessageIsHandedOnInParts) {
  Pair all;
  FullSet full(all, all.a);
  full.Put(5);
  google::protobuf::RepeatedPtrField<v1::Pull::Range> ranges;
  ranges.Add()->set_org_id(all.a.id.ToBytes());
  ranges[0].set_sets(true);
  std::set<std::string> seen;
  for (int pull = 0; pull < 64; ++pull) {
    const std::vector<v1::LogPage> pages = all.a.book->PagesFor(ranges);
    ASSERT_EQ(pages.size(), 1u);
    ASSERT_LE(pages[0].ByteSizeLong(), limits::kBatchBytes + 4096);
    for (const v1::Envelope& each : pages[0].sets()) seen.insert(each.payload());
  }
  EXPECT_EQ(seen.size(), all.a.book->OpenedLog(all.a.id)->sets->size()) << "all have their turn";
  const uint64_t size = all.a.SizeOf(all.a.id);
  const auto outcome = all.b.exchange->RoundWith(all.b.book->snapshot()->peers[0]);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(all.b.SizeOf(all.a.id), size) << "the log";
  EXPECT_GT(FrozenAt(all.b, all.a.id), 1000u);
}

// A member that two histories were proved against may stop, and not lift.
TEST(Sets, LiftOfAForkedLogDoesNothing) {
  Pair all;
  const v1::Envelope freeze = FreezeOf(all, all.b);
  ASSERT_TRUE(all.a.Accept({PageOfSets(all.b.id, {freeze})}).changed);
  v1::ForkProof proof;
  {
    LogBook::Hold hold(*all.a.book);
    ASSERT_TRUE(hold.logs().PutFork(all.b.id, proof, all.clock.Now()).ok());
    hold.Publish();
  }
  const v1::Envelope lift = Make(all).Lift(all.b.id, {freeze}, {&all.b.board[0]});
  ASSERT_TRUE(all.a.Accept({PageOfSets(all.b.id, {lift})}).changed);
  EXPECT_EQ(FrozenAt(all.a, all.b.id), 1u);
}

}  // namespace
}  // namespace commons::node
