// A hostile member hands documents around. Whatever it signs and pushes, the owner's own rule
// decides and the logs of others stay what their nodes signed.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "clients/office/daemon/local_client.h"
#include "crypto/random.h"
#include "crypto/tls/x509.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/exchange/exchange.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/register/next_header.h"
#include "tests/attacks/intruder.h"
#include "tests/attacks/papers.h"

namespace commons::attacks {
namespace {

class Documents : public WithLab<v1::PROTECTED> {
 protected:
  v1::Envelope BoardSigns(const char* kind, const google::protobuf::Message& message) const {
    return SignedByBoard(intruder_, kind, message);
  }
  v1::OwnerPolicy OpenRuleOf(const char* member) const {
    return attacks::OpenRuleOf(intruder_, member, "visits");
  }
  // Appended to the attacker's own log, which it may: the page is taken, the document is looked at.
  void PublishInOwnLog(const v1::Envelope& document) {
    ASSERT_EQ(
        intruder_.PushPages(kVictim, {intruder_.PageOf(kAttacker, {document}, intruder_.node_key)}),
        "ok");
    intruder_.LearnFrom(kVictim);
    const DocId id = governance::IdOf(document);
    EXPECT_TRUE(std::any_of(intruder_.reg().problems().begin(), intruder_.reg().problems().end(),
                            [&](const auto& problem) { return problem->id == id; }))
        << "the document reached the victim's copy of the log, but counts there";
  }
  // The one rule that its own board signed is still the only one.
  void ExpectOneRuleOf(const char* owner) {
    const auto& versions =
        intruder_.reg().OwnerPolicies(intruder_.OrgOf(owner), "visits")->versions;
    ASSERT_EQ(versions.size(), 1u);
    EXPECT_EQ(versions.back().payload->rule().release(), v1::PROTECTED);
  }
  // And the victim answers by it.
  void ExpectTheVictimsRule() {
    ExpectOneRuleOf(kVictim);
    HostileQuestion question(intruder_);
    question.proposal().mutable_question()->set_release(v1::OPEN);
    question.proposal().mutable_question()->clear_noise();
    EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, question.ProposalTo(kVictim)),
              "RELEASE_NOT_ALLOWED");
  }
  std::string Push(const v1::LogPage& page) { return intruder_.PushPages(kVictim, {page}); }

  Intruder intruder_{*lab};
};

