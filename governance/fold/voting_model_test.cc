// A model check of voting. Commons of two to seven members, with joins, leaves, suspensions and
// departures, in which everybody proposes and votes as they like, in whatever ballot, with whatever
// proofs can be made of what was said. Without anybody who says two things in one ballot no version
// ever has two certificates; with one, it is named. And the order in which logs come changes
// nothing.
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/kinds/commons/dead_ballot.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

struct Part {
  uint64_t a, b;
};
constexpr Part kParts[] = {{1, 2}, {3, 5}, {2, 3}, {3, 4}};

// As OpenDocument makes them, without the work of signing: signed by the whole board.
std::shared_ptr<Document> Opened(const char* kind, const auto& message,
                                 std::set<PublicKey> signers) {
  auto document = std::make_shared<Document>();
  document->envelope.set_payload_type(kind);
  document->envelope.set_payload(message.SerializeAsString());
  document->id = IdOf(document->envelope);
  document->signers = std::move(signers);
  const auto payload = std::make_shared<const std::decay_t<decltype(message)>>(message);
  document->header = &payload->header();
  document->payload = payload;
  return document;
}

std::set<PublicKey> BoardOf(const TestOrg& org) { return {org.board[0].public_key()}; }

// A commons in which anything that a log may hold happens at random.
class Wild {
 public:
  Wild(int seed, bool honest)
      : random_(absl::StrCat("voting model ", seed, honest)), honest_(honest) {
    const Part part = kParts[random_.Below(std::size(kParts))];
    c_ = std::make_unique<TestCommons>(
        TestCommons::Options{.orgs = 2 + static_cast<int>(random_.Below(6)),
                             .threshold_a = part.a,
                             .threshold_b = part.b,
                             .seed = absl::StrCat("wild ", seed)});
    c_->Found();
    for (int i = 0; i < 2; ++i) {
      newcomers_.push_back(c_->NewOrg(absl::StrCat("new-", i)));
      c_->Push(newcomers_.back().id, newcomers_.back().card);
    }
    for (const TestOrg& org : c_->orgs) all_.push_back(&org);
    for (const TestOrg& org : newcomers_) all_.push_back(&org);
  }

  const TestCommons& commons() const { return *c_; }
  SeededRandom& random() { return random_; }

  void Step() {
    const Register reg = c_->Fold();
    switch (random_.Below(12)) {
      case 0:
      case 1:
        return Propose(reg);
      case 2:
        if (random_.Below(4) == 0) Leave(reg, Any());
        return;
      default:
        return Vote(reg, Any());
    }
  }

 private:
  const TestOrg& Any() { return *all_[random_.Below(all_.size())]; }

  v1::Resolution Item(const Register& reg) {
    v1::Resolution r;
    const TestOrg& subject = Any();
    const Organisation* member = reg.FindMember(subject.id);
    const uint64_t kind = random_.Below(4);
    if (kind == 0 && member != nullptr) {
      r.add_items()->mutable_membership()->set_suspend(subject.id.ToBytes());
    } else if (kind == 1 && (member == nullptr || member->suspended)) {
      *r.add_items()->mutable_membership()->mutable_admit() = subject.card;
    } else if (kind == 2 && member != nullptr && member->left) {
      r.add_departures(subject.id.ToBytes());
    } else {
      *r.add_items() = TestCommons::CommonRules().items(1);
      r.mutable_items(0)->mutable_policy()->mutable_rule()->set_threshold(
          static_cast<uint32_t>(random_.Below(1000)));
    }
    return r;
  }

  // For the next version, in a ballot of anybody's choice, with any of what was said before.
  void Propose(const Register& reg) {
    const TestOrg& org = Any();
    v1::Resolution r = Item(reg);
    *r.mutable_header() = NextCommonsHeader(reg, org.id, c_->now);
    r.set_ballot(random_.Below(3) == 0 ? 1 + static_cast<uint32_t>(random_.Below(3))
                                       : reg.ballots().ballot);
    if (!honest_ && random_.Below(2) == 0) r.set_ballot(reg.ballots().ballot + 1);
    std::vector<std::shared_ptr<const Document>> cited;
    std::set<OrgId> once;
    for (size_t i = words_.size(); i-- > 0;) {
      const auto& approval = words_[i]->As<v1::Approval>();
      const OrgId issuer = *OrgId::FromBytes(approval.header().issuer());
      const bool fits = approval.version() == r.header().version() &&
                        approval.ballot() + 1 == r.ballot() && reg.FindMember(issuer) != nullptr &&
                        !reg.FindMember(issuer)->suspended;
      if (!fits || random_.Below(8) == 0 || !once.insert(issuer).second) continue;
      *r.add_dead_ballot() = words_[i]->envelope;
      cited.push_back(words_[i]);
    }
    const auto document = Opened(kinds::kResolution, r, {});
    for (const auto& statement : cited) TakeStatement(*statement, *document);
    for (const auto& item : r.items()) {
      if (!item.membership().has_admit()) continue;
      document->cards.push_back(
          std::make_shared<const Document>(*OpenDocument(item.membership().admit())));
    }
    Append(org, document);
    made_.push_back({{r.header().version(), r.ballot()}, document->id, true});
  }

  struct Word {
    BallotId ballot;
    DocId document;
    bool yes = false;
  };

