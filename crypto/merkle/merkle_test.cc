#include "crypto/merkle/merkle.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "crypto/hash.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

using Hashes = std::vector<Hash32>;

// The recursive definitions of RFC 6962 section 2.1, word for word: the slow oracle.
Hash32 Mth(absl::Span<const std::string> d) {
  if (d.empty()) return Sha256("");
  if (d.size() == 1) return Sha256(std::string(1, '\0') + d[0]);
  size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  return Sha256("\x01" + Mth(d.subspan(0, k)).ToBytes() + Mth(d.subspan(k)).ToBytes());
}

Hashes Join(Hashes a, const Hash32& b) {
  a.push_back(b);
  return a;
}

Hashes Path(size_t m, absl::Span<const std::string> d) {
  if (d.size() == 1) return {};
  size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  return m < k ? Join(Path(m, d.subspan(0, k)), Mth(d.subspan(k)))
               : Join(Path(m - k, d.subspan(k)), Mth(d.subspan(0, k)));
}

Hashes SubProof(size_t m, absl::Span<const std::string> d, bool b) {
  if (m == d.size()) return b ? Hashes{} : Hashes{Mth(d)};
  size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  return m <= k ? Join(SubProof(m, d.subspan(0, k), b), Mth(d.subspan(k)))
                : Join(SubProof(m - k, d.subspan(k), false), Mth(d.subspan(0, k)));
}

// The leaves and roots of certificate-transparency's merkle_tree_test.cc.
const char* const kLeaves[] = {"",
                               "00",
                               "10",
                               "2021",
                               "3031",
                               "40414243",
                               "5051525354555657",
                               "606162636465666768696a6b6c6d6e6f"};
const char* const kRoots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(MerkleTree, HasThePublishedRoots) {
  MerkleTree tree;
  EXPECT_EQ(tree.Root().ToHex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < 8; ++i) {
    tree.Append(*HexToBytes(kLeaves[i]));
    EXPECT_EQ(tree.Root().ToHex(), kRoots[i]) << i;
  }
}

// RFC 6962 section 2.1.3: with leaves d0..d6, PATH(3) = [c, g, l] and PROOF(3) = [c, d, g, l].
TEST(MerkleTree, HasTheProofsOfTheRfcExample) {
  MerkleTree tree;
  std::vector<Hash32> leaf;
  for (int i = 0; i < 7; ++i) {
    tree.Append(absl::StrCat("d", i));
    leaf.push_back(MerkleLeafHash(absl::StrCat("d", i)));
  }
  auto node = [](const Hash32& l, const Hash32& r) {
    return Sha256("\x01" + l.ToBytes() + r.ToBytes());
  };
  const Hash32 g = node(leaf[0], leaf[1]), h = node(leaf[2], leaf[3]), i = node(leaf[4], leaf[5]);
  const Hash32 k = node(g, h), l = node(i, leaf[6]);
  EXPECT_EQ(*tree.InclusionProof(0, 7), (Hashes{leaf[1], h, l}));
  EXPECT_EQ(*tree.InclusionProof(3, 7), (Hashes{leaf[2], g, l}));
  EXPECT_EQ(*tree.InclusionProof(6, 7), (Hashes{i, k}));
  EXPECT_EQ(*tree.ConsistencyProof(3, 7), (Hashes{leaf[2], leaf[3], g, l}));
  EXPECT_EQ(*tree.ConsistencyProof(4, 7), (Hashes{l}));
  EXPECT_EQ(*tree.ConsistencyProof(6, 7), (Hashes{i, leaf[6], k}));
}

class EverySize : public testing::Test {
 protected:
  static constexpr size_t kMax = 64;
  EverySize() {
    for (size_t i = 0; i < kMax; ++i) {
      data_.push_back(std::string(i % 40, static_cast<char>(i)));
      tree_.Append(data_.back());
    }
    for (size_t n = 0; n <= kMax; ++n) roots_.push_back(Mth(Prefix(n)));
  }
  absl::Span<const std::string> Prefix(size_t n) const {
    return absl::MakeConstSpan(data_).subspan(0, n);
  }

  std::vector<std::string> data_;
  MerkleTree tree_;
  Hashes roots_;
};

TEST_F(EverySize, RootsMatchTheDefinition) {
  MerkleTree growing;
  for (size_t n = 0; n <= kMax; ++n) {
    EXPECT_EQ(tree_.RootAt(n), roots_[n]) << n;
    EXPECT_EQ(growing.Root(), roots_[n]) << n;
    EXPECT_EQ(growing.size(), n);
    if (n < kMax) growing.Append(data_[n]);
  }
}

TEST_F(EverySize, AShorterTreeIsAsIfNothingHadFollowed) {
  for (size_t n = 0; n <= kMax; ++n) {
    MerkleTree shorter = tree_;
    shorter.Shorten(n);
    EXPECT_EQ(shorter.size(), n);
    EXPECT_EQ(shorter.Root(), roots_[n]) << n;
    if (n == kMax) break;
    shorter.Append(data_[n]);
    EXPECT_EQ(shorter.Root(), roots_[n + 1]) << n;
  }
}

TEST_F(EverySize, InclusionProofsMatchTheDefinitionAndVerify) {
  for (size_t n = 1; n <= kMax; ++n) {
    for (size_t m = 0; m < n; ++m) {
      const auto proof = tree_.InclusionProof(m, n);
      ASSERT_TRUE(proof.ok());
      EXPECT_EQ(*proof, Path(m, Prefix(n)));
      const Hash32 leaf = MerkleLeafHash(data_[m]);
      EXPECT_TRUE(VerifyInclusion(leaf, m, n, *proof, roots_[n]).ok()) << m << " of " << n;
    }
  }
}