TEST_F(Documents, AnOrganisationThatNobodyAdmitted) {
  const auto key = crypto::SigningKey::Generate(crypto::SystemRandom());
  const auto board = crypto::SigningKey::Generate(crypto::SystemRandom());
  const auto tls = crypto::SigningKey::Generate(crypto::SystemRandom());
  const auto fresh = [] {
    return crypto::SigningKey::Generate(crypto::SystemRandom()).public_key();
  };
  governance::OrgRootDraft draft;
  draft.name = "nobody";
  draft.seats = {{"board-1", board.public_key()}};
  draft.guardians = {fresh()};
  draft.stewards = {fresh()};
  draft.node_key = key.public_key();
  draft.tls_key = tls.public_key();
  draft.witness_key = fresh();
  draft.practice = true;
  const auto card = governance::SignDocument(
      kinds::kOrgRoot,
      *governance::DraftOrgRoot(draft, crypto::SystemRandom(), intruder_.clock.Now()), {&board});
  const OrgId org = *OrgId::FromBytes(governance::IdOf(card).ToBytes());
  crypto::MerkleTree tree;
  tree.Append(governance::LogLeaf(card));
  v1::LogPage page;
  page.set_org_id(org.ToBytes());
  *page.add_entries() = card;
  page.set_checkpoint(crypto::SignCheckpoint({governance::LogOrigin(org), 1, tree.Root()}, key));
  EXPECT_EQ(Push(page), "UNKNOWN_ISSUER");
  intruder_.LearnFrom(kVictim);
  EXPECT_EQ(intruder_.reg().FindMember(org), nullptr);
  // Nor may it connect now.
  const auto identity = *crypto::MintTlsIdentity(tls, intruder_.clock.Now(), absl::Hours(1));
  EXPECT_EQ(
      SendBytes(Dial(lab->PortOf(kVictim), identity), PeerMethod::kCompare, "").status.error_code(),
      grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Documents, ANewCardForTheVictimInItsOwnLog) {
  v1::OrgRoot root = intruder_.reg().FindMember(intruder_.OrgOf(kVictim))->root;
  *root.mutable_header() = governance::NextHeader(intruder_.reg(), intruder_.OrgOf(kVictim), "org",
                                                  intruder_.clock.Now());
  root.mutable_node()->set_node_key(intruder_.node_key.public_key().ToBytes());
  EXPECT_EQ(
      Push(intruder_.PageOf(kVictim, {BoardSigns(kinds::kOrgRoot, root)}, intruder_.node_key)),
      "BAD_SIGNATURE");
}

// ... nor in the attacker's own, where it can put what it likes.
TEST_F(Documents, ANewCardForTheVictimInTheAttackersLog) {
  const OrgId victim = intruder_.OrgOf(kVictim);
  v1::OrgRoot root = intruder_.reg().FindMember(victim)->root;
  *root.mutable_header() =
      governance::NextHeader(intruder_.reg(), victim, "org", intruder_.clock.Now());
  root.mutable_header()->set_commons_id(CommonsId().ToBytes());
  PublishInOwnLog(BoardSigns(kinds::kOrgRoot, root));
  EXPECT_EQ(intruder_.reg().FindMember(victim)->root_id.view(), victim.view());
}

TEST_F(Documents, ANewCardOfTheAttackerThatItsBoardDidNotSign) {
  const OrgId own = intruder_.OrgOf(kAttacker);
  v1::OrgRoot root = intruder_.reg().FindMember(own)->root;
  *root.mutable_header() =
      governance::NextHeader(intruder_.reg(), own, "org", intruder_.clock.Now());
  root.mutable_header()->set_commons_id(CommonsId().ToBytes());
  const auto seat = crypto::SigningKey::Generate(crypto::SystemRandom());
  root.clear_seats();
  root.add_seats()->set_label("taken");
  root.mutable_seats(0)->set_key(seat.public_key().ToBytes());
  root.mutable_board()->clear_members();
  root.mutable_board()->set_k(1);
  root.mutable_board()->add_members()->set_key(root.seats(0).key());
  const v1::Envelope card =
      governance::SignDocument(kinds::kOrgRoot, root.SerializeAsString(), {&seat});
  EXPECT_EQ(Push(intruder_.PageOf(kAttacker, {card}, intruder_.node_key)), "UNDER_SIGNED");
  intruder_.LearnFrom(kVictim);
  EXPECT_EQ(intruder_.reg().FindMember(own)->root_id.view(), own.view());
}

TEST_F(Documents, ARuleForTheVictimInItsOwnLog) {
  EXPECT_EQ(Push(intruder_.PageOf(kVictim, {BoardSigns(kinds::kOwnerPolicy, OpenRuleOf(kVictim))},
                                  intruder_.node_key)),
            "BAD_SIGNATURE");
  intruder_.LearnFrom(kVictim);
  ExpectTheVictimsRule();
}

TEST_F(Documents, ARuleForTheVictimInTheAttackersLog) {
  PublishInOwnLog(BoardSigns(kinds::kOwnerPolicy, OpenRuleOf(kVictim)));
  ExpectTheVictimsRule();
}

TEST_F(Documents, ARuleOfTheAttackerThatItsBoardDidNotSign) {
  const v1::Envelope unsigned_rule = governance::SignDocument(
      kinds::kOwnerPolicy, OpenRuleOf(kAttacker).SerializeAsString(), {&intruder_.node_key});
  EXPECT_EQ(Push(intruder_.PageOf(kAttacker, {unsigned_rule}, intruder_.node_key)), "UNDER_SIGNED");
  intruder_.LearnFrom(kVictim);
  ExpectOneRuleOf(kAttacker);
}

TEST_F(Documents, AResolutionThatOnlyTheAttackerApproved) {
  const uint64_t before = intruder_.reg().commons_version();
  v1::Resolution resolution;
  *resolution.mutable_header() = governance::NextCommonsHeader(
      intruder_.reg(), intruder_.OrgOf(kAttacker), intruder_.clock.Now());
  resolution.set_ballot(1);
  resolution.add_items()->mutable_membership()->set_suspend(intruder_.OrgOf(kBystander).ToBytes());
  const v1::Envelope signed_resolution = BoardSigns(kinds::kResolution, resolution);
  v1::Approval approval;
  *approval.mutable_header() = governance::NextHeader(
      intruder_.reg(), intruder_.OrgOf(kAttacker),
      governance::ApprovalChain(resolution.header().version(), 1), intruder_.clock.Now());
  approval.set_version(resolution.header().version());
  approval.set_ballot(1);
  approval.set_document(governance::IdOf(signed_resolution).ToBytes());
  approval.set_yes(true);
  EXPECT_EQ(
      Push(intruder_.PageOf(kAttacker, {signed_resolution, BoardSigns(kinds::kApproval, approval)},
                            intruder_.node_key)),
      "ok");
  intruder_.LearnFrom(kVictim);
  EXPECT_EQ(intruder_.reg().commons_version(), before);
  EXPECT_FALSE(intruder_.reg().FindMember(intruder_.OrgOf(kBystander))->suspended);
}

TEST_F(Documents, ADocumentOfAnotherCommons) {
  v1::OwnerPolicy policy = OpenRuleOf(kAttacker);
  (*policy.mutable_header()->mutable_commons_id())[0] ^= 1;
  PublishInOwnLog(BoardSigns(kinds::kOwnerPolicy, policy));
  ExpectOneRuleOf(kAttacker);
}

TEST_F(Documents, AnotherHistory) {
  v1::LogPage page = intruder_.PageOf(
      kAttacker, {BoardSigns(kinds::kOwnerPolicy, OpenRuleOf(kVictim))}, intruder_.node_key);
  crypto::MerkleTree rewritten;
  for (uint64_t i = 0; i <= page.from(); ++i) rewritten.Append(absl::StrCat("other ", i));
  page.set_checkpoint(crypto::SignCheckpoint(
      {governance::LogOrigin(intruder_.OrgOf(kAttacker)), rewritten.size(), rewritten.Root()},
      intruder_.node_key));
  EXPECT_EQ(Push(page), "CONFLICTING_LOG");
}

TEST_F(Documents, AWrongCheckpoint) {
  const v1::Envelope entry = BoardSigns(kinds::kOwnerPolicy, OpenRuleOf(kVictim));
  const v1::LogPage good = intruder_.PageOf(kAttacker, {entry}, intruder_.node_key);
  const crypto::MerkleTree held = intruder_.TreeOf(kAttacker);
  const auto with = [&](uint64_t size, const OrgId& org, const crypto::SigningKey& key) {
    v1::LogPage page = good;
    page.set_checkpoint(
        crypto::SignCheckpoint({governance::LogOrigin(org), size, held.Root()}, key));
    return Push(page);
  };
  const OrgId own = intruder_.OrgOf(kAttacker);
  EXPECT_EQ(with(held.size(), own, intruder_.node_key), "MALFORMED");
  EXPECT_EQ(with(held.size() + 1, intruder_.OrgOf(kVictim), intruder_.node_key), "MALFORMED");
  EXPECT_EQ(with(held.size() + 1, own, intruder_.board_key), "BAD_SIGNATURE");
  EXPECT_EQ(with(held.size() + 1, own, intruder_.node_key), "CONFLICTING_LOG");
  v1::LogPage none = good;
  none.clear_checkpoint();
  EXPECT_EQ(Push(none), "MALFORMED");
  v1::LogPage gap = good;
  gap.set_from(good.from() + 5);
  EXPECT_EQ(Push(gap), "OUT_OF_ORDER");
}

TEST_F(Documents, TenThousandEntries) {
  v1::Approval approval;
  approval.set_document(std::string(32, 'x'));
  approval.set_ballot(1);
  std::vector<v1::Envelope> entries;
  for (uint64_t i = 0; i < 10'000; ++i) {
    *approval.mutable_header() =
        governance::NextHeader(intruder_.reg(), intruder_.OrgOf(kAttacker),
                               governance::ApprovalChain(100 + i, 1), intruder_.clock.Now());
    approval.set_version(100 + i);
    entries.push_back(BoardSigns(kinds::kApproval, approval));
  }
  const v1::LogPage page = intruder_.PageOf(kAttacker, entries, intruder_.node_key);
  EXPECT_LT(page.ByteSizeLong(), limits::kPeerMessageBytes);
  const uint64_t before = intruder_.TreeOf(kAttacker).size();
  EXPECT_EQ(Push(page), "MALFORMED");
  intruder_.LearnFrom(kVictim);
  EXPECT_EQ(intruder_.TreeOf(kAttacker).size(), before);
}

TEST_F(Documents, MorePagesThanThereAreMembers) {
  const v1::LogPage page = intruder_.PageOf(kVictim, {}, intruder_.node_key);
  EXPECT_EQ(intruder_.PushPages(kVictim, std::vector<v1::LogPage>(limits::kMembers + 1, page)),
            "MALFORMED");
}

TEST_F(Documents, AnAddressForAnother) {
  const v1::Envelope forged = governance::SignDocument(
      kinds::kNodeInfo,
      governance::DraftNodeInfo(intruder_.OrgOf(kBystander), INT64_MAX, {"127.0.0.1:1"}, "x",
                                intruder_.clock.Now()),
      {&intruder_.node_key});
  v1::LogPage page;
  page.set_org_id(intruder_.OrgOf(kBystander).ToBytes());
  *page.mutable_node_info() = forged;
  EXPECT_EQ(Push(page), "UNDER_SIGNED");
}

class LongLogs : public WithLab<v1::PROTECTED> {};

TEST_F(LongLogs, MoreOfThemThanOneMessageHolds) {
  Intruder talkative(*lab, kBystander);
  const auto client = clients::LocalClient::Connect(lab->DirOf(kBystander));
  ASSERT_TRUE(client.ok()) << client.status();
  for (int i = 0; i < 9; ++i) {
    v1::Project project;
    project.set_name(absl::StrCat("long-", i));
    *project.mutable_header() =
        governance::NextHeader(talkative.reg(), talkative.OrgOf(kBystander),
                               governance::ProjectChain(project.name()), talkative.clock.Now());
    project.add_researchers(talkative.board_key.public_key().ToBytes());
    project.add_question()->set_text(std::string(limits::kDocumentBytes - 4096, 'q'));
    v1::RuleFile file;
    *file.add_envelopes() = governance::SignDocument(kinds::kProject, project.SerializeAsString(),
                                                     {&talkative.board_key});
    const auto report = (*client)->Submit(file);
    ASSERT_TRUE(report.ok() && !report->entries(0).has_refusal());
  }
  // The victim's own people still read all that the node knows.
  const auto reader = clients::LocalClient::Connect(lab->DirOf(kVictim));
  ASSERT_TRUE(reader.ok()) << reader.status();
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (true) {
    const auto read = (*reader)->Documents();
    ASSERT_TRUE(read.ok()) << read.status();
    if (read->ByteSizeLong() > limits::kLocalMessageBytes) break;
    ASSERT_LT(absl::Now(), deadline);
  }
  EXPECT_TRUE(lab->Commons("doc list --dir " + lab->DirOf(kVictim)));
}

}  // namespace
}  // namespace commons::attacks