  Word Choose(const Register& reg) {
    const auto& open = reg.ballots().proposals;
    if (!made_.empty() && random_.Below(3) == 0) {  // late, perhaps after it was decided otherwise
      return made_[made_.size() - 1 - random_.Below(std::min<size_t>(made_.size(), 6))];
    }
    if (!open.empty() && random_.Below(12) != 0) {
      // Mostly the one with the most votes in the last ballot, so that some are decided.
      const auto last = std::find_if(open.begin(), open.end(), [&](const Proposal& each) {
        return each.ballot == open.back().ballot;
      });
      const bool any = random_.Below(3) == 0;
      const Proposal& choice = any ? open[random_.Below(open.size())] : *last;
      return {{reg.ballots().version, choice.ballot}, choice.id, true};
    }
    const bool premature = random_.Below(3) == 0;
    return {{reg.ballots().version,
             premature ? 1 + static_cast<uint32_t>(random_.Below(3)) : reg.ballots().ballot},
            DocId()};
  }

  std::shared_ptr<const Document> Signed(const TestOrg& org, const Word& word) const {
    return Opened(kinds::kApproval,
                  MakeApproval(c_->commons_id, org.id, word.ballot.first, word.document, word.yes,
                               c_->now, word.ballot.second),
                  BoardOf(org));
  }

  void Vote(const Register& reg, const TestOrg& org) {
    const Word word = Choose(reg);
    if (!spoken_.insert({org.id, word.ballot}).second) return;
    words_.push_back(Signed(org, word));
    Append(org, words_.back());
    // Another word, handed out and in no log.
    if (!honest_ && random_.Below(2) == 0) words_.push_back(Signed(org, {word.ballot, DocId()}));
  }

  void Leave(const Register& reg, const TestOrg& org) {
    v1::Leave leave;
    *leave.mutable_header() = NextHeader(reg, org.id, kLeaveChain, c_->now);
    if (reg.FindMember(org.id) == nullptr || reg.FindMember(org.id)->left) return;
    Append(org, Opened(kinds::kLeave, leave, BoardOf(org)));
  }

  void Append(const TestOrg& org, std::shared_ptr<const Document> document) {
    c_->now += absl::Seconds(1);
    c_->logs[org.id].entries.push_back({std::move(document), c_->now});
  }

  SeededRandom random_;
  const bool honest_;
  std::unique_ptr<TestCommons> c_;
  std::vector<TestOrg> newcomers_;
  std::vector<const TestOrg*> all_;
  std::set<std::pair<OrgId, BallotId>> spoken_;
  std::vector<std::shared_ptr<const Document>> words_;  // signed, in a log or not
  std::vector<Word> made_;                              // a yes to each proposal
};

// What is certified as each version, over all folds that are shown to it.
class Heads {
 public:
  // False if a version was another one before.
  bool See(const Register& reg) {
    const auto [seen, fresh] = heads_.emplace(reg.commons_version(), reg.commons_head());
    return fresh || seen->second == reg.commons_head();
  }
  size_t versions() const { return heads_.size(); }

 private:
  std::map<uint64_t, DocId> heads_;
};

// All logs, entry by entry in a random order; that of `late` after all others. Every few entries
// the register is shown to `see`; the last one is returned.
Register Arrive(const TestCommons& c, const OrgId& late, SeededRandom& random,
                const std::function<void(const Register&)>& see) {
  std::vector<OrgId> order, last;
  for (const auto& [org, log] : c.logs) {
    (org == late ? last : order)
        .insert((org == late ? last : order).end(), log.entries.size(), org);
  }
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.Below(i)]);
  order.insert(order.end(), last.begin(), last.end());
  std::map<OrgId, OrgLog> arrived;
  for (size_t i = 0; i < order.size(); ++i) {
    OrgLog& log = arrived[order[i]];
    log.entries.push_back(c.logs.at(order[i]).entries[log.entries.size()]);
    if (i % 8 == 0) see(FoldLogs(arrived, c.commons_id));
  }
  return FoldLogs(arrived, c.commons_id);
}

struct Found {
  size_t decided = 0, later_ballots = 0, conflicts = 0, named = 0;
};

// One commons from its founding on, and then as others come to know of it.
void Check(int seed, bool honest, Found& found) {
  Wild wild(seed, honest);
  const TestCommons& c = wild.commons();
  Heads heads;
  bool one_each = true;
  for (int step = 0; step < 90; ++step) {
    wild.Step();
    const Register reg = c.Fold();
    one_each = heads.See(reg) && one_each;
    found.later_ballots += reg.ballots().ballot > 1;
  }
  const Register whole = c.Fold();
  for (const auto& [late, log] : c.logs) {
    const Register again = Arrive(c, late, wild.random(), [&](const Register& reg) {
      one_each = (reg.commons_version() == 0 || heads.See(reg)) && one_each;
    });
    ASSERT_EQ(again.head(), whole.head()) << "seed " << seed;
    ASSERT_EQ(again.commons_head(), whole.commons_head()) << "seed " << seed;
  }
  found.decided += heads.versions() - 1;
  found.conflicts += !one_each;
  found.named += !one_each && !whole.double_votes().empty();
  if (honest) {
    ASSERT_TRUE(one_each) << "seed " << seed << ": two certificates of one version";
    ASSERT_TRUE(whole.double_votes().empty()) << "seed " << seed;
  }
}

TEST(VotingModel, NoVersionHasTwoCertificatesUnlessSomebodySaysTwoThings) {
  Found found;
  for (int seed = 0; seed < 100; ++seed) {
    Check(seed, true, found);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(found.decided, 100u) << "versions are decided";
  EXPECT_GT(found.later_ballots, 100u) << "ballots die";
}

TEST(VotingModel, WhereSomebodyDoesTheyAreNamedAndTheOrderChangesNothing) {
  Found found;
  for (int seed = 1000; seed < 1200; ++seed) {
    Check(seed, false, found);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(found.conflicts, 0u) << "it can happen";
  EXPECT_EQ(found.conflicts, found.named);
  std::cout << found.conflicts << " of 200 commons had two certificates of one version\n";
}

}  // namespace
}  // namespace commons::governance
