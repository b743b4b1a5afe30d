#include "node/archive.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "governance/refusal.h"
#include "node/federation_for_test.h"

namespace commons::node {
namespace {

using governance::ReasonOf;

TEST(Archive, FirstStartWritesTheCardAndARestartFindsTheSame) {
  Federation all;
  TestOrg& org = all.Add("auckland");
  const auto before = org.archive->snapshot()->heads.at(org.id);
  EXPECT_EQ(before.size, 1u);
  EXPECT_TRUE(crypto::OpenCheckpoint(before.checkpoint, org.node.public_key()).ok());
  org.Close();
  org.Open();
  const auto after = org.archive->snapshot()->heads.at(org.id);
  EXPECT_EQ(after.size, 1u);
  EXPECT_EQ(after.root, before.root);
  EXPECT_GT(after.node_info_counter, before.node_info_counter) << "a newer one must win";
}

TEST(Archive, ThreeFoundOneCommonsAndAgree) {
  Federation all;
  for (const char* name : {"auckland", "lakes", "waikato"}) all.Add(name);
  all.Found({"auckland", "lakes", "waikato"});
  for (auto& [name, org] : all.orgs) {
    EXPECT_TRUE(org->reg().founded()) << name;
    EXPECT_EQ(org->reg().members().size(), 3u) << name;
    EXPECT_EQ(org->reg().head(), all.orgs["lakes"]->reg().head()) << name;
    EXPECT_EQ(org->archive->snapshot()->heads_hash,
              all.orgs["lakes"]->archive->snapshot()->heads_hash);
    EXPECT_EQ(org->archive->snapshot()->peers.size(), 2u);
    EXPECT_EQ(org->archive->snapshot()->peers[0].standing, Standing::kMember);
  }
}

TEST(Archive, FoundersKnowEachOtherBeforeTheCommonsIsFounded) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  ASSERT_TRUE(a.archive->Join(all.Founding({"auckland", "lakes"})).ok());
  EXPECT_EQ(a.archive->standing_of()(b.tls.public_key()), Standing::kFounder);
  EXPECT_EQ(a.archive->standing_of()(b.node.public_key()), Standing::kUnknown);
}

TEST(Archive, JoiningIsRefusedToStrangersAndToMembersOfAnotherCommons) {
  Federation all;
  all.Add("auckland");
  all.Add("lakes");
  TestOrg& stranger = all.Add("waikato");
  const v1::RuleFile first = all.Founding({"auckland", "lakes"});
  EXPECT_EQ(ReasonOf(stranger.archive->Join(first).status()), v1::NOT_A_MEMBER);
  EXPECT_FALSE(stranger.archive->snapshot()->commons.has_value());
  TestOrg& a = *all.orgs["auckland"];
  ASSERT_TRUE(a.archive->Join(first).ok());
  ASSERT_TRUE(a.archive->Join(first).ok()) << "again is harmless";
  EXPECT_EQ(a.archive->snapshot()->heads.at(a.id).size, 2u);
  EXPECT_EQ(ReasonOf(a.archive->Join(all.Founding({"auckland", "lakes"})).status()),
            v1::WRONG_COMMONS);
  EXPECT_EQ(ReasonOf(a.archive->Join(v1::RuleFile()).status()), v1::MALFORMED);
}

TEST(Archive, ADocumentThatWouldNotCountIsRefusedAndNotStored) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  all.Found({"auckland", "lakes"});
  const uint64_t size = a.archive->snapshot()->heads.at(a.id).size;

  v1::OwnerPolicy policy;
  *policy.mutable_header() =
      governance::NextHeader(a.reg(), a.id, governance::PolicyChain("covid"), all.clock.Now());
  policy.set_dataset("covid");
  const v1::Envelope good = a.Signed(kinds::kOwnerPolicy, policy);

  v1::Envelope unsigned_one = good;
  unsigned_one.clear_signatures();
  EXPECT_EQ(ReasonOf(a.archive->SubmitOwn(unsigned_one)), v1::UNDER_SIGNED);
  v1::Envelope forged = good;
  forged.mutable_signatures(0)->mutable_signature()->at(5) ^= 1;
  EXPECT_EQ(ReasonOf(a.archive->SubmitOwn(forged)), v1::UNDER_SIGNED);
  EXPECT_EQ(ReasonOf(b.archive->SubmitOwn(good)), v1::UNKNOWN_ISSUER);
  v1::OwnerPolicy later = policy;
  later.mutable_header()->set_version(2);
  later.mutable_header()->add_prev(governance::IdOf(good).ToBytes());
  EXPECT_EQ(ReasonOf(a.archive->SubmitOwn(a.Signed(kinds::kOwnerPolicy, later))), v1::OUT_OF_ORDER);
  v1::OwnerPolicy elsewhere = policy;
  elsewhere.mutable_header()->set_commons_id(std::string(32, 'x'));
  EXPECT_EQ(ReasonOf(a.archive->SubmitOwn(a.Signed(kinds::kOwnerPolicy, elsewhere))),
            v1::WRONG_COMMONS);
  EXPECT_EQ(a.archive->snapshot()->heads.at(a.id).size, size);

