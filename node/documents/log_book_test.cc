#include "node/documents/log_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/register/next_header.h"
#include "node/documents/federation_for_test.h"

namespace commons::node {
namespace {

using governance::ReasonOf;

TEST(LogBook, FirstStartWritesTheCardAndARestartFindsTheSame) {
  Federation all;
  TestOrg& org = all.Add("auckland");
  const auto before = org.book->snapshot()->heads.at(org.id);
  EXPECT_EQ(before.size, 1u);
  EXPECT_TRUE(crypto::OpenCheckpoint(before.checkpoint, org.node->public_key()).ok());
  org.Close();
  org.Open();
  const auto after = org.book->snapshot()->heads.at(org.id);
  EXPECT_EQ(after.size, 1u);
  EXPECT_EQ(after.root, before.root);
  EXPECT_GT(after.node_info_counter, before.node_info_counter) << "a newer one must win";
}

TEST(LogBook, ThreeFoundOneCommonsAndAgree) {
  Federation all;
  for (const char* name : {"auckland", "lakes", "waikato"}) all.Add(name);
  all.Found({"auckland", "lakes", "waikato"});
  for (auto& [name, org] : all.orgs) {
    EXPECT_TRUE(org->reg().founded()) << name;
    EXPECT_EQ(org->reg().members().size(), 3u) << name;
    EXPECT_EQ(org->reg().head(), all.orgs["lakes"]->reg().head()) << name;
    EXPECT_EQ(org->book->snapshot()->heads_hash, all.orgs["lakes"]->book->snapshot()->heads_hash);
    EXPECT_EQ(org->book->snapshot()->peers.size(), 2u);
    EXPECT_EQ(org->book->snapshot()->peers[0].standing, Standing::kMember);
  }
}

TEST(LogBook, FoundersKnowEachOtherBeforeTheCommonsIsFounded) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  ASSERT_TRUE(a.book->Join(all.Founding({"auckland", "lakes"})).ok());
  EXPECT_EQ(a.book->snapshots().standing_of()(b.tls->public_key()), Standing::kFounder);
  EXPECT_EQ(a.book->snapshots().standing_of()(b.node->public_key()), Standing::kUnknown);
}

TEST(LogBook, JoiningIsRefusedToStrangersAndToMembersOfAnotherCommons) {
  Federation all;
  all.Add("auckland");
  all.Add("lakes");
  TestOrg& stranger = all.Add("waikato");
  const v1::RuleFile first = all.Founding({"auckland", "lakes"});
  EXPECT_EQ(ReasonOf(stranger.book->Join(first).status()), v1::NOT_A_MEMBER);
  EXPECT_FALSE(stranger.book->snapshot()->commons.has_value());
  TestOrg& a = *all.orgs["auckland"];
  ASSERT_TRUE(a.book->Join(first).ok());
  ASSERT_TRUE(a.book->Join(first).ok()) << "again is harmless";
  EXPECT_EQ(a.book->snapshot()->heads.at(a.id).size, 2u);
  EXPECT_EQ(ReasonOf(a.book->Join(all.Founding({"auckland", "lakes"})).status()),
            v1::WRONG_COMMONS);
  EXPECT_EQ(ReasonOf(a.book->Join(v1::RuleFile()).status()), v1::MALFORMED);
}

TEST(LogBook, ADocumentThatWouldNotCountIsRefusedAndNotStored) {
  Pair all;
  TestOrg& a = all.a;
  const uint64_t size = a.SizeOf(a.id);
  const v1::Envelope good = a.Policy("covid");

  v1::Envelope unsigned_one = good;
  unsigned_one.clear_signatures();
  EXPECT_EQ(ReasonOf(a.book->SubmitOwn(unsigned_one)), v1::UNDER_SIGNED);
  v1::Envelope forged = good;
  forged.mutable_signatures(0)->mutable_signature()->at(5) ^= 1;
  EXPECT_EQ(ReasonOf(a.book->SubmitOwn(forged)), v1::UNDER_SIGNED);
  EXPECT_EQ(ReasonOf(all.b.book->SubmitOwn(good)), v1::UNKNOWN_ISSUER);
  v1::OwnerPolicy policy;
  ASSERT_TRUE(policy.ParseFromString(good.payload()));
  v1::OwnerPolicy later = policy;
  later.mutable_header()->set_version(2);
  later.mutable_header()->add_prev(governance::IdOf(good).ToBytes());
  EXPECT_EQ(ReasonOf(a.book->SubmitOwn(a.Signed(kinds::kOwnerPolicy, later))), v1::OUT_OF_ORDER);
  v1::OwnerPolicy elsewhere = policy;
  elsewhere.mutable_header()->set_commons_id(std::string(32, 'x'));
  EXPECT_EQ(ReasonOf(a.book->SubmitOwn(a.Signed(kinds::kOwnerPolicy, elsewhere))),
            v1::WRONG_COMMONS);
  EXPECT_EQ(a.SizeOf(a.id), size);

  EXPECT_TRUE(a.book->SubmitOwn(good).ok());
  EXPECT_TRUE(a.book->SubmitOwn(good).ok()) << "again is harmless";
  EXPECT_EQ(a.SizeOf(a.id), size + 1);
}

// The kinds that come with every selection left out.
std::vector<PlacedDocument> OfKind(absl::string_view kind, std::vector<PlacedDocument> documents) {
  std::erase_if(documents, [&](const auto& each) { return each.envelope.payload_type() != kind; });
  return documents;
}

// How many signatures a node shows under the only policy it knows.
int SignaturesAt(const TestOrg& org) {
  const auto policies =
      OfKind(kinds::kOwnerPolicy, org.book->Documents({.chains = {"policy/"}}, 0));
  return policies.size() == 1 ? policies[0].envelope.signatures_size() : -1;
}

TEST(LogBook, SignaturesThatComeLaterReachThePeersAndSurviveARestart) {
  Pair all;
  v1::Envelope policy = all.a.Policy("covid");
  ASSERT_TRUE(all.a.book->SubmitOwn(policy).ok());
  all.Settle();
  ASSERT_EQ(SignaturesAt(all.b), 1);
  governance::AddSignature(policy, *all.a.steward);
  ASSERT_TRUE(all.a.book->SubmitOwn(policy).ok());
  all.Settle();
  for (TestOrg* org : {&all.a, &all.b}) {
    EXPECT_EQ(SignaturesAt(*org), 2) << org->name;
    org->Close();
    org->Open();
    EXPECT_EQ(SignaturesAt(*org), 2) << org->name;
    EXPECT_EQ(org->reg().OwnerPolicies(all.a.id, "covid")->versions.size(), 1u);
  }
  // Somebody who only comes now gets all of it in one page.
  EXPECT_EQ(all.a.PageOf(all.a.id, 0).entries_size(), all.a.SizeOf(all.a.id));
}

TEST(LogBook, SignaturesThatCountForNothingMakeNoDocumentGrow) {
  Pair all;
  v1::Envelope policy = all.a.Policy("covid");
  ASSERT_TRUE(all.a.book->SubmitOwn(policy).ok());
  all.Settle();
  const uint64_t size = all.a.SizeOf(all.a.id);
  v1::Envelope by_others = policy;
  governance::AddSignature(by_others, all.b.board[0]);
  governance::AddSignature(by_others, *all.stranger.node);
  v1::Envelope forged = policy;
  governance::AddSignature(forged, *all.a.steward);
  forged.mutable_signatures(1)->mutable_signature()->at(5) ^= 1;
  for (const v1::Envelope& again : {by_others, forged}) {
    EXPECT_TRUE(all.a.book->SubmitOwn(again).ok());
    EXPECT_EQ(all.a.SizeOf(all.a.id), size);
    EXPECT_EQ(SignaturesAt(all.a), 1);
    // Nor does its own node make it grow at a peer, however often it repeats it.
    all.b.Accept({all.a.PageBehindOwnLog({again})});
    EXPECT_EQ(SignaturesAt(all.b), 1);
  }
}

// A log's root covers no signatures: whoever hands the first page on may put late ones there
// already.
TEST(LogBook, LateSignaturesThatAPeerHandedOnEarlyKeepNoLogFromGrowing) {
  Pair all;
  v1::Envelope policy = all.a.Policy("covid");
  const uint64_t before = all.a.SizeOf(all.a.id);
  ASSERT_TRUE(all.a.book->SubmitOwn(policy).ok());
  v1::LogPage early = all.a.PageOf(all.a.id, before);
  governance::AddSignature(policy, *all.a.steward);
  ASSERT_TRUE(all.a.book->SubmitOwn(policy).ok());
  ASSERT_TRUE(all.a.book->SubmitOwn(all.a.Policy("visits")).ok());
  *early.mutable_entries(0) = policy;
  ASSERT_TRUE(all.b.Accept({early}).changed);
  all.Settle();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(all.b.SizeOf(all.a.id), all.a.SizeOf(all.a.id));
    EXPECT_NE(all.b.reg().OwnerPolicies(all.a.id, "visits"), nullptr);
    EXPECT_EQ(all.b.reg().head(), all.a.reg().head());
    all.b.Close();
    all.b.Open();
  }
}

