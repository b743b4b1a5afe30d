#include "governance/exchange/fork.h"

#include "absl/strings/str_cat.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "governance/document/refusal.h"
#include "governance/exchange/exchange.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

// Logs of one organisation that begin alike and part after `common` entries.
class Fork : public testing::Test {
 protected:
  static crypto::MerkleTree Tree(uint64_t common, uint64_t size, const std::string& face) {
    crypto::MerkleTree tree;
    for (uint64_t i = 0; i < size; ++i) tree.Append(absl::StrCat(i < common ? "" : face, i));
    return tree;
  }
  std::string Note(const crypto::MerkleTree& tree) const {
    return crypto::SignCheckpoint({LogOrigin(org_), tree.size(), tree.Root()}, key_);
  }
  std::string Verdict(const v1::ForkProof& proof) const {
    const absl::Status status = VerifyForkProof(proof, org_, key_.public_key().view());
    return status.ok() ? "proved" : std::string(ReasonName(ReasonOf(status)));
  }
  // What somebody who holds `held` makes of a note over `other`.
  v1::ForkProof Proof(const crypto::MerkleTree& held, const crypto::MerkleTree& other) const {
    return *MakeForkProof(held, Note(held), Note(other), other.size());
  }

  const OrgId org_ = *OrgId::FromBytes(std::string(32, 'o'));
  const crypto::SigningKey key_ = crypto::SigningKey::Generate(crypto::SystemRandom());
};

TEST_F(Fork, TwoHistoriesAreProvedWhateverTheirSizes) {
  for (uint64_t size = 4; size <= 9; ++size) {
    for (uint64_t other = 4; other <= size; ++other) {
      EXPECT_EQ(Verdict(Proof(Tree(3, size, "a"), Tree(3, other, "b"))), "proved")
          << size << " and " << other;
    }
  }
}

TEST_F(Fork, OneHistoryIsNone) {
  for (uint64_t size = 1; size <= 9; ++size) {
    for (uint64_t other = 1; other <= size; ++other) {
      EXPECT_EQ(Verdict(Proof(Tree(9, size, "a"), Tree(9, other, "b"))), "MALFORMED");
    }
  }
}

// Nobody but its own node can bring an organisation into this.
TEST_F(Fork, WhatTheNodeDidNotSignProvesNothing) {
  const v1::ForkProof good = Proof(Tree(3, 8, "a"), Tree(3, 5, "b"));
  ASSERT_EQ(Verdict(good), "proved");
  const auto other_key = crypto::SigningKey::Generate(crypto::SystemRandom());
  const crypto::MerkleTree forged = Tree(3, 5, "c");
  v1::ForkProof bad = good;
  bad.set_shorter(crypto::SignCheckpoint({LogOrigin(org_), 5, forged.Root()}, other_key));
  EXPECT_EQ(Verdict(bad), "BAD_SIGNATURE");
  bad = good;
  bad.set_shorter(crypto::SignCheckpoint({LogOrigin(OrgId()), 5, forged.Root()}, key_));
  EXPECT_EQ(Verdict(bad), "MALFORMED");
  // A root that the longer log never had.
  bad = good;
  bad.set_root(forged.Root().ToBytes());
  EXPECT_EQ(Verdict(bad), "MALFORMED");
  bad = good;
  bad.mutable_consistency()->RemoveLast();
  EXPECT_EQ(Verdict(bad), "MALFORMED");
  bad = good;
  bad.mutable_longer()->swap(*bad.mutable_shorter());
  EXPECT_EQ(Verdict(bad), "MALFORMED");
  EXPECT_NE(Verdict(v1::ForkProof()), "proved");
}

TEST_F(Fork, ALongerNoteThanWhatIsHeldProvesNothingYet) {
  const crypto::MerkleTree held = Tree(3, 5, "a"), other = Tree(3, 8, "b");
  EXPECT_FALSE(MakeForkProof(held, Note(held), Note(other), other.size()).ok());
  EXPECT_FALSE(MakeForkProof(held, Note(held), Note(other), 0).ok());
}

}  // namespace
}  // namespace commons::governance
