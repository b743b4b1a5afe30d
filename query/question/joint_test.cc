// Combinations of bins taken apart, against tuples in sets and every way to part their columns.
#include "query/question/joint.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/tuples_for_test.h"

namespace commons::query {
namespace {

using testing::ElementsAre;

std::vector<uint64_t> CountsOf(const Joint& joint) {
  std::vector<uint64_t> counts;
  for (const Parts& parts : joint.parts) counts.push_back(parts.count);
  return counts;
}

// Of parts; where each bin is one, of bins.
std::set<Tuple> TuplesOf(const Joint& joint) {
  const std::vector<Tuple> all = AllTuples(CountsOf(joint));
  std::set<Tuple> kept;
  for (size_t i = 0; i < all.size(); ++i) {
    if (joint.kept[i]) kept.insert(all[i]);
  }
  return kept;
}

Tuple Part(const Tuple& tuple, uint32_t mask) {
  Tuple out;
  for (size_t i = 0; i < tuple.size(); ++i) {
    if (mask >> i & 1) out.push_back(tuple[i]);
  }
  return out;
}

// Whether the columns of the mask say nothing of the others.
bool Independent(const std::set<Tuple>& tuples, size_t columns, uint32_t mask) {
  std::set<Tuple> in, out;
  const uint32_t all = (1u << columns) - 1;
  for (const Tuple& tuple : tuples) {
    in.insert(Part(tuple, mask));
    out.insert(Part(tuple, all & ~mask));
  }
  return in.size() * out.size() == tuples.size();
}

// A random table of random independent parts.
Joint RandomJoint(std::mt19937& random) {
  Joint joint;
  const size_t columns = 2 + random() % 4;
  std::vector<size_t> part(columns);
  for (size_t i = 0; i < columns; ++i) {
    joint.columns.push_back(static_cast<uint32_t>(10 * i + random() % 10));
    joint.parts.push_back(EachBin(2 + random() % 3));
    part[i] = random() % 3;
  }
  const std::vector<Tuple> all = AllTuples(CountsOf(joint));
  joint.kept.assign(all.size(), true);
  for (size_t p = 0; p < 3; ++p) {
    uint32_t mask = 0;
    for (size_t i = 0; i < columns; ++i) mask |= (part[i] == p) << i;
    std::set<Tuple> left_out;
    for (const Tuple& tuple : all) {
      if (mask != 0 && random() % 3 == 0) left_out.insert(Part(tuple, mask));
    }
    for (size_t i = 0; i < all.size(); ++i) {
      if (left_out.contains(Part(all[i], mask))) joint.kept[i] = false;
    }
  }
  return joint;
}

TEST(JointTest, FactorsAreIndependentAndCannotBeTakenApart) {
  std::mt19937 random(7);
  int parted = 0;
  for (int round = 0; round < 2000; ++round) {
    const Joint joint = RandomJoint(random);
    const std::set<Tuple> kept = TuplesOf(joint);
    const std::vector<Joint> factors = FactorsOf(joint);
    parted += factors.size() > 1;
    std::vector<uint32_t> columns;
    size_t combinations = 1;
    for (const Joint& factor : factors) {
      columns.insert(columns.end(), factor.columns.begin(), factor.columns.end());
      const std::set<Tuple> tuples = TuplesOf(factor);
      combinations *= tuples.size();
      uint32_t mask = 0;
      for (size_t i = 0; i < joint.columns.size(); ++i) {
        const auto& of = factor.columns;
        mask |= (std::find(of.begin(), of.end(), joint.columns[i]) != of.end()) << i;
      }
      for (const Tuple& tuple : kept) EXPECT_TRUE(tuples.contains(Part(tuple, mask)));
      for (uint32_t some = 1; !kept.empty() && some + 1 < 1u << factor.columns.size(); ++some) {
        EXPECT_FALSE(Independent(tuples, factor.columns.size(), some)) << round;
      }
    }
    EXPECT_EQ(combinations, kept.size()) << round;
    std::sort(columns.begin(), columns.end());
    EXPECT_EQ(columns, joint.columns);
  }
  EXPECT_GT(parted, 500);
}

TEST(JointTest, OfEachColumnTheBinsInAnyCombination) {
  // (0, 1) and (2, 0) of three times two.
  const Joint joint{{4, 9}, {EachBin(3), EachBin(2)}, {false, true, false, false, true, false}};
  EXPECT_THAT(BinsOfColumn(joint, 0).Values(), ElementsAre(0, 2));
  EXPECT_THAT(BinsOfColumn(joint, 1).Values(), ElementsAre(0, 1));
  EXPECT_TRUE(KeepsAny(joint, {IntervalSet({{2, 3}}), IntervalSet({{0, 1}})}));
  EXPECT_FALSE(KeepsAny(joint, {IntervalSet({{0, 1}}), IntervalSet({{0, 1}})}));
  const Joint nothing{{4, 9}, {EachBin(3), EachBin(2)}, std::vector<bool>(6)};
  EXPECT_EQ(FactorsOf(nothing).size(), 2u);
}

// Some of another's columns, or bins of one, take combinations away and add none.
TEST(JointTest, NarrowsToWhatBothKeep) {
  std::mt19937 random(8);
  for (int round = 0; round < 500; ++round) {
    const Joint joint = RandomJoint(random);
    const uint32_t mask = 1 + random() % ((1u << joint.columns.size()) - 1);
    Joint by;
    for (size_t i = 0; i < joint.columns.size(); ++i) {
      if ((mask >> i & 1) == 0) continue;
      by.columns.push_back(joint.columns[i]);
      by.parts.push_back(joint.parts[i]);
    }
    by.kept.resize(AllTuples(CountsOf(by)).size());
    for (size_t i = 0; i < by.kept.size(); ++i) by.kept[i] = random() % 2 == 0;
    const std::set<Tuple> allowed = TuplesOf(by);
    std::set<Tuple> expected;
    for (const Tuple& tuple : TuplesOf(joint)) {
      if (allowed.contains(Part(tuple, mask))) expected.insert(tuple);
    }
    Joint narrowed = joint;
    Narrow(by, &narrowed);
    EXPECT_EQ(TuplesOf(narrowed), expected) << round;
  }
  Joint two{{4, 9}, {EachBin(3), EachBin(2)}, std::vector<bool>(6, true)};
  Narrow(JointOfBins(9, 2, IntervalSet({{1, 2}})), &two);
  EXPECT_EQ(two.kept, std::vector<bool>({false, true, false, true, false, true}));
}

// Bins are one part where every combination with the one is kept if that with the other is.
TEST(JointTest, TheCoarsestPartsAreOfBinsThatMakeNoDifference) {
  std::mt19937 random(9);
  int coarser = 0;
  for (int round = 0; round < 1000; ++round) {
    const Joint joint = RandomJoint(random);
    const Joint said = Coarsest(joint);
    const std::vector<Tuple> all = AllTuples(CountsOf(joint));
    const std::set<Tuple> kept = TuplesOf(joint), of_parts = TuplesOf(said);
    const auto without_difference = [&](size_t column, uint64_t a, uint64_t b) {
      return std::all_of(all.begin(), all.end(), [&](Tuple tuple) {
        tuple[column] = a;
        const bool with_a = kept.contains(tuple);
        tuple[column] = b;
        return with_a == kept.contains(tuple);
      });
    };
    for (size_t i = 0; i < joint.columns.size(); ++i) {
      coarser += said.parts[i].count < joint.parts[i].count;
      for (uint64_t a = 0; a < joint.parts[i].count; ++a) {
        for (uint64_t b = 0; b < a; ++b) {
          EXPECT_EQ(said.parts[i].of_bin[a] == said.parts[i].of_bin[b], without_difference(i, a, b))
              << round;
        }
      }
    }
    for (const Tuple& tuple : all) {
      Tuple places;
      for (size_t i = 0; i < tuple.size(); ++i) {
        places.push_back(said.parts[i].of_bin[tuple[i]]);
      }
      EXPECT_EQ(kept.contains(tuple), of_parts.contains(places)) << round;
    }
    EXPECT_EQ(Coarsest(said), said);
  }
  EXPECT_GT(coarser, 500);
}

PartsOfColumns EachBinOf(const std::vector<uint64_t>& counts) {
  PartsOfColumns parts;
  for (size_t i = 0; i < counts.size(); ++i) {
    parts.emplace(static_cast<uint32_t>(i), EachBin(counts[i]));
  }
  return parts;
}

TEST(JointTest, CombinationsAreBounded) {
  EXPECT_EQ(AllCombinations(EachBinOf({3, 30, 25, 21}))->kept, std::vector<bool>(47250, true));
  EXPECT_FALSE(AllCombinations(EachBinOf({3, 30, 25, 30})).has_value()) << "67,500";
  EXPECT_TRUE(AllCombinations(EachBinOf({2, 2, 2, 2, 2, 2})).has_value());
  EXPECT_FALSE(AllCombinations(EachBinOf({2, 2, 2, 2, 2, 2, 1})).has_value()) << "seven columns";
}

}  // namespace
}  // namespace commons::query