TEST_F(EverySize, ConsistencyProofsMatchTheDefinitionAndVerify) {
  for (size_t n = 0; n <= kMax; ++n) {
    for (size_t m = 0; m <= n; ++m) {
      const auto proof = tree_.ConsistencyProof(m, n);
      ASSERT_TRUE(proof.ok());
      EXPECT_EQ(*proof, m == 0 ? Hashes{} : SubProof(m, Prefix(n), true)) << m << " of " << n;
      EXPECT_TRUE(VerifyConsistency(m, roots_[m], n, roots_[n], *proof).ok()) << m << " of " << n;
    }
  }
}

// Calls `refused` with every version of the hashes that differs in one bit, one hash more or less.
template <typename F>
void ForEveryCorruption(const Hashes& proof, F refused) {
  for (size_t bit = 0; bit < proof.size() * 256; ++bit) {
    Hashes bad = proof;
    bad[bit / 256].mutable_data()[bit % 256 / 8] ^= 1 << bit % 8;
    refused(bad);
  }
  for (size_t cut = 0; cut < proof.size(); ++cut) {
    Hashes bad = proof;
    bad.erase(bad.begin() + cut);
    refused(bad);
  }
  refused(Join(proof, Hash32()));
  Hashes longer = proof;
  longer.insert(longer.begin(), Sha256("x"));
  refused(longer);
}

TEST_F(EverySize, EveryCorruptedInclusionProofIsRefused) {
  for (size_t n = 1; n <= kMax; n += n < 18 ? 1 : 13) {
    for (size_t m = 0; m < n; ++m) {
      const Hash32 leaf = MerkleLeafHash(data_[m]);
      const Hashes proof = *tree_.InclusionProof(m, n);
      ForEveryCorruption(proof, [&](const Hashes& bad) {
        ASSERT_EQ(VerifyInclusion(leaf, m, n, bad, roots_[n]).code(),
                  absl::StatusCode::kUnauthenticated);
      });
      for (size_t other = 0; other <= n; ++other) {
        if (other == m) continue;
        ASSERT_FALSE(VerifyInclusion(leaf, other, n, proof, roots_[n]).ok());
      }
      ASSERT_FALSE(VerifyInclusion(Sha256("x"), m, n, proof, roots_[n]).ok());
      ASSERT_FALSE(VerifyInclusion(leaf, m, n, proof, roots_[n - 1]).ok());
    }
  }
}

TEST_F(EverySize, EveryCorruptedConsistencyProofIsRefused) {
  for (size_t n = 1; n <= kMax; n += n < 18 ? 1 : 13) {
    for (size_t m = 0; m <= n; ++m) {
      const Hashes proof = *tree_.ConsistencyProof(m, n);
      ForEveryCorruption(proof, [&](const Hashes& bad) {
        ASSERT_EQ(VerifyConsistency(m, roots_[m], n, roots_[n], bad).code(),
                  absl::StatusCode::kUnauthenticated);
      });
      ASSERT_FALSE(VerifyConsistency(m, Sha256("x"), n, roots_[n], proof).ok());
      if (m > 0) {  // an empty tree is a prefix of anything
        ASSERT_FALSE(VerifyConsistency(m, roots_[m], n, Sha256("x"), proof).ok());
      }
    }
  }
}

// A log that changed a leaf after showing its root cannot prove that it did not.
TEST_F(EverySize, ARewrittenHistoryIsRefused) {
  for (size_t changed = 0; changed < 11; ++changed) {
    MerkleTree forked;
    for (size_t i = 0; i < kMax; ++i) forked.Append(i == changed ? "forged" : data_[i]);
    const Hashes proof = *forked.ConsistencyProof(11, kMax);
    EXPECT_FALSE(VerifyConsistency(11, roots_[11], kMax, forked.Root(), proof).ok()) << changed;
  }
}

TEST_F(EverySize, SizesThatDoNotFitAreRefused) {
  EXPECT_EQ(tree_.InclusionProof(0, 0).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tree_.InclusionProof(5, 5).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tree_.InclusionProof(0, 65).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tree_.ConsistencyProof(6, 5).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tree_.ConsistencyProof(1, 65).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(VerifyInclusion(Hash32(), 0, 0, {}, Sha256("")).ok());
  EXPECT_FALSE(VerifyConsistency(6, roots_[6], 5, roots_[5], {}).ok());
  const uint64_t huge = ~uint64_t{0};
  const Hashes many(1000, Hash32());
  EXPECT_FALSE(VerifyInclusion(Hash32(), huge - 1, huge, many, Hash32()).ok());
  EXPECT_FALSE(VerifyConsistency(huge - 1, Hash32(), huge, Hash32(), many).ok());
  EXPECT_FALSE(VerifyConsistency(uint64_t{1} << 63, Hash32(), huge, Hash32(), many).ok());
}

TEST_F(EverySize, LeavesAndNodesAreHashedApart) {
  MerkleTree inner;
  inner.Append(roots_[1].ToBytes() + MerkleLeafHash(data_[1]).ToBytes());
  EXPECT_NE(inner.Root(), roots_[2]);
}

}  // namespace
}  // namespace commons::crypto
