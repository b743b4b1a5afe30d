// Several organisations in one process, without network: log books on real databases, exchanges
// that call each other directly.
#ifndef COMMONS_NODE_DOCUMENTS_FEDERATION_FOR_TEST_H_
#define COMMONS_NODE_DOCUMENTS_FEDERATION_FOR_TEST_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/commons/charter.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
#include "node/documents/exchange.h"
#include "node/documents/log_book.h"

namespace commons::node {

namespace kinds = governance::kinds;

// One on a database of its own; a restart is Close, then Open.
struct TestOrg : governance::TestOrg {
  const Clock* clock;
  TempDir dir;
  std::unique_ptr<storage::Database> db;
  std::unique_ptr<storage::DocumentStore> store;
  std::unique_ptr<LogBook> book;
  std::unique_ptr<PageIntake> intake;
  std::unique_ptr<Exchange> exchange;

  // Its keys, and so its name, are of `random`.
  TestOrg(const std::string& name, const Clock* clock_in, Exchange::Call call,
          crypto::RandomSource& random = crypto::SystemRandom())
      : governance::TestOrg(governance::MakeTestOrg(name, /*seats=*/1, /*board_k=*/1,
                                                    /*practice=*/true, random, clock_in->Now())),
        clock(clock_in),
        call_(std::move(call)) {
    Open();
  }
  void Open() {
    db = *storage::Database::Open(dir / "db");
    store = std::make_unique<storage::DocumentStore>(*db);
    book = *LogBook::Open(store.get(), id, node.get(), clock, card);
    EXPECT_TRUE(book->MintNodeInfo({absl::StrCat(name, ".example.nz:7000")}, "people").ok());
    intake = std::make_unique<PageIntake>(book.get(), clock);
    exchange = std::make_unique<Exchange>(book.get(), intake.get(), node.get(), clock,
                                          &crypto::SystemRandom(), call_);
  }
  void Close() {
    exchange.reset();
    intake.reset();
    book.reset();
    store.reset();
    db.reset();
  }
  const governance::Register& reg() const { return *book->snapshot()->reg; }
  v1::Envelope node_info() const {
    for (const PlacedDocument& each : book->Documents({}, 0)) {
      if (each.log == id && each.beside) return each.envelope;
    }
    return v1::Envelope();
  }
  v1::Envelope Signed(absl::string_view kind, const google::protobuf::Message& message) const {
    return governance::SignDocument(kind, message.SerializeAsString(), {&board[0]});
  }
  v1::Envelope ApprovalOf(const CommonsId& commons, uint64_t version, const DocId& document) const {
    const v1::Approval approval =
        governance::MakeApproval(commons, id, version, document, true, clock->Now());
    return Signed(kinds::kApproval, approval);
  }
  // A first rule for a dataset.
  v1::Envelope Policy(const std::string& dataset) const {
    v1::OwnerPolicy policy;
    *policy.mutable_header() =
        governance::NextHeader(reg(), id, governance::PolicyChain(dataset), clock->Now());
    policy.set_dataset(dataset);
    return Signed(kinds::kOwnerPolicy, policy);
  }
  // A project of almost 1 MiB.
  v1::Envelope LargeProject(int number) const {
    v1::Project project;
    project.set_name(absl::StrCat("project-", number));
    *project.mutable_header() =
        governance::NextHeader(reg(), id, governance::ProjectChain(project.name()), clock->Now());
    project.add_researchers(board[0].public_key().ToBytes());
    project.add_question()->set_text(std::string(limits::kDocumentBytes - 4096, 'q'));
    return Signed(kinds::kProject, project);
  }

