// A fold that goes on from an earlier one is the fold of everything: random logs that grow in a
// random order, gain signatures, fork, change their node infos and go back. Seen to fail with each
// reason to fold anew taken out (an entry with other signatures, a fork, another ground, new
// votes).
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/fold/fold.h"
#include "governance/kinds/commons/withdrawal.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/stop/revocation.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/register_words_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

std::string Told(const Stops& stops) {
  std::string told = absl::StrCat(stops.cards->all().size(), " cards ", stops.lifted_keys.size(),
                                  " ", stops.sets_hash, "\n");
  for (const FreezeInForce& freeze : stops.freezes) {
    absl::StrAppend(&told, freeze.id.ToHex(), absl::FormatTime(freeze.seen_at), "\n");
  }
  for (const DocId& id : stops.lifted) {
    absl::StrAppend(&told, id.ToHex(), stops.left_out.contains(id), "\n");
  }
  for (const auto& [key, size] : stops.revoked) {
    absl::StrAppend(&told, key.ToHex(), " from ", size, "\n");
  }
  return told;
}

std::string Told(const Register& reg) {
  std::string told = WordsOf(reg, Times::kKept);
  for (const auto& [org, stops] : reg.stops()) absl::StrAppend(&told, Told(*stops), "\n");
  return told;
}

v1::Resolution Items(std::initializer_list<v1::Resolution::Item> items) {
  v1::Resolution resolution;
  for (const auto& item : items) *resolution.add_items() = item;
  return resolution;
}
v1::Resolution Suspend(const OrgId& org) {
  v1::Resolution::Item item;
  item.mutable_membership()->set_suspend(org.ToBytes());
  return Items({item});
}
v1::Resolution Admit(const v1::Envelope& card) {
  v1::Resolution::Item item;
  *item.mutable_membership()->mutable_admit() = card;
  return Items({item});
}

// A withdrawal, a ballot that dies, one after it, and somebody who leaves.
void Vote(TestCommons& c, const TestOrg& late) {
  const uint64_t version = c.Fold().commons_version() + 1;
  const DocId first = c.ProposeAs(c.orgs[0], c.CommonRules());
  const auto& proposal = c.logs[c.orgs[0].id].entries.back().document;
  c.Push(c.orgs[0].id,
         SignDocument(kinds::kWithdrawal, DraftWithdrawal(c.Fold(), c.orgs[0].id, *proposal, c.now),
                      c.Board(c.orgs[0])));
  c.Approve(late, version, first);
  c.Approve(c.orgs[1], version, DocId(), false);
  c.Approve(c.orgs[0], version, DocId(), false);
  const DocId second = c.ProposeAs(c.orgs[1], c.CommonRules());
  c.Approve(c.orgs[0], version, second, true, 2);
  c.Leave(late);
}

// What happens in a commons, in the order in which it may happen.
void Live(TestCommons& c) {
  c.Open();
  c.SetPolicy(c.orgs[1], c.OwnerRule(), false, 60);
  c.SetManifest(c.orgs[0], c.CasesManifest(2), TestCommons::Steward(c.orgs[0]));
  const TestOrg late = c.NewOrg("late");
  c.Push(late.id, late.card);
  c.Resolve(Admit(late.card));
  c.SetPolicy(late, c.OwnerRule());
  c.Push(c.orgs[2].id, c.Approval(c.orgs[0], 9, DocId(), true, {}));  // in another's name
  c.Push(c.orgs[2].id, c.Approval(c.orgs[2], 8, DocId(), true, {}));  // without signatures
  c.Propose(Suspend(c.orgs[0].id));                                   // never decided
  c.Approve(late, 4, c.Resolve(Suspend(c.orgs[2].id)));
  c.Resolve(c.CommonRules());
  c.SetProject(c.orgs[0], c.CasesProject());
  // A card is renewed, and one more draft of it is nothing; rules follow it.
  for (int64_t end : {1893456000, 1893456001}) {
    c.Push(c.orgs[1].id,
           SignedCard(NextCard(c, c.orgs[1], {.expires_at = end}), c.Board(c.orgs[1])));
    c.SetPolicy(c.orgs[1], c.OwnerRule(), false, end % 7);
  }
  c.Push(c.orgs[1].id, SignedCard(NextCard(c, c.orgs[1], {}), c.Board(c.orgs[1], 1)));
  // Another guardian and other seats, so that it matters by which card a set is judged.
  const auto other = crypto::SigningKey::Generate(c.random);
  c.Push(c.orgs[0].id, SignedCard(NextCard(c, c.orgs[0], {.guardians = {{other.public_key()}}}),
                                  c.Board(c.orgs[0])));
  Vote(c, late);
}