TEST(LogBook, MoreThanOneMessageOfDocumentsComesInPages) {
  Pair all;
  std::multiset<std::string> written;
  for (int i = 0; i < 10; ++i) {
    const v1::Envelope project = all.a.LargeProject(i);
    ASSERT_TRUE(all.a.book->SubmitOwn(project).ok());
    written.insert(project.payload());
  }
  std::multiset<std::string> read;
  for (uint64_t from = 0;;) {
    const auto page = all.a.book->Documents({.chains = {"project/"}}, from);
    if (page.empty()) break;
    from += page.size();
    size_t bytes = 0;
    for (const PlacedDocument& each : page) bytes += each.envelope.ByteSizeLong();
    for (const PlacedDocument& each : OfKind(kinds::kProject, page)) {
      read.insert(each.envelope.payload());
    }
    EXPECT_LE(bytes, limits::kBatchBytes);
  }
  EXPECT_TRUE(read == written);
}

// The next card of an organisation with one other seat, signed by it and by the board before.
v1::Envelope CardFor(const TestOrg& org, const crypto::SigningKey& seat) {
  const auto card = OfKind(kinds::kOrgRoot, org.book->Documents({}, 0));
  governance::CardChanges changes;
  changes.seats = {{"chair", seat.public_key()}};
  std::string draft;
  for (const PlacedDocument& each : card) {
    if (each.log != org.id) continue;
    draft = *governance::DraftNextCard(*governance::OpenDocument(each.envelope), changes,
                                       org.clock->Now());
  }
  return governance::SignDocument(kinds::kOrgRoot, draft, {&org.board[0], &seat});
}