  uint64_t SizeOf(const OrgId& log) const { return book->snapshot()->heads.at(log).size; }
  // The page that this node hands out from `from` on.
  v1::LogPage PageOf(const OrgId& log, uint64_t from) const {
    google::protobuf::RepeatedPtrField<v1::Pull::Range> ranges;
    ranges.Add()->set_org_id(log.ToBytes());
    ranges[0].set_from(from);
    ranges[0].set_to(from + 1);
    const std::vector<v1::LogPage> pages = book->PagesFor(ranges);
    EXPECT_EQ(pages.size(), 1u);
    return pages.empty() ? v1::LogPage() : pages[0];
  }
  // What a node that does not obey might put behind its own log, validly signed by it.
  v1::LogPage PageBehindOwnLog(const std::vector<v1::Envelope>& entries) const {
    crypto::MerkleTree tree;
    while (tree.size() < SizeOf(id)) {
      const v1::LogPage held = PageOf(id, tree.size());
      for (const v1::Envelope& entry : held.entries()) {
        tree.Append(governance::LogLeaf(entry));
      }
    }
    v1::LogPage page;
    page.set_org_id(id.ToBytes());
    page.set_from(tree.size());
    for (const v1::Envelope& entry : entries) {
      *page.add_entries() = entry;
      tree.Append(governance::LogLeaf(entry));
    }
    page.set_checkpoint(
        crypto::SignCheckpoint({governance::LogOrigin(id), tree.size(), tree.Root()}, *node));
    EXPECT_TRUE(governance::AddConsistencyProof(tree, page).ok());
    return page;
  }
  struct Accepted {
    bool changed;
    std::vector<v1::Reason> problems;
  };
  Accepted Accept(
      const std::vector<v1::LogPage>& pages,
      const Spend& spend = [](Work, uint64_t) { return absl::OkStatus(); }) {
    std::vector<absl::Status> problems;
    Accepted accepted{*intake->Accept({pages.begin(), pages.end()}, spend, &problems), {}};
    for (const auto& problem : problems) {
      accepted.problems.push_back(governance::ReasonOf(problem));
    }
    return accepted;
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
        [this](const Peer& peer, PeerMethod method, const v1::Envelope& request, absl::Time) {
          return Deliver(peer, method, request);
        });
    return *org;
  }
  absl::StatusOr<v1::Envelope> Deliver(const Peer& peer, PeerMethod method,
                                       const v1::Envelope& request) {
    for (auto& [name, org] : orgs) {
      if (org->id != peer.address.org || org->exchange == nullptr) continue;
      if (method == PeerMethod::kCompare) return org->exchange->OnCompare(request);
      if (method == PeerMethod::kPull) return org->exchange->OnPull(request);
      return org->exchange->OnPush(request);
    }
    return absl::UnavailableError("away");
  }
  v1::RuleFile Founding(const std::vector<std::string>& founders) {
    std::vector<v1::Envelope> cards;
    cards.reserve(founders.size());
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
      ASSERT_TRUE(org.book->Join(file).ok());
      const absl::Status yes =
          org.book->SubmitOwn(org.ApprovalOf(commons, 1, governance::IdOf(charter)));
      ASSERT_TRUE(yes.ok()) << yes;
    }
    Settle();
  }
  // Everybody with everybody, twice.
  void Settle() {
    for (int i = 0; i < 2; ++i) {
      for (auto& [name, org] : orgs) {
        if (org->exchange == nullptr) continue;
        const std::vector<Peer> peers = org->book->snapshot()->peers;
        for (const Peer& peer : peers) (void)org->exchange->RoundWith(peer);
      }
    }
  }
};

// Everything of a node but its keys is lost; the operator hands over the charter again, with a
// member to ask.
inline void Restore(const Federation& all, TestOrg& lost, const TestOrg& asked) {
  lost.Close();
  std::filesystem::remove_all(lost.dir / "db");
  lost.Open();
  v1::RuleFile file;
  *file.mutable_invitation()->mutable_charter() = all.charter;
  auto* address = file.mutable_invitation()->add_addresses();
  address->set_endpoint(absl::StrCat(asked.name, ".example.nz:7000"));
  address->set_org_id(asked.id.ToBytes());
  address->set_tls_key(asked.tls->public_key().ToBytes());
  ASSERT_TRUE(lost.book->Join(file).ok());
}

// Two that have founded a commons, and a third that has not.
struct Pair : Federation {
  TestOrg& a = Add("auckland");
  TestOrg& b = Add("lakes");
  TestOrg& stranger = Add("waikato");
  Pair() { Found({"auckland", "lakes"}); }
};

// Three that have founded a commons.
struct Three : Federation {
  TestOrg& a = Add("auckland");
  TestOrg& b = Add("lakes");
  TestOrg& c = Add("waikato");
  Three() { Found({"auckland", "lakes", "waikato"}); }
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_FEDERATION_FOR_TEST_H_
