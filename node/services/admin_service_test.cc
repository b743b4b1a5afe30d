// Admin without gRPC, a daemon or a network: its methods on a log book and an empty store.
#include "node/services/admin_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "governance/document/chains.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/stops_for_test.h"
#include "node/documents/federation_for_test.h"
#include "node/services/notice_signature.h"

namespace commons::node {
namespace {

using testing::HasSubstr;

class AdminServiceTest : public testing::Test {
 protected:
  AdminServiceTest() {
    TestOrg& org = all_.a;
    v1::OrgRoot root;
    EXPECT_TRUE(root.ParseFromString(org.card.payload()));
    home_ = std::make_unique<Home>(Home{home_dir_.path(), org.card, root, org.id,
                                        crypto::SigningKey::Generate(crypto::SystemRandom()),
                                        crypto::SigningKey::Generate(crypto::SystemRandom()),
                                        crypto::AeadKey::Generate(crypto::SystemRandom()), ""});
    ledger_ = *storage::Ledger::Open(*org.db);
    audit_log_ = *storage::AuditLog::Open(*org.db);
    audit_ = std::make_unique<query::AuditTrail>(audit_log_.get());
    tables_ =
        *storage::TableStore::Open(org.db.get(), &home_->store_key, &crypto::SystemRandom(), {});
    sync_ = std::make_unique<Sync>(&org.book->snapshots(), org.exchange.get(), org.id,
                                   &crypto::SystemRandom(), absl::Hours(1));
    admin_ = std::make_unique<AdminService>(
        AdminService::Parts{home_.get(), org.book.get(), sync_.get(), tables_.get(), ledger_.get(),
                            audit_.get(), &all_.clock, [this] { return ready_; },
                            [] { return std::string("auckland.example.nz:7000"); }});
  }
  v1::SubmitReport Submit(const v1::RuleFile& file) {
    v1::SubmitReport report;
    EXPECT_TRUE(admin_->Submit(nullptr, &file, &report).ok());
    return report;
  }
  v1::RuleFile FileOf(const std::vector<v1::Envelope>& envelopes) {
    v1::RuleFile file;
    for (const v1::Envelope& envelope : envelopes) *file.add_envelopes() = envelope;
    return file;
  }

