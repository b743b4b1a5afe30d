#include "governance/document/missing.h"

#include <algorithm>
#include <vector>

#include "governance/document/quorum.h"
#include "governance/testing/quorum_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using Keys = std::set<PublicKey>;

// Every set of signatures that `missing` describes.
std::set<Keys> Described(const Missing& missing);

std::set<Keys> Together(const std::set<Keys>& a, const std::set<Keys>& b) {
  std::set<Keys> both;
  for (const Keys& x : a) {
    for (Keys y : b) {
      y.insert(x.begin(), x.end());
      both.insert(std::move(y));
    }
  }
  return both;
}

std::set<Keys> Choices(const std::vector<Missing>& from, size_t first, size_t choose) {
  if (choose == 0) return {Keys()};
  if (from.size() - first < choose) return {};
  std::set<Keys> found = Together(Described(from[first]), Choices(from, first + 1, choose - 1));
  found.merge(Choices(from, first + 1, choose));
  return found;
}

std::set<Keys> Described(const Missing& missing) {
  if (!missing.key.empty()) return {Keys{*PublicKey::FromBytes(missing.key)}};
  std::set<Keys> found = Choices(missing.from, 0, missing.choose);
  for (const Missing& one : missing.all) found = Together(found, Described(one));
  return found;
}

// The oracle: tries every set of the other keys.
std::set<Keys> SmallestThatReach(const v1::Quorum& quorum, const Keys& signers,
                                 const LabelledKeys& seats) {
  std::vector<PublicKey> open;
  for (const auto& [label, key] : seats) {
    if (signers.count(key) == 0) open.push_back(key);
  }
  std::set<Keys> found;
  size_t fewest = open.size() + 1;
  for (uint32_t mask = 0; mask < (1u << open.size()); ++mask) {
    Keys more, all = signers;
    for (size_t i = 0; i < open.size(); ++i) {
      if ((mask >> i & 1) != 0) more.insert(open[i]);
    }
    all.insert(more.begin(), more.end());
    if (more.size() > fewest || !Satisfies(quorum, all)) continue;
    if (more.size() < fewest) found.clear();
    fewest = more.size();
    found.insert(std::move(more));
  }
  return found;
}

TEST(Missing, IsWhatTryingEverySetOfSignaturesFinds) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    QuorumMaker make(seed, 9);
    const v1::Quorum quorum = make.Quorum();
    for (int round = 0; round < 4; ++round) {
      const Keys signers = make.Signers();
      const Missing missing = MissingFrom(quorum, signers);
      const std::set<Keys> expected = SmallestThatReach(quorum, signers, make.seats());
      ASSERT_FALSE(expected.empty()) << "seed " << seed;
      EXPECT_EQ(Described(missing), expected)
          << "seed " << seed << ": " << PrintThreshold(quorum, make.seats());
      EXPECT_EQ(missing.fewest, expected.begin()->size()) << "seed " << seed;
      EXPECT_EQ(missing.fewest == 0, Satisfies(quorum, signers)) << "seed " << seed;
    }
  }
}

std::string Said(absl::string_view threshold, const std::vector<std::string>& labels,
                 const std::set<std::string>& signed_by) {
  const LabelledKeys seats = TestSeats(labels);
  Keys signers;
  for (const auto& [label, key] : seats) {
    if (signed_by.count(label) > 0) signers.insert(key);
  }
  return SignedWords(*ParseThreshold(threshold, seats), signers, seats);
}

TEST(SignedWords, NameTheSeatsThatAreMissing) {
  const std::vector<std::string> labels = {"chair", "treasurer", "kaumatua", "clinical"};
  const char* const nested = "2 of board(chair, treasurer) AND 1 of elders(kaumatua, clinical)";
  EXPECT_EQ(Said(nested, labels, {"chair", "treasurer"}),
            "2 of 3 signed: missing the kaumatua seat or the clinical seat");
  EXPECT_EQ(Said(nested, labels, {"clinical"}),
            "1 of 3 signed: missing the chair seat and the treasurer seat");
  EXPECT_EQ(Said(nested, labels, {"treasurer"}),
            "1 of 3 signed: missing the chair seat and (the kaumatua seat or the clinical seat)");
  EXPECT_EQ(Said(nested, labels, {"treasurer", "chair", "kaumatua"}),
            "signed by all that are needed");
  EXPECT_EQ(Said("2", labels, {}),
            "0 of 2 signed: missing any 2 of (the chair seat, the treasurer seat, the kaumatua "
            "seat, the clinical seat)");
  EXPECT_EQ(Said("4", {"a", "b", "c", "d"}, {"a", "b"}),
            "2 of 4 signed: missing the c seat and the d seat");
}

TEST(SignedWords, ShowNoControlCharactersAndNameKeysWithoutALabel) {
  const LabelledKeys seats = TestSeats({"a\x1b[2J"});
  const auto quorum = ParseThreshold("1", seats);
  EXPECT_EQ(SignedWords(*quorum, {}, seats), "0 of 1 signed: missing the a\\033[2J seat");
  EXPECT_EQ(SignedWords(*quorum, {}, {}).substr(0, 31), "0 of 1 signed: missing the key ");
}

}  // namespace
}  // namespace commons::governance