  EXPECT_TRUE(a.archive->SubmitOwn(good).ok());
  EXPECT_TRUE(a.archive->SubmitOwn(good).ok()) << "again is harmless";
  EXPECT_EQ(a.archive->snapshot()->heads.at(a.id).size, size + 1);
}

TEST(Archive, PagesThatDoNotProveThemselvesAreLeftOut) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  TestOrg& stranger = all.Add("waikato");
  all.Found({"auckland", "lakes"});
  google::protobuf::RepeatedPtrField<v1::Pull::Range> ranges;
  v1::Pull::Range& range = *ranges.Add();
  range.set_org_id(stranger.id.ToBytes());
  range.set_to(1);
  std::vector<absl::Status> problems;
  // A log of somebody who is no member, however well signed.
  EXPECT_FALSE(*a.archive->AcceptPages(stranger.archive->PagesFor(ranges), &problems));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(ReasonOf(problems[0]), v1::UNKNOWN_ISSUER);

  // A member's next entry, under a checkpoint that does not cover it.
  const uint64_t size = a.archive->snapshot()->heads.at(b.id).size;
  v1::LogPage page;
  page.set_org_id(b.id.ToBytes());
  page.set_from(size);
  *page.add_entries() = b.ApprovalOf(all.commons, 2, DocId());
  page.set_checkpoint(a.archive->snapshot()->heads.at(b.id).checkpoint);
  EXPECT_FALSE(*a.archive->AcceptPages({page}, &problems));
  EXPECT_EQ(problems.size(), 1u);
  EXPECT_EQ(a.archive->snapshot()->heads.at(b.id).size, size);
}

// GOVERNANCE 2, stripped_signatures_then_full: the root of a log covers no signatures.
TEST(Archive, SignaturesThatAPeerStrippedComeFromAnother) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  all.Found({"auckland", "lakes"});
  const uint64_t size = a.archive->snapshot()->heads.at(b.id).size;
  v1::OwnerPolicy policy;
  *policy.mutable_header() =
      governance::NextHeader(b.reg(), b.id, governance::PolicyChain("covid"), all.clock.Now());
  policy.set_dataset("covid");
  ASSERT_TRUE(b.archive->SubmitOwn(b.Signed(kinds::kOwnerPolicy, policy)).ok());

  google::protobuf::RepeatedPtrField<v1::Pull::Range> ranges;
  v1::Pull::Range& range = *ranges.Add();
  range.set_org_id(b.id.ToBytes());
  range.set_from(size);
  range.set_to(size + 1);
  std::vector<v1::LogPage> pages = b.archive->PagesFor(ranges);
  ASSERT_EQ(pages.size(), 1u);
  pages[0].mutable_entries(0)->clear_signatures();
  std::vector<absl::Status> problems;
  EXPECT_FALSE(*a.archive->AcceptPages(pages, &problems));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(ReasonOf(problems[0]), v1::UNDER_SIGNED);

  all.Settle();
  ASSERT_NE(a.reg().OwnerPolicies(b.id, "covid"), nullptr);
  EXPECT_EQ(a.reg().head(), b.reg().head());
}

TEST(Archive, AnOrganisationsLogHoldsSoManyBytesAndNoMore) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  all.Found({"auckland", "lakes"});
  const auto project = [&](int number) {
    v1::Project message;
    message.set_name(absl::StrCat("project-", number));
    *message.mutable_header() = governance::NextHeader(
        b.reg(), b.id, governance::ProjectChain(message.name()), all.clock.Now());
    message.add_researchers(b.board.public_key().ToBytes());
    message.add_question()->set_text(std::string(limits::kDocumentBytes - 4096, 'q'));
    return b.Signed(kinds::kProject, message);
  };
  absl::Status own;
  int taken = 0;
  while (own.ok() && taken <= 100) own = b.archive->SubmitOwn(project(taken++));
  EXPECT_EQ(ReasonOf(own), v1::MESSAGE_TOO_LARGE) << own;
  all.Settle();
  const governance::Head before = a.archive->snapshot()->heads.at(b.id);
  EXPECT_EQ(before.root, b.archive->snapshot()->heads.at(b.id).root) << "all that b could write";

  // A node that does not obey signs one more.
  const v1::Envelope more = project(taken);
  crypto::MerkleTree tree;
  while (tree.size() < before.size) {
    google::protobuf::RepeatedPtrField<v1::Pull::Range> ranges;
    v1::Pull::Range& range = *ranges.Add();
    range.set_org_id(b.id.ToBytes());
    range.set_from(tree.size());
    range.set_to(before.size);
    const std::vector<v1::LogPage> pages = b.archive->PagesFor(ranges);
    ASSERT_EQ(pages.size(), 1u);
    for (const v1::Envelope& entry : pages[0].entries()) tree.Append(governance::LogLeaf(entry));
  }
  tree.Append(governance::LogLeaf(more));
  v1::LogPage page;
  page.set_org_id(b.id.ToBytes());
  page.set_from(before.size);
  *page.add_entries() = more;
  page.set_checkpoint(
      crypto::SignCheckpoint({governance::LogOrigin(b.id), tree.size(), tree.Root()}, b.node));
  std::vector<absl::Status> problems;
  EXPECT_FALSE(*a.archive->AcceptPages({page}, &problems));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(ReasonOf(problems[0]), v1::MESSAGE_TOO_LARGE);
}