  Pair all_;
  TempDir home_dir_;
  absl::Status ready_;
  std::unique_ptr<Home> home_;
  std::unique_ptr<storage::Ledger> ledger_;
  std::unique_ptr<storage::AuditLog> audit_log_;
  std::unique_ptr<query::AuditTrail> audit_;
  std::unique_ptr<storage::TableStore> tables_;
  std::unique_ptr<Sync> sync_;
  std::unique_ptr<AdminService> admin_;
};

TEST_F(AdminServiceTest, StatusSaysWhoItIsAndWhatItWaitsFor) {
  ready_ = governance::Refuse(v1::STALE, "waiting for 1 of: lakes");
  v1::StatusReply reply;
  ASSERT_TRUE(admin_->Status(nullptr, nullptr, &reply).ok());
  EXPECT_EQ(reply.member(), "auckland");
  EXPECT_EQ(reply.commons_id(), all_.commons.ToBytes());
  EXPECT_EQ(reply.members(), 2u);
  EXPECT_EQ(reply.members_reachable(), 1u) << "itself";
  EXPECT_EQ(reply.address(), "auckland.example.nz:7000");
  EXPECT_FALSE(reply.caught_up());
  EXPECT_EQ(reply.waiting_for(), "waiting for 1 of: lakes");
  ready_ = absl::OkStatus();
  sync_->NoteContact(all_.b.id, true);
  reply.Clear();
  ASSERT_TRUE(admin_->Status(nullptr, nullptr, &reply).ok());
  EXPECT_TRUE(reply.caught_up());
  EXPECT_EQ(reply.waiting_for(), "");
  EXPECT_EQ(reply.members_reachable(), 2u);
}

TEST_F(AdminServiceTest, PeersAreTheOthersWithTheirLogsAndAddresses) {
  v1::PeersReply reply;
  ASSERT_TRUE(admin_->Peers(nullptr, nullptr, &reply).ok());
  ASSERT_EQ(reply.peers_size(), 1);
  EXPECT_EQ(reply.peers(0).member(), "lakes");
  EXPECT_EQ(reply.peers(0).endpoints(0), "lakes.example.nz:7000");
  EXPECT_EQ(reply.peers(0).log_size(), all_.b.SizeOf(all_.b.id));
  EXPECT_EQ(reply.peers(0).contact(), "people");
  EXPECT_FALSE(reply.peers(0).reachable());
}

TEST_F(AdminServiceTest, EachDocumentHasItsOwnOutcome) {
  v1::Envelope forged = all_.a.Policy("visits");
  forged.clear_signatures();
  const v1::Envelope good = all_.a.Policy("covid");
  const v1::SubmitReport report = Submit(FileOf({forged, good}));
  ASSERT_EQ(report.entries_size(), 2);
  EXPECT_EQ(report.entries(0).refusal().reason(), v1::UNDER_SIGNED);
  EXPECT_FALSE(report.entries(1).has_refusal());
  EXPECT_EQ(report.entries(1).doc_id(), governance::IdOf(good).ToBytes());
  v1::DocumentsRequest request;
  request.add_chains(governance::PolicyChain("covid"));
  v1::DocumentsReply stored;
  ASSERT_TRUE(admin_->Documents(nullptr, &request, &stored).ok());
  const auto found =
      std::find_if(stored.envelopes().begin(), stored.envelopes().end(),
                   [&](const v1::Envelope& each) { return each.payload() == good.payload(); });
  ASSERT_NE(found, stored.envelopes().end());
  ASSERT_EQ(stored.places_size(), stored.envelopes_size());
  const auto& place = stored.places(static_cast<int>(found - stored.envelopes().begin()));
  EXPECT_EQ(place.log(), all_.a.id.ToBytes());
  EXPECT_FALSE(place.beside());
  EXPECT_EQ(stored.commons_id(), all_.commons.ToBytes());
}

// Seen to hold a thousand names against each document with the limit taken out.
TEST_F(AdminServiceTest, SoManyChainsAtOnce) {
  v1::DocumentsRequest request;
  v1::DocumentsReply reply;
  for (int i = 0; i < 512; ++i) request.add_chains(absl::StrCat("policy/", i));
  EXPECT_TRUE(admin_->Documents(nullptr, &request, &reply).ok());
  request.add_chains("policy/one-more");
  const grpc::Status refused = admin_->Documents(nullptr, &request, &reply);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.error_message(), "asks for 513 chains, at most 512; ask for all documents");
}

// Only what was asked for, and what everybody's standing hangs on.
TEST_F(AdminServiceTest, DocumentsAreChosenByChainAndById) {
  const v1::Envelope visits = all_.a.Policy("visits"), covid = all_.a.Policy("covid");
  ASSERT_FALSE(Submit(FileOf({visits, covid})).entries(0).has_refusal());
  const auto kinds_of = [&](const v1::DocumentsRequest& request) {
    v1::DocumentsReply reply;
    EXPECT_TRUE(admin_->Documents(nullptr, &request, &reply).ok());
    std::set<std::string> found;
    for (const v1::Envelope& each : reply.envelopes()) {
      found.insert(each.payload() == visits.payload()  ? "visits"
                   : each.payload() == covid.payload() ? "covid"
                                                       : each.payload_type());
    }
    return found;
  };
  const std::set<std::string> standing = {kinds::kOrgRoot, kinds::kNodeInfo, kinds::kCharter,
                                          kinds::kApproval};
  const auto with = [&](std::set<std::string> more) {
    more.insert(standing.begin(), standing.end());
    return more;
  };
  v1::DocumentsRequest request;
  EXPECT_EQ(kinds_of(request), with({"visits", "covid"}));
  request.add_chains("commons");
  EXPECT_EQ(kinds_of(request), standing);
  request.add_chains(governance::PolicyChain("visits"));
  EXPECT_EQ(kinds_of(request), with({"visits"}));
  request.set_id_begins(governance::IdOf(covid).ToHex().substr(0, 16));
  EXPECT_EQ(kinds_of(request), with({"visits", "covid"}));
  request.clear_chains();
  EXPECT_EQ(kinds_of(request), with({"covid"}));
  request.set_id_begins("ffffffff");
  EXPECT_EQ(kinds_of(request), standing);
  request.clear_id_begins();
  request.add_chains("policy/");
  EXPECT_EQ(kinds_of(request), with({"visits", "covid"}));
}

// Seen to name nobody while the problems of the fold were not counted.
TEST_F(AdminServiceTest, AMemberWhoseLogHoldsWhatCountsForNothingIsNamed) {
  const auto status = [&] {
    v1::StatusReply reply;
    EXPECT_TRUE(admin_->Status(nullptr, nullptr, &reply).ok());
    return reply;
  };
  EXPECT_EQ(status().worthless_size(), 0);
  v1::Envelope in_our_name = all_.a.ApprovalOf(all_.commons, 7, DocId());
  in_our_name.clear_signatures();
  ASSERT_TRUE(all_.a.Accept({all_.b.PageBehindOwnLog({in_our_name})}).changed);
  ASSERT_EQ(status().worthless_size(), 1);
  EXPECT_EQ(status().worthless(0).member(), "lakes");
  EXPECT_EQ(status().worthless(0).documents(), 1u);
}

TEST_F(AdminServiceTest, TheStatusSaysWhoseWordIsMissing) {
  v1::Resolution departure;
  v1::Leave leave;
  ASSERT_TRUE(
      leave.ParseFromString(governance::DraftLeave(all_.b.reg(), all_.b.id, all_.clock.Now())));
  ASSERT_TRUE(all_.b.book->SubmitOwn(all_.b.Signed(kinds::kLeave, leave)).ok());
  all_.Settle();
  departure.add_departures(all_.b.id.ToBytes());
  v1::Resolution drafted;
  ASSERT_TRUE(drafted.ParseFromString(
      governance::DraftResolution(all_.a.reg(), all_.a.id, departure, all_.clock.Now())));
  ASSERT_TRUE(all_.a.book->SubmitOwn(all_.a.Signed(kinds::kResolution, drafted)).ok());
  v1::StatusReply reply;
  ASSERT_TRUE(admin_->Status(nullptr, nullptr, &reply).ok());
  ASSERT_EQ(reply.proposals_size(), 1);
  const auto& proposal = reply.proposals(0);
  EXPECT_EQ(proposal.member(), "auckland");
  EXPECT_EQ(proposal.version(), 2u);
  EXPECT_EQ(proposal.needed(), 2u);
  EXPECT_EQ(proposal.unheard_size(), 1);
  EXPECT_EQ(proposal.gone(0), "lakes");
  EXPECT_TRUE(proposal.lost()) << "one alone decides nothing";
  EXPECT_GE(reply.votes_size(), 2);
}

TEST_F(AdminServiceTest, ANodeThatIsNotReadySignsNothing) {
  const uint64_t size = all_.a.SizeOf(all_.a.id);
  ready_ = governance::Refuse(v1::CLOCK, "the clock jumped");
  const v1::SubmitReport report = Submit(FileOf({all_.a.Policy("covid")}));
  EXPECT_EQ(report.entries(0).refusal().reason(), v1::CLOCK);
  EXPECT_EQ(all_.a.SizeOf(all_.a.id), size);
}

TEST_F(AdminServiceTest, AFileOfTooManyDocumentsIsRefusedWhole) {
  v1::RuleFile file;
  for (size_t i = 0; i <= limits::kDocumentsPerBatch; ++i) file.add_envelopes();
  v1::SubmitReport report;
  const grpc::Status refused = admin_->Submit(nullptr, &file, &report);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.error_message(), HasSubstr("split it"));
  EXPECT_EQ(report.entries_size(), 0);
}