TEST(LogBook, ANewCardReachesThePeersAndSurvivesARestart) {
  Pair all;
  const auto seat = crypto::SigningKey::Generate(crypto::SystemRandom());
  const auto by_the_new_seat = [&] {
    v1::OwnerPolicy policy;
    policy.ParseFromString(all.a.Policy("visits").payload());
    return governance::SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(), {&seat});
  };
  EXPECT_EQ(ReasonOf(all.a.book->SubmitOwn(by_the_new_seat())), v1::UNDER_SIGNED);
  const v1::Envelope card = CardFor(all.a, seat);
  ASSERT_TRUE(all.a.book->SubmitOwn(card).ok());
  EXPECT_EQ(ReasonOf(all.a.book->SubmitOwn(all.a.Policy("covid"))), v1::UNDER_SIGNED)
      << "by the board that went";
  ASSERT_TRUE(all.a.book->SubmitOwn(by_the_new_seat()).ok());
  all.Settle();
  for (TestOrg* org : {&all.a, &all.b}) {
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(org->reg().FindMember(all.a.id)->root_id, governance::IdOf(card)) << org->name;
      EXPECT_NE(org->reg().OwnerPolicies(all.a.id, "visits"), nullptr) << org->name;
      org->Close();
      org->Open();
    }
  }
  EXPECT_EQ(all.a.reg().head(), all.b.reg().head());
  EXPECT_EQ(all.b.book->snapshot()->heads.at(all.a.id).size, all.a.SizeOf(all.a.id));
}

