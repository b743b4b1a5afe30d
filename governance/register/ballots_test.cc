// The arithmetic of dead ballots, against every way in which those who have not spoken may go on.
#include "governance/register/ballots.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

OrgId Org(int i) { return crypto::Retype<OrgId>(crypto::Sha256(std::string(1, char('a' + i)))); }
DocId Doc(int i) { return crypto::Retype<DocId>(crypto::Sha256(std::string(2, char('a' + i)))); }

struct Part {
  uint64_t a, b;
};
constexpr std::array<Part, 4> kParts = {{{1, 2}, {3, 5}, {2, 3}, {3, 4}}};

Electorate Of(int n, Part part) {
  Electorate electorate;
  electorate.numerator = part.a;
  electorate.denominator = part.b;
  for (int i = 0; i < n; ++i) electorate.orgs.insert(Org(i));
  return electorate;
}

// A word: -1 nothing yet, 0 no, else yes to proposal word - 1. A proposal: whom it suspends, or -1.
using Words = std::vector<int>;

// The slow reference: by counting, in fractions.
bool Decided(const Words& words, int proposal, int suspends, Part part) {
  const int n = static_cast<int>(words.size());
  int yes = 0;
  for (int i = 0; i < n; ++i) yes += i != suspends && words[i] == proposal + 1;
  const int voters = suspends >= 0 ? n - 1 : n;
  const bool part_of_voters = static_cast<uint64_t>(yes) * part.b > voters * part.a;
  return part_of_voters && (suspends < 0 || 2 * yes > n);
}

// Whether some way to go on lets one of these proposals, or one that nobody has seen, be decided.
bool CanGoOn(Words words, const std::vector<int>& proposals, Part part) {
  std::vector<int> silent;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == -1) silent.push_back(static_cast<int>(i));
  }
  // More yes never hurts a proposal, so the best for each is that all who are silent say yes to it.
  std::vector<int> all = proposals;
  all.push_back(-1);  // nobody has seen these: an ordinary one, and the suspension of each
  for (size_t i = 0; i < words.size(); ++i) all.push_back(static_cast<int>(i));
  for (size_t p = 0; p < all.size(); ++p) {
    Words then = words;
    for (const int i : silent) then[i] = static_cast<int>(p) + 1;
    if (Decided(then, static_cast<int>(p), all[p], part)) return true;
  }
  return false;
}

class Ballot {
 public:
  Ballot(int n, std::vector<int> proposals, Part part)
      : electorate_(Of(n, part)), proposals_(std::move(proposals)), part_(part), words_(n, -1) {}

  // All combinations of words.
  template <typename Check>
  void ForAll(const Check& check, size_t at = 0) {
    if (at == words_.size()) return check(*this);
    for (int word = -1; word <= static_cast<int>(proposals_.size()); ++word) {
      words_[at] = word;
      ForAll(check, at + 1);
    }
  }
  bool AllSpoke() const { return std::count(words_.begin(), words_.end(), -1) == 0; }
  bool Alive() const { return CanGoOn(words_, proposals_, part_); }
  bool Dead(bool known) const {
    Said said;
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i] == -1) continue;
      said[Org(static_cast<int>(i))] =
          words_[i] == 0 ? std::nullopt : std::optional(Doc(words_[i] - 1));
    }
    Candidates candidates;
    for (size_t p = 0; known && p < proposals_.size(); ++p) {
      Candidate& candidate = candidates[Doc(static_cast<int>(p))];
      if (proposals_[p] >= 0) candidate.suspends = Org(proposals_[p]);
    }
    return IsDead(electorate_, said, candidates);
  }

 private:
  const Electorate electorate_;
  const std::vector<int> proposals_;
  const Part part_;
  Words words_;
};

// Never dead while anything can be decided.
TEST(IsDead, NeverWhileTheSearchOverAllWaysToGoOnFindsADecision) {
  size_t dead = 0, alive = 0;
  for (int n = 1; n <= 5; ++n) {
    for (const Part part : kParts) {
      for (const std::vector<int>& proposals :
           {std::vector<int>{-1, -1}, std::vector<int>{-1, 0}, std::vector<int>{0, n - 1}}) {
        Ballot(n, proposals, part).ForAll([&](const Ballot& ballot) {
          const bool says = ballot.Dead(true);
          ASSERT_FALSE(says && ballot.Alive()) << n << " by " << part.a << "/" << part.b;
          ASSERT_FALSE(ballot.Dead(false) && ballot.Alive()) << "by less that is known";
          (says ? dead : alive) += 1;
        });
      }
    }
  }
  EXPECT_GT(dead, 1000u);
  EXPECT_GT(alive, 1000u);
}

// Once all have spoken, every ballot is either decided or dead.
TEST(IsDead, NothingHangsOnceAllHaveSpoken) {
  for (int n = 1; n <= 6; ++n) {
    for (const Part part : kParts) {
      for (const std::vector<int>& proposals :
           {std::vector<int>{-1, -1}, std::vector<int>{-1, 0}}) {
        Ballot(n, proposals, part).ForAll([&](const Ballot& ballot) {
          ASSERT_TRUE(!ballot.AllSpoke() || ballot.Dead(true) != ballot.Alive()) << n;
        });
      }
    }
  }
}

TEST(IsDead, TwoRivalsWithOneYesEachOfThree) {
  const Electorate three = Of(3, {2, 3});
  EXPECT_EQ(three.Needed(std::nullopt), 3u);
  EXPECT_EQ(three.Needed(Org(2)), 2u);
  const Candidates known = {{Doc(0), {}}, {Doc(1), {}}};
  EXPECT_FALSE(IsDead(three, {{Org(0), Doc(0)}}, known));
  EXPECT_TRUE(IsDead(three, {{Org(0), Doc(0)}, {Org(1), Doc(1)}}, known));
  // One that nobody knows may be a suspension, which two can decide.
  EXPECT_FALSE(IsDead(three, {{Org(0), Doc(0)}, {Org(1), Doc(1)}}, {}));
  EXPECT_FALSE(IsDead(three, {{Org(0), Doc(0)}, {Org(1), Doc(0)}, {Org(2), std::nullopt}}, {}));
  EXPECT_TRUE(IsDead(three, {{Org(0), Doc(0)}, {Org(1), Doc(0)}, {Org(2), std::nullopt}}, known));
}

TEST(IsDead, TheWordsOfOthersCountForNothing) {
  const Electorate three = Of(3, {2, 3});
  EXPECT_FALSE(IsDead(three, {{Org(3), std::nullopt}, {Org(4), std::nullopt}}, {}));
}

TEST(IsDead, WhatCannotBecomeTheVersionHoldsNothingUp) {
  const Electorate three = Of(3, {2, 3});
  const Said said = {{Org(0), Doc(0)}, {Org(1), Doc(0)}, {Org(2), Doc(0)}};
  EXPECT_FALSE(IsDead(three, said, {{Doc(0), {}}}));
  EXPECT_TRUE(IsDead(three, said, {{Doc(0), {std::nullopt, false}}}));
}

}  // namespace
}  // namespace commons::governance