TEST_F(AdminServiceTest, JoiningAnotherCommonsIsARefusalInTheReply) {
  const v1::RuleFile other = all_.Founding({"auckland", "lakes"});
  v1::JoinReply reply;
  ASSERT_TRUE(admin_->Join(nullptr, &other, &reply).ok());
  EXPECT_EQ(reply.refusal().reason(), v1::WRONG_COMMONS);
}

// A steward needs no key of the node: the daemon adds its signature to a notice that is true.
TEST_F(AdminServiceTest, ANoticeOfAStewardGetsTheNodesSignatureIfItIsTrue) {
  v1::Manifest notice;
  notice.mutable_header()->set_issuer(all_.a.id.ToBytes());
  notice.mutable_header()->set_chain("manifest/covid");
  notice.mutable_header()->set_version(1);
  notice.mutable_header()->set_commons_id(all_.commons.ToBytes());
  notice.mutable_header()->set_issued_at(absl::ToUnixSeconds(all_.clock.Now()));
  notice.set_dataset("covid");
  notice.set_standard_id(std::string(32, 's'));
  const auto signed_by = [&](const crypto::SigningKey& key) {
    return governance::SignDocument(kinds::kManifest, notice.SerializeAsString(), {&key});
  };
  const auto signatures = [&](const v1::Envelope& envelope) {
    return WithNodeSignature(envelope, *home_, *all_.a.book->snapshot()->reg, *tables_)
        .signatures_size();
  };
  ASSERT_TRUE(governance::OpenDocument(signed_by(*all_.a.steward)).ok());
  EXPECT_EQ(signatures(signed_by(*all_.a.steward)), 2) << "nothing is held, and it says so";
  EXPECT_EQ(signatures(signed_by(all_.a.board[0])), 1) << "the board's counts without it";
  EXPECT_EQ(signatures(signed_by(crypto::SigningKey::Generate(crypto::SystemRandom()))), 1);
  v1::Envelope forged = signed_by(*all_.a.steward);
  forged.mutable_signatures(0)->mutable_signature()->at(0) ^= 1;
  EXPECT_EQ(signatures(forged), 1);
  notice.set_epoch(1);
  EXPECT_EQ(signatures(signed_by(*all_.a.steward)), 1) << "no such edition is held";
  {
    auto edition = tables_->Begin(
        "covid",
        storage::TableLayout{.columns = {{.name = "n", .kind = storage::ColumnKind::kHidden}}},
        {.definition = *Hash32::FromBytes(std::string(32, 's'))});
    ASSERT_TRUE(edition.ok()) << edition.status();
    ASSERT_TRUE(edition->Commit(/*rejected=*/1).ok());
  }
  EXPECT_EQ(signatures(signed_by(*all_.a.steward)), 1) << "it hides what was left out";
  notice.set_left_out_percent(100);
  notice.set_standard_id(std::string(32, 't'));
  EXPECT_EQ(signatures(signed_by(*all_.a.steward)), 1) << "the rows are of another definition";
  notice.set_standard_id(std::string(32, 's'));
  EXPECT_EQ(signatures(signed_by(*all_.a.steward)), 2);
  notice.add_not_held("n");
  EXPECT_EQ(signatures(signed_by(*all_.a.steward)), 1) << "nothing says that it lacks a column";
  notice.clear_not_held();
  notice.set_left_out_percent(0);
  notice.set_epoch(0);
  notice.mutable_header()->set_issuer(all_.b.id.ToBytes());
  EXPECT_EQ(signatures(signed_by(*all_.a.steward)), 1) << "another organisation's";
}