TEST(LogBook, ACardThatWouldNotCountIsRefusedAndNotStored) {
  Pair all;
  const uint64_t size = all.a.SizeOf(all.a.id);
  const auto seat = crypto::SigningKey::Generate(crypto::SystemRandom());
  const v1::Envelope good = CardFor(all.a, seat);
  v1::Envelope by_one = good;
  by_one.mutable_signatures()->RemoveLast();
  EXPECT_EQ(ReasonOf(all.a.book->SubmitOwn(by_one)), v1::UNDER_SIGNED);
  EXPECT_EQ(ReasonOf(all.b.book->SubmitOwn(good)), v1::UNKNOWN_ISSUER);
  EXPECT_EQ(ReasonOf(all.a.book->SubmitOwn(all.stranger.card)), v1::NOT_SUPPORTED_YET);
  v1::OrgRoot renamed;
  ASSERT_TRUE(renamed.ParseFromString(good.payload()));
  renamed.set_name("wellington");
  EXPECT_EQ(ReasonOf(all.a.book->SubmitOwn(governance::SignDocument(
                kinds::kOrgRoot, renamed.SerializeAsString(), {&all.a.board[0], &seat}))),
            v1::NOT_SUPPORTED_YET);
  EXPECT_EQ(all.a.SizeOf(all.a.id), size);
  // What a node that does not obey puts there, the others leave out.
  const TestOrg::Accepted accepted = all.b.Accept({all.a.PageBehindOwnLog({by_one})});
  EXPECT_FALSE(accepted.changed);
  EXPECT_EQ(accepted.problems, std::vector{v1::UNDER_SIGNED});
  EXPECT_TRUE(all.a.book->SubmitOwn(good).ok());
}

TEST(LogBook, AnInvitationLeadsAnAdmittedOrganisationIn) {
  Pair all;
  TestOrg& a = all.a;
  TestOrg& b = all.b;
  TestOrg& late = all.stranger;
  v1::Resolution resolution;
  *resolution.mutable_header() = governance::NextCommonsHeader(a.reg(), a.id, all.clock.Now());
  resolution.set_ballot(1);
  *resolution.add_items()->mutable_membership()->mutable_admit() = late.card;
  const v1::Envelope proposal = a.Signed(kinds::kResolution, resolution);
  const absl::Status proposed = a.book->SubmitOwn(proposal);
  ASSERT_TRUE(proposed.ok()) << proposed;
  for (TestOrg* org : {&a, &b}) {
    all.Settle();
    const absl::Status yes =
        org->book->SubmitOwn(org->ApprovalOf(all.commons, 2, governance::IdOf(proposal)));
    ASSERT_TRUE(yes.ok()) << yes;
  }
  all.Settle();
  ASSERT_EQ(a.reg().commons_version(), 2u);

  v1::RuleFile file;
  *file.mutable_invitation()->mutable_charter() = all.charter;
  file.mutable_invitation()->set_version(2);
  file.mutable_invitation()->set_head(a.reg().commons_head().ToBytes());
  auto* address = file.mutable_invitation()->add_addresses();
  address->set_endpoint("auckland.example.nz:7000");
  address->set_org_id(a.id.ToBytes());
  address->set_tls_key(a.tls->public_key().ToBytes());
  ASSERT_TRUE(late.book->Join(file).ok());
  EXPECT_TRUE(late.book->snapshot()->joining);
  EXPECT_NE(late.book->snapshots().standing_of()(a.tls->public_key()), Standing::kUnknown);
  all.Settle();
  EXPECT_FALSE(late.book->snapshot()->joining);
  EXPECT_EQ(late.reg().head(), a.reg().head());
  EXPECT_EQ(late.reg().members().size(), 3u);
  EXPECT_EQ(late.book->snapshot()->peers.size(), 2u);
  EXPECT_EQ(a.book->snapshot()->heads.at(late.id).size, 1u) << "its log reached the others";
}

TEST(LogBook, ARestoredNodeGetsItsOwnLogBackFromItsPeers) {
  Pair all;
  TestOrg& a = all.a;
  const auto before = a.book->snapshot()->heads.at(a.id);
  Restore(all, a, all.b);
  all.Settle();
  EXPECT_EQ(a.book->snapshot()->heads.at(a.id).size, before.size);
  EXPECT_EQ(a.book->snapshot()->heads.at(a.id).root, before.root);
}

}  // namespace
}  // namespace commons::node