TEST(Archive, AnInvitationLeadsAnAdmittedOrganisationIn) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  TestOrg& late = all.Add("waikato");
  all.Found({"auckland", "lakes"});
  v1::Resolution resolution;
  *resolution.mutable_header() = governance::NextCommonsHeader(a.reg(), a.id, all.clock.Now());
  resolution.set_ballot(1);
  *resolution.add_items()->mutable_membership()->mutable_admit() = late.card;
  const v1::Envelope proposal = a.Signed(kinds::kResolution, resolution);
  const absl::Status proposed = a.archive->SubmitOwn(proposal);
  ASSERT_TRUE(proposed.ok()) << proposed;
  for (TestOrg* org : {&a, &b}) {
    all.Settle();
    const absl::Status yes =
        org->archive->SubmitOwn(org->ApprovalOf(all.commons, 2, governance::IdOf(proposal)));
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
  address->set_tls_key(a.tls.public_key().ToBytes());
  ASSERT_TRUE(late.archive->Join(file).ok());
  EXPECT_TRUE(late.archive->snapshot()->joining);
  EXPECT_NE(late.archive->standing_of()(a.tls.public_key()), Standing::kUnknown);
  all.Settle();
  EXPECT_FALSE(late.archive->snapshot()->joining);
  EXPECT_EQ(late.reg().head(), a.reg().head());
  EXPECT_EQ(late.reg().members().size(), 3u);
  EXPECT_EQ(late.archive->snapshot()->peers.size(), 2u);
  EXPECT_EQ(a.archive->snapshot()->heads.at(late.id).size, 1u) << "its log reached the others";
}

TEST(Archive, ARestoredNodeGetsItsOwnLogBackFromItsPeers) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  all.Add("lakes");
  all.Found({"auckland", "lakes"});
  const auto before = a.archive->snapshot()->heads.at(a.id);
  // Everything but the keys is lost; the operator hands over the charter again.
  a.Close();
  std::filesystem::remove_all(a.dir.path());
  a.Open();
  v1::RuleFile file;
  *file.mutable_invitation()->mutable_charter() = all.charter;
  auto* address = file.mutable_invitation()->add_addresses();
  address->set_endpoint("lakes.example.nz:7000");
  address->set_org_id(all.orgs["lakes"]->id.ToBytes());
  address->set_tls_key(all.orgs["lakes"]->tls.public_key().ToBytes());
  ASSERT_TRUE(a.archive->Join(file).ok());
  all.Settle();
  EXPECT_EQ(a.archive->snapshot()->heads.at(a.id).size, before.size);
  EXPECT_EQ(a.archive->snapshot()->heads.at(a.id).root, before.root);
}

TEST(Exchange, MessagesForOthersOrFromStrangersAreRefused) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  TestOrg& b = all.Add("lakes");
  TestOrg& stranger = all.Add("waikato");
  all.Found({"auckland", "lakes"});
  auto reason = [&](const OrgId& recipient, const crypto::SigningKey& key, const OrgId& sender) {
    v1::Compare compare;
    *compare.mutable_header() =
        query::MakeHeader(all.commons, sender, recipient, all.clock.Now(), crypto::SystemRandom());
    v1::CompareReply reply;
    EXPECT_TRUE(reply.ParseFromString(
        a.exchange->OnCompare(query::SignPeerMessage(kinds::kCompare, compare, key)).payload()));
    return reply.refusal().reason();
  };
  EXPECT_EQ(reason(a.id, b.node, b.id), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(reason(b.id, b.node, b.id), v1::WRONG_RECIPIENT);
  EXPECT_EQ(reason(a.id, stranger.node, stranger.id), v1::NOT_A_MEMBER);
  EXPECT_EQ(reason(a.id, stranger.node, b.id), v1::NOT_A_MEMBER);
  v1::Envelope junk;
  junk.set_payload("\xff\xff");
  v1::PushReply reply;
  EXPECT_TRUE(reply.ParseFromString(a.exchange->OnPush(junk).payload()));
  EXPECT_TRUE(reply.has_refusal());
}

}  // namespace
}  // namespace commons::node