TEST_F(AdminServiceTest, ADatasetThatIsNotThereIsNotDropped) {
  v1::DropDatasetRequest request;
  request.set_dataset("covid");
  v1::DropDatasetReply reply;
  ASSERT_TRUE(admin_->DropDataset(nullptr, &request, &reply).ok());
  EXPECT_EQ(reply.refusal().reason(), v1::NO_DATA);
  v1::ListDatasetsReply list;
  ASSERT_TRUE(admin_->ListDatasets(nullptr, nullptr, &list).ok());
  EXPECT_EQ(list.datasets_size(), 0);
}

// With a clock that is not trusted, before it has caught up, with nobody there.
TEST_F(AdminServiceTest, WhatStopsOrLiftsWaitsForNobody) {
  ready_ = governance::Refuse(v1::CLOCK, "the clock is ahead");
  const governance::StopMaker make{all_.commons, crypto::SystemRandom(), all_.clock.Now()};
  const v1::Envelope freeze =
      make.Freeze(all_.a.id, governance::ScopeOfDataset("covid"), {all_.a.guardian.get()});
  v1::SubmitReport report = Submit(FileOf({freeze, all_.a.Policy("covid")}));
  EXPECT_FALSE(report.entries(0).has_refusal()) << report.entries(0).refusal().message();
  EXPECT_EQ(report.entries(1).refusal().reason(), v1::CLOCK);
  v1::StatusReply status;
  ASSERT_TRUE(admin_->Status(nullptr, nullptr, &status).ok());
  ASSERT_EQ(status.frozen_size(), 1);
  EXPECT_EQ(status.frozen(0).member(), "auckland");
  EXPECT_EQ(status.frozen(0).what(), "the dataset 'covid'");
  EXPECT_EQ(status.frozen(0).reason(), v1::STOP_DATA);
  EXPECT_EQ(status.frozen(0).doc_id(), governance::IdOf(freeze).ToBytes());
  EXPECT_EQ(status.frozen(0).since(), absl::ToUnixSeconds(all_.clock.Now()));
  report = Submit(FileOf({make.Lift(all_.a.id, {freeze}, {&all_.a.board[0]})}));
  EXPECT_FALSE(report.entries(0).has_refusal()) << report.entries(0).refusal().message();
  status.Clear();
  ASSERT_TRUE(admin_->Status(nullptr, nullptr, &status).ok());
  EXPECT_EQ(status.frozen_size(), 0);
}