// What each of a commons' organisations says beside its log, some of it by too few.
std::map<OrgId, std::vector<v1::Envelope>> SetsOf(TestCommons& c) {
  std::map<OrgId, std::vector<v1::Envelope>> sets;
  const StopMaker make{c.commons_id, c.random};
  for (const TestOrg& org : c.orgs) {
    std::vector<v1::Envelope>& all = sets[org.id];
    const TestCommons::Keys board = c.Board(org);
    for (int i = 0; i < 4; ++i) {
      all.push_back(make.Freeze(org.id, ScopeOfAll(), {org.guardian.get()}));
    }
    all.push_back(make.Freeze(org.id, ScopeOfDataset("cases"), board));
    all.push_back(make.Lift(org.id, {all[0], all[4]}, board));
    all.push_back(make.Lift(org.id, {all[1]}, c.Board(org, 1)));
    all.push_back(make.LiftOf(org.id, org.guardian->public_key(), board));
    for (const uint64_t size : {2, 4}) {
      const RevocationDraft draft{org.id, org.board[0].public_key(), size, Hash32(), v1::STOP_KEY};
      all.push_back(SignDocument(kRevocationKind.type, *DraftRevocation(draft, c.random, c.now),
                                 {&org.board[0]}));
    }
  }
  return sets;
}

class Growing {
 public:
  explicit Growing(const std::string& seed)
      : random_(seed), source_({.seats = 2, .board_k = 2, .cooling_off = absl::Minutes(1)}) {
    Live(source_);
    sets_ = SetsOf(source_);
  }

  Register Whole() const { return FoldLogs(logs_, charter()); }
  Logs Shared() const {
    Logs logs;
    for (const auto& [org, log] : logs_) logs[org] = std::make_shared<const OrgLog>(log);
    return logs;
  }
  std::optional<CommonsId> charter() const {
    return joined_ ? std::optional(source_.commons_id) : std::nullopt;
  }

  // One of the things that can happen to what a node holds.
  void Step() {
    source_.now += absl::Seconds(1);
    switch (random_.Below(12)) {
      case 0:
        joined_ = joined_ || random_.Below(2) == 0;
        return;
      case 1:
        return ChangeSignatures();
      case 2:
        return ChangeNodeInfo();
      case 3:
        if (random_.Below(20) == 0) Any().forked_at = source_.now;
        return;
      case 4:
        if (random_.Below(10) == 0) before_.assign(1, {logs_, joined_});
        if (random_.Below(10) == 0 && !before_.empty()) std::tie(logs_, joined_) = before_[0];
        return;
      case 5:
        return AddToSet();
      default:
        return Append();
    }
  }

