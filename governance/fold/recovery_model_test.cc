// Random histories of a recovery, at an owner whose node keeps the rules or does not, and at two
// other nodes that get its log and objections whenever they do.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "governance/rules/rule_in_force.h"
#include "governance/testing/problems_for_test.h"
#include "governance/testing/recovery_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr int kSteps = 40;

struct World : RecoveringCommons {
  World(uint64_t seed, bool keeps_the_rules)
      : dice(absl::StrCat("recovery ", seed)), honest(keeps_the_rules), others(2, logs) {
    for (auto& other : others) other.at(org.id).own = false;
  }

  bool Chance(uint64_t percent) { return dice.Below(100) < percent; }

  void Step() {
    now += absl::Hours(static_cast<int64_t>(dice.Below(120)));
    if (!card.has_value() && Chance(30)) {
      card = Recover();
      recovered_at = now;
    }
    if (card.has_value() && Chance(3)) Objects();
    if (Chance(40)) Say(Policy({a, b}));
    if (card.has_value() && Chance(50)) Say(Policy({&x, &y}));
    if (card.has_value() && Chance(5)) Say(SignedCard(DraftWith({}), {a, b}));
    for (auto& other : others) {
      if (Chance(60)) Deliver(other);
    }
  }

  // The document and who signed it: what the new board alone has said.
  void Say(const v1::Envelope& envelope) {
    if (honest && MayAppend(envelope) != "OK") return;
    Push(org.id, envelope);
    const auto document = *OpenDocument(envelope);
    if (document.SignedBy(x.public_key().view())) said_by_new.insert(document.id);
  }
  void Objects() {
    Object(*card, {dice.Below(2) == 0 ? a : c});
    first_objection = std::min(first_objection, now);
  }
  // As a node takes a page: nothing of what lacks signatures, nor of what stands behind it.
  void Deliver(std::map<OrgId, OrgLog>& other) {
    OrgLog& to = other.at(org.id);
    const OrgLog& from = logs.at(org.id);
    while (to.entries.size() < from.entries.size()) {
      to.entries.push_back(from.entries[to.entries.size()]);
      to.entries.back().seen_at = now;
      const DocId id = to.entries.back().document->id;
      if (ProblemOf(FoldLogs(other, commons_id), id).substr(0, 12) != "UNDER_SIGNED") continue;
      to.entries.pop_back();
      break;
    }
    if (from.sets == nullptr || !Chance(70)) return;
    auto sets = to.sets == nullptr ? DocumentSet() : *to.sets;
    for (const auto& [objection, entry] : *from.sets) {
      sets.try_emplace(objection, SetEntry{entry.document, now});
    }
    to.sets = std::make_shared<const DocumentSet>(std::move(sets));
  }

  // What the new board has said and the register takes for said.
  size_t CountingOfTheNew(const std::map<OrgId, OrgLog>& at, const Register& reg) const {
    size_t counting = 0;
    for (const auto& entry : at.at(org.id).entries) {
      const DocId& id = entry.document->id;
      counting += said_by_new.contains(id) && ProblemOf(reg, id) == "counts";
    }
    return counting;
  }

  void Check(const std::map<OrgId, OrgLog>& at, bool owner) {
    const Register reg = FoldLogs(at, commons_id);
    const auto& entries = at.at(org.id).entries;
    const auto stands = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
      return card.has_value() && entry.document->id == *card;
    });
    const absl::Time wait_ends =
        stands == entries.end() ? absl::InfiniteFuture() : stands->seen_at + kRecoveryWait;
    const size_t counting = CountingOfTheNew(at, reg);
    const auto rule = RuleInForce(reg, org.id, "cases", now);
    const bool by_new =
        rule.ok() && std::any_of(rule->documents.begin(), rule->documents.end(),
                                 [&](const DocId& id) { return said_by_new.contains(id); });
    if (now < wait_ends) {
      EXPECT_EQ(counting, 0u) << "nothing before thirty days, at any node";
      EXPECT_FALSE(by_new);
    }
    const bool in_time = first_objection < recovered_at + kRecoveryWait;
    if (honest && in_time) {
      EXPECT_EQ(counting, 0u) << "objected, for ever";
    }
    if (honest && in_time && stands != entries.end()) {
      EXPECT_TRUE(rule.ok()) << "the board in force goes on";
    }
    // At the owner a board that went opens nothing: what is open was opened by the one that came.
    const Recovery* waiting = reg.WaitingRecovery(org.id);
    if (owner && waiting != nullptr && waiting->HasPowerAt(now)) {
      EXPECT_EQ(ReasonOf(rule.status()), v1::NO_POLICY);
    }
    if (counting > 0 && rule.ok()) {
      EXPECT_TRUE(by_new);
    }
    // A node that does not keep the rules judges by what it should not have taken.
    if (honest || !owner) heads[entries.size()].insert(reg.head());
    if (owner) GoesOn(reg);
    if (owner && counting > 0) ++came_to_power;
  }

  // The fold that goes on from step to step is the one of everything.
  void GoesOn(const Register& whole) {
    Logs shared;
    for (const auto& [id, log] : logs) shared[id] = std::make_shared<const OrgLog>(log);
    folded = folded.Then(shared, commons_id);
    const Register& reg = *folded.reg();
    EXPECT_EQ(reg.head(), whole.head());
    EXPECT_EQ(reg.FindMember(org.id)->root_id, whole.FindMember(org.id)->root_id);
    EXPECT_EQ(Told(RuleInForce(reg, org.id, "cases", now).status()),
              Told(RuleInForce(whole, org.id, "cases", now).status()));
    EXPECT_EQ(reg.ErasOf(org.id).now, whole.ErasOf(org.id).now);
    EXPECT_EQ(reg.ErasOf(org.id).ends, whole.ErasOf(org.id).ends);
  }

  void Run() {
    for (int step = 0; step < kSteps; ++step) {
      Step();
      heads.clear();
      Check(logs, true);
      for (const auto& other : others) Check(other, false);
      // As many entries of one log are the same entries.
      for (const auto& [size, each] : heads) EXPECT_EQ(each.size(), 1u) << "equal logs, " << size;
      if (testing::Test::HasFailure()) return;
    }
  }

  SeededRandom dice;
  const bool honest;
  std::vector<std::map<OrgId, OrgLog>> others;
  std::optional<DocId> card;
  absl::Time recovered_at = absl::InfiniteFuture(), first_objection = absl::InfiniteFuture();
  std::set<DocId> said_by_new;
  std::map<size_t, std::set<Hash32>> heads;
  int came_to_power = 0;
  FoldedLogs folded;
};

TEST(RecoveryModel, AnOwnerThatKeepsTheRules) {
  int came_to_power = 0, cancelled = 0;
  for (uint64_t seed = 0; seed < 25 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    World world(seed, true);
    world.Run();
    came_to_power += world.came_to_power > 0;
    cancelled += world.first_objection < world.recovered_at + kRecoveryWait;
  }
  EXPECT_GT(came_to_power, 3) << "the histories are of both kinds";
  EXPECT_GT(cancelled, 3);
}

TEST(RecoveryModel, AnOwnerThatTakesWhateverComes) {
  for (uint64_t seed = 0; seed < 25 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    World(seed, false).Run();
  }
}

}  // namespace
}  // namespace commons::governance