TEST_F(AdminServiceTest, StatusSaysWhatOfItsOwnEnds) {
  v1::OwnerPolicy policy;
  ASSERT_TRUE(policy.ParseFromString(all_.a.Policy("covid").payload()));
  policy.mutable_header()->set_expires_at(absl::ToUnixSeconds(all_.clock.Now()) + 5 * 86400);
  const v1::SubmitReport report = Submit(FileOf({governance::SignDocument(
      governance::kinds::kOwnerPolicy, policy.SerializeAsString(), {&all_.a.board[0]})}));
  ASSERT_FALSE(report.entries(0).has_refusal()) << report.entries(0).refusal().message();
  v1::StatusReply status;
  ASSERT_TRUE(admin_->Status(nullptr, nullptr, &status).ok());
  ASSERT_EQ(status.standing_size(), 1);
  EXPECT_THAT(status.standing(0).what(), HasSubstr("our rules for covid: ends on"));
  EXPECT_THAT(status.standing(0).remedy(), HasSubstr("commons doc new owner-policy"));
}

TEST_F(AdminServiceTest, StatusNamesWhatOthersStopped) {
  const governance::StopMaker make{all_.commons, crypto::SystemRandom(), all_.clock.Now()};
  for (TestOrg* org : {&all_.b, &all_.a}) {
    ASSERT_TRUE(
        org->book->SubmitOwn(make.Freeze(org->id, governance::ScopeOfAll(), {org->guardian.get()}))
            .ok());
  }
  all_.Settle();
  v1::StatusReply status;
  ASSERT_TRUE(admin_->Status(nullptr, nullptr, &status).ok());
  ASSERT_EQ(status.frozen_size(), 2);
  EXPECT_EQ(status.frozen(0).member(), "auckland");  // the own first
  EXPECT_EQ(status.frozen(1).member(), "lakes");
}

}  // namespace
}  // namespace commons::node