 private:
  OrgLog& Any() {
    auto it = source_.logs.begin();
    std::advance(it, random_.Below(source_.logs.size()));
    return logs_[it->first];
  }
  void Append() {
    auto it = source_.logs.begin();
    std::advance(it, random_.Below(source_.logs.size()));
    OrgLog& log = logs_[it->first];
    for (uint64_t n = 1 + random_.Below(3); n > 0; --n) {
      if (log.entries.size() == it->second.entries.size()) return;
      log.entries.push_back({it->second.entries[log.entries.size()].document, source_.now});
    }
  }
  // An entry loses a signature, or has all of them again.
  void ChangeSignatures() {
    auto it = source_.logs.begin();
    std::advance(it, random_.Below(source_.logs.size()));
    OrgLog& log = logs_[it->first];
    if (log.entries.empty()) return;
    const size_t at = random_.Below(log.entries.size());
    const auto& whole = it->second.entries[at].document;
    auto less = std::make_shared<Document>(*whole);
    if (!less->signers.empty()) less->signers.erase(less->signers.begin());
    log.entries[at].document = random_.Below(6) == 0 ? less : whole;
  }
  void AddToSet() {
    auto it = sets_.begin();
    std::advance(it, random_.Below(sets_.size()));
    const v1::Envelope& any = it->second[random_.Below(it->second.size())];
    OrgLog& log = logs_[it->first];
    if (log.sets == nullptr || !log.sets->contains(IdOf(any))) PutIntoSet(log, any, source_.now);
  }
  void ChangeNodeInfo() {
    auto it = source_.logs.begin();
    std::advance(it, random_.Below(source_.logs.size()));
    const auto org = std::find_if(source_.orgs.begin(), source_.orgs.end(),
                                  [&](const TestOrg& o) { return o.id == it->first; });
    if (org == source_.orgs.end()) return;
    const std::vector<std::string> at = {"localhost:1"};
    const auto envelope = SignDocument(
        kinds::kNodeInfo, DraftNodeInfo(org->id, 1 + random_.Below(5), at, "", source_.now),
        {random_.Below(4) == 0 ? org->tls.get() : org->node.get()});
    logs_[it->first].node_info = *OpenDocument(envelope);
  }

  SeededRandom random_;
  TestCommons source_;
  std::map<OrgId, std::vector<v1::Envelope>> sets_;
  std::map<OrgId, OrgLog> logs_;
  bool joined_ = false;
  std::vector<std::pair<std::map<OrgId, OrgLog>, bool>> before_;
};

TEST(FoldedLogs, GoingOnIsFoldingEverything) {
  size_t founded = 0, decided = 0, stopped = 0, lifted = 0, revoked = 0;
  for (int seed = 0; seed < 8; ++seed) {
    Growing growing(absl::StrCat("fold on ", seed));
    FoldedLogs folded;
    for (int step = 0; step < 160; ++step) {
      growing.Step();
      // Not after every change: several come at once as well.
      if (step % 3 == seed % 3) continue;
      const Logs logs = growing.Shared();
      folded = folded.Then(logs, growing.charter());
      ASSERT_EQ(Told(*folded.reg()), Told(growing.Whole())) << "seed " << seed << " step " << step;
      founded += folded.reg()->founded();
      decided += folded.reg()->commons_version() > 3;
      for (const auto& [org, stops] : folded.reg()->stops()) {
        stopped += stops->freezes.size(), lifted += stops->lifted.size();
        revoked += stops->revoked.size();
      }
    }
  }
  EXPECT_GT(founded, 100u) << "the logs are about something";
  EXPECT_GT(decided, 50u);
  EXPECT_GT(stopped, 50u);
  EXPECT_GT(lifted, 50u);
  EXPECT_GT(revoked, 50u);
}

// How long things wait, and whether this is for practice, is known only from the charter.
TEST(FoldedLogs, TheCharterMayComeAfterWhatStandsOnIt) {
  TestCommons c({.cooling_off = absl::Minutes(1)});
  Live(c);
  Logs all, without;
  for (const auto& [org, log] : c.logs) {
    all[org] = std::make_shared<const OrgLog>(log);
    if (org != c.orgs[0].id) without[org] = all[org];
  }
  const FoldedLogs before = FoldedLogs().Then(without, c.commons_id);
  EXPECT_FALSE(before.reg()->founded());
  EXPECT_EQ(Told(*before.Then(all, c.commons_id).reg()), Told(c.Fold()));
}

}  // namespace
}  // namespace commons::governance
