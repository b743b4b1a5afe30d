// For tests: a federation whose nodes compare as their daemons do, round by round and without
// threads, over lines that can be cut.
#ifndef COMMONS_NODE_DOCUMENTS_GOSSIP_FOR_TEST_H_
#define COMMONS_NODE_DOCUMENTS_GOSSIP_FOR_TEST_H_

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "governance/testing/register_words_for_test.h"
#include "node/documents/federation_for_test.h"
#include "node/documents/sync.h"

namespace commons::node {

struct Gossip : Federation {
  Gossip(size_t members, const std::string& seed) : random(seed) {
    for (size_t i = 0; i < members; ++i) names.push_back(absl::StrCat("member-", 100 + i));
    for (const std::string& name : names) {
      orgs[name] = std::make_unique<TestOrg>(name, &clock, CallFrom(name), random);
    }
  }
  TestOrg& At(size_t i) { return *orgs.at(names[i]); }

  // One is told everything at once, and the others begin with a copy of its database: through the
  // exchange, hundreds of foldings of a growing charter's votes would take minutes.
  void FoundByOne() {
    const v1::RuleFile file = Founding(names);
    std::vector<v1::LogPage> pages;
    for (const std::string& name : names) {
      const TestOrg& org = *orgs.at(name);
      if (&org == &At(0)) continue;
      pages.push_back(org.PageOf(org.id, 0));
      pages.push_back(org.PageBehindOwnLog({ApprovalOf(org)}));
    }
    ASSERT_TRUE(At(0).book->Join(file).ok());
    ASSERT_TRUE(At(0).book->SubmitOwn(ApprovalOf(At(0))).ok());
    ASSERT_TRUE(At(0).Accept(pages).problems.empty());
    ASSERT_TRUE(At(0).reg().founded());
    for (auto& [name, org] : orgs) org->Close();
    for (auto& [name, org] : orgs) {
      if (org.get() == &At(0)) continue;
      std::filesystem::remove_all(org->dir / "db");
      std::filesystem::copy(At(0).dir / "db", org->dir / "db");
    }
    RunParallel(names.size(), 4, [&](size_t i) { OpenAsItIs(At(i)); });
    ASSERT_TRUE(AllHoldTheSame());
    for (auto& [name, org] : orgs) StartSync(*org);
  }

  bool AllHoldTheSame() {
    const Hash32 hash = At(0).book->snapshot()->heads_hash;
    for (const auto& [name, org] : orgs) {
      if (org->book->snapshot()->heads_hash != hash) return false;
    }
    return true;
  }
  // But for when each saw what.
  std::set<std::string> Registers() const {
    std::set<std::string> registers;
    for (const auto& [name, org] : orgs) {
      registers.insert(WordsOf(org->reg(), governance::Times::kLeftOut));
    }
    return registers;
  }

  // Everybody chooses, and then all compare: who learns something tells it in the next round.
  // Two that held the same when it began have nothing to tell each other in it.
  void Round() {
    std::map<OrgId, Hash32> held;
    std::map<std::string, std::vector<Peer>> chosen;
    for (const std::string& name : names) {
      held[orgs.at(name)->id] = orgs.at(name)->book->snapshot()->heads_hash;
      chosen[name] = syncs.at(name)->Choose();
    }
    for (const std::string& name : names) {
      for (const Peer& peer : chosen[name]) {
        if (held[orgs.at(name)->id] == held[peer.address.org]) continue;
        syncs.at(name)->RoundWith(peer);
      }
    }
  }
  // Until all hold the same; at most `most`.
  int RoundsUntilEqual(int most) {
    int rounds = 0;
    while (!AllHoldTheSame() && rounds < most) Round(), ++rounds;
    return rounds;
  }

  governance::SeededRandom random;
  std::vector<std::string> names;
  std::map<std::string, std::unique_ptr<Sync>> syncs;
  // Whether the line between two is cut; and told of every message that came through.
  std::function<bool(const OrgId&, const OrgId&)> cut = [](const OrgId&, const OrgId&) {
    return false;
  };
  std::function<void(size_t bytes)> carried = [](size_t) {};

 private:
  Exchange::Call CallFrom(const std::string& name) {
    return [this, name](const Peer& to, PeerMethod method, const v1::Envelope& request,
                        absl::Time) -> absl::StatusOr<v1::Envelope> {
      if (cut(orgs.at(name)->id, to.address.org)) return absl::UnavailableError("cut");
      auto reply = Deliver(to, method, request);
      // gRPC's prefix is five bytes each.
      if (reply.ok()) carried(10 + request.ByteSizeLong() + reply->ByteSizeLong());
      return reply;
    };
  }
  v1::Envelope ApprovalOf(const TestOrg& org) const {
    return org.ApprovalOf(commons, 1, governance::IdOf(charter));
  }
  // Without saying anew where it is reached.
  void OpenAsItIs(TestOrg& org) {
    org.db = *storage::Database::Open(org.dir / "db");
    org.store = std::make_unique<storage::DocumentStore>(*org.db);
    org.book = *LogBook::Open(org.store.get(), org.id, org.node.get(), &clock, org.card);
    org.intake = std::make_unique<PageIntake>(org.book.get(), &clock);
    org.exchange = std::make_unique<Exchange>(org.book.get(), org.intake.get(), org.node.get(),
                                              &clock, &crypto::SystemRandom(), CallFrom(org.name));
  }
  // As a daemon that has caught up and met everybody.
  void StartSync(TestOrg& org) {
    auto& sync = syncs[org.name];
    sync = std::make_unique<Sync>(&org.book->snapshots(), org.exchange.get(), org.id, &random,
                                  absl::Seconds(30));
    for (const Peer& peer : org.book->snapshot()->peers) {
      sync->NoteHeard(peer.address.org, /*same=*/true);
    }
    ASSERT_TRUE(sync->CaughtUp().ok());
    org.book->OnChange([&nudged = *sync] { nudged.Nudge(); });
  }
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_GOSSIP_FOR_TEST_H_
