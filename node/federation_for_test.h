// Several organisations in one process, without network: archives on real databases, exchanges that
// call each other directly.
#ifndef COMMONS_NODE_FEDERATION_FOR_TEST_H_
#define COMMONS_NODE_FEDERATION_FOR_TEST_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "governance/document.h"
#include "governance/draft.h"
#include "governance/kinds.h"
#include "node/archive.h"
#include "node/exchange.h"
#include "storage/testing.h"

namespace commons::node {

namespace kinds = governance::kinds;

struct TestOrg {
  std::string name;
  const Clock* clock;
  crypto::SigningKey board = crypto::SigningKey::Generate(crypto::SystemRandom());
  crypto::SigningKey guardian = crypto::SigningKey::Generate(crypto::SystemRandom());
  crypto::SigningKey steward = crypto::SigningKey::Generate(crypto::SystemRandom());
  crypto::SigningKey node = crypto::SigningKey::Generate(crypto::SystemRandom());
  crypto::SigningKey tls = crypto::SigningKey::Generate(crypto::SystemRandom());
  crypto::SigningKey witness = crypto::SigningKey::Generate(crypto::SystemRandom());
  v1::Envelope card;
  OrgId id;
  storage::TempDir dir;
  std::unique_ptr<storage::Database> db;
  std::unique_ptr<storage::DocumentStore> store;
  std::unique_ptr<Archive> archive;
  std::unique_ptr<Exchange> exchange;

  TestOrg(std::string name_in, const Clock* clock_in, Exchange::Call call)
      : name(std::move(name_in)), clock(clock_in), call_(std::move(call)) {
    governance::OrgRootDraft draft;
    draft.name = name;
    draft.seats = {{"seat-1", board.public_key()}};
    draft.guardians = {guardian.public_key()};
    draft.stewards = {steward.public_key()};
    draft.node_key = node.public_key();
    draft.tls_key = tls.public_key();
    draft.witness_key = witness.public_key();
    draft.practice = true;
    card = governance::SignDocument(
        kinds::kOrgRoot, *governance::DraftOrgRoot(draft, crypto::SystemRandom(), clock->Now()),
        {&board});
    id = crypto::Retype<OrgId>(governance::IdOf(card));
    Open();
  }
  void Open() {
    db = *storage::Database::Open(dir.path());
    store = std::make_unique<storage::DocumentStore>(*db);
    archive = *Archive::Open(store.get(), id, &node, clock, card);
    EXPECT_TRUE(archive->MintNodeInfo({absl::StrCat(name, ".example.nz:7000")}, "people").ok());
    exchange =
        std::make_unique<Exchange>(archive.get(), id, &node, clock, &crypto::SystemRandom(), call_);
  }
  void Close() {
    exchange.reset();
    archive.reset();
    store.reset();
    db.reset();
  }
  const governance::Register& reg() const { return *archive->snapshot()->reg; }
  v1::Envelope node_info() const {
    for (const v1::Envelope& each : archive->Documents(kinds::kNodeInfo)) {
      v1::NodeInfo info;
      if (info.ParseFromString(each.payload()) && info.org_id() == id.ToBytes()) return each;
    }
    return v1::Envelope();
  }
  v1::Envelope Signed(absl::string_view kind, const google::protobuf::Message& message) const {
    return governance::SignDocument(kind, message.SerializeAsString(), {&board});
  }
  v1::Envelope ApprovalOf(const CommonsId& commons, uint64_t version, const DocId& document) const {
    v1::Approval approval;
    approval.mutable_header()->set_commons_id(commons.ToBytes());
    approval.mutable_header()->set_issuer(id.ToBytes());
    approval.mutable_header()->set_chain(governance::ApprovalChain(version, 1));
    approval.mutable_header()->set_version(1);
    approval.mutable_header()->set_issued_at(absl::ToUnixSeconds(clock->Now()));
    approval.set_version(version);
    approval.set_ballot(1);
    approval.set_document(document.ToBytes());
    approval.set_yes(true);
    return Signed(kinds::kApproval, approval);
  }

 private:
  Exchange::Call call_;
};

struct Federation {
  FakeClock clock{absl::FromUnixSeconds(1'800'000'000)};
  std::map<std::string, std::unique_ptr<TestOrg>> orgs;
  v1::Envelope charter;
  CommonsId commons;

  TestOrg& Add(const std::string& name) {
    auto& org = orgs[name];
    org = std::make_unique<TestOrg>(
        name, &clock,
        [this](const Peer& peer, PeerMethod method,
               const v1::Envelope& request) -> absl::StatusOr<v1::Envelope> {
          for (auto& [other, each] : orgs) {
            if (each->id != peer.address.org || each->exchange == nullptr) continue;
            if (method == PeerMethod::kCompare) return each->exchange->OnCompare(request);
            if (method == PeerMethod::kPull) return each->exchange->OnPull(request);
            return each->exchange->OnPush(request);
          }
          return absl::UnavailableError("away");
        });
    return *org;
  }
  v1::RuleFile Founding(const std::vector<std::string>& founders) {
    std::vector<v1::Envelope> cards;
    for (const std::string& name : founders) cards.push_back(orgs.at(name)->card);
    charter = governance::SignDocument(
        kinds::kCharter,
        *governance::DraftCharter(cards, "test", "to test", absl::ZeroDuration(), true,
                                  crypto::SystemRandom(), clock.Now()),
        {});
    commons = crypto::Retype<CommonsId>(governance::IdOf(charter));
    v1::RuleFile file;
    *file.add_envelopes() = charter;
    for (const std::string& name : founders) *file.add_envelopes() = orgs.at(name)->node_info();
    return file;
  }
  void Found(const std::vector<std::string>& founders) {
    const v1::RuleFile file = Founding(founders);
    for (const std::string& name : founders) {
      TestOrg& org = *orgs.at(name);
      ASSERT_TRUE(org.archive->Join(file).ok());
      const absl::Status yes =
          org.archive->SubmitOwn(org.ApprovalOf(commons, 1, governance::IdOf(charter)));
      ASSERT_TRUE(yes.ok()) << yes;
    }
    Settle();
  }
  // Everybody with everybody, twice.
  void Settle() {
    for (int i = 0; i < 2; ++i) {
      for (auto& [name, org] : orgs) {
        if (org->exchange == nullptr) continue;
        const std::vector<Peer> peers = org->archive->snapshot()->peers;
        for (const Peer& peer : peers) (void)org->exchange->RoundWith(peer);
      }
    }
  }
};

}  // namespace commons::node

#endif  // COMMONS_NODE_FEDERATION_FOR_TEST_H_
