// Of two candidates for one version at most one is certified, whatever arrives first
// (docs/decisions/0008).
#include <array>
#include <bit>
#include <optional>

#include "governance/register/register.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

struct Part {
  uint64_t a, b;
};
constexpr std::array<Part, 6> kParts = {{{1, 2}, {5, 9}, {4, 7}, {3, 5}, {2, 3}, {3, 4}}};

struct Founded : TestCommons {
  Founded(int members, Part part, int seed = 0)
      : TestCommons({.orgs = members,
                     .threshold_a = part.a,
                     .threshold_b = part.b,
                     .seed = absl::StrCat("majority ", seed)}) {
    Found();
  }
};

v1::Resolution Suspend(const OrgId& org) {
  v1::Resolution r;
  r.add_items()->mutable_membership()->set_suspend(org.ToBytes());
  return r;
}

// The slow reference for the approvals that a suspension needs: more than a/b of the others, and so
// many that no set without the first member is disjoint from one without the second.
int SlowNeeded(int members, Part part) {
  const auto sets_meet = [&](int size) {
    for (unsigned x = 0; x < 1u << members; ++x) {
      if (std::popcount(x) != size || (x & 1) != 0) continue;
      for (unsigned y = 0; y < 1u << members; ++y) {
        if (std::popcount(y) == size && (y & 2) == 0 && (x & y) == 0) return false;
      }
    }
    return true;
  };
  int size = 1;
  while (size * part.b <= (members - 1) * part.a || !sets_meet(size)) ++size;
  return size;
}

TEST(Majority, ASuspensionNeedsWhatTheSearchOverSetsOfApproversSays) {
  EXPECT_EQ(SlowNeeded(3, {1, 2}), 2);  // two of two
  EXPECT_EQ(SlowNeeded(4, {1, 2}), 3);  // three of three
  for (int members = 2; members <= 8; ++members) {
    for (const Part part : kParts) {
      const int needed = SlowNeeded(members, part);
      Founded c(members, part);
      const DocId id = c.Propose(Suspend(c.orgs.back().id));
      for (int yes = 1; yes < members; ++yes) {
        c.Approve(c.orgs[yes - 1], 2, id);
        ASSERT_EQ(c.Fold().commons_version() == 2, yes >= needed)
            << yes << " of " << members << " by " << part.a << "/" << part.b;
      }
    }
  }
}

// Nor do the approvers of a suspension and those of another decision fit beside each other.
TEST(Majority, ASuspensionAndAnotherDecisionHaveAnApproverInCommon) {
  for (int members = 2; members <= 8; ++members) {
    for (const Part part : kParts) {
      int other = 1;
      while (other * part.b <= members * part.a) ++other;
      EXPECT_GT(2 * other, members);
      EXPECT_GT(SlowNeeded(members, part) + other, members);
    }
  }
}

// Who is suspended; one at a time here.
std::optional<OrgId> SuspendedIn(const Register& reg) {
  for (const auto& [org, member] : reg.members()) {
    if (member.suspended) return org;
  }
  return std::nullopt;
}

TEST(Majority, TwoHalvesOfFourCannotSuspendEachOther) {
  for (int seed = 0; seed < 8; ++seed) {  // so that either id is the lower one
    Founded c(4, {1, 2}, seed);
    const DocId first = c.Propose(Suspend(c.orgs[3].id));
    const DocId second = c.Propose(Suspend(c.orgs[0].id));
    for (const int org : {0, 1}) c.Approve(c.orgs[org], 2, first);
    EXPECT_EQ(c.Fold().commons_version(), 1u);
    for (const int org : {2, 3}) c.Approve(c.orgs[org], 2, second);
    EXPECT_EQ(c.Fold().commons_version(), 1u);
  }
}

TEST(Majority, CrossingSuspensionsNeverUndoEachOther) {
  SeededRandom random("crossing");
  int certified = 0;
  for (int round = 0; round < 70; ++round) {
    const int members = 2 + round % 7;
    Founded c(members, kParts[random.Below(kParts.size())], round);
    const DocId ids[] = {c.Propose(Suspend(c.orgs[0].id)), c.Propose(Suspend(c.orgs[1].id))};
    std::vector<const TestOrg*> voters;
    for (const TestOrg& org : c.orgs) {
      voters.insert(voters.begin() + random.Below(voters.size() + 1), &org);
    }
    std::optional<OrgId> suspended;
    for (const TestOrg* org : voters) {
      // The two suspend each other; the rest take sides.
      const bool of_two = org == &c.orgs[0] || org == &c.orgs[1];
      const uint64_t choice = of_two ? org == &c.orgs[0] : random.Below(2);
      c.Approve(*org, 2, ids[choice]);
      const auto now = SuspendedIn(c.Fold());
      ASSERT_TRUE(!suspended || now == suspended) << members << " members, round " << round;
      suspended = now;
    }
    certified += suspended.has_value();
  }
  EXPECT_GT(certified, 10);
}

}  // namespace
}  // namespace commons::governance
