#include "governance/document/quorum.h"

#include <functional>

#include "base/limits.h"
#include "governance/document/document.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

void AddKey(v1::Quorum& q, const crypto::SigningKey& key) {
  q.add_members()->set_key(key.public_key().ToBytes());
}

TEST(Quorum, TwoOfBoardAndOneOfKaumatua) {
  SeededRandom random("quorum");
  std::vector<crypto::SigningKey> keys;
  for (int i = 0; i < 5; ++i) keys.push_back(crypto::SigningKey::Generate(random));
  v1::Quorum q;
  q.set_k(2);
  v1::Quorum& board = *q.add_members()->mutable_group();
  board.set_name("board");
  board.set_k(2);
  for (int i = 0; i < 3; ++i) AddKey(board, keys[i]);
  v1::Quorum& kaumatua = *q.add_members()->mutable_group();
  kaumatua.set_name("kaumatua");
  kaumatua.set_k(1);
  for (int i = 3; i < 5; ++i) AddKey(kaumatua, keys[i]);
  ASSERT_TRUE(ValidateQuorum(q).ok());
  for (int mask = 0; mask < 32; ++mask) {  // every set of signers against the plain sentence
    std::set<PublicKey> signers;
    for (int i = 0; i < 5; ++i) {
      if (mask >> i & 1) signers.insert(keys[i].public_key());
    }
    const int on_board = (mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1);
    EXPECT_EQ(Satisfies(q, signers), on_board >= 2 && (mask >> 3) != 0) << mask;
  }
}

// One key, and groups around it until it lies at `depth`.
v1::Quorum Nested(const crypto::SigningKey& key, size_t depth) {
  v1::Quorum q;
  q.set_k(1);
  AddKey(q, key);
  for (size_t level = depth; level > 1; --level) {
    q.set_name(absl::StrCat("level-", level));
    v1::Quorum outer;
    outer.set_k(1);
    *outer.add_members()->mutable_group() = q;
    q = outer;
  }
  return q;
}

TEST(Quorum, IsNestedToAnEnd) {
  SeededRandom random("quorum depth");
  const auto key = crypto::SigningKey::Generate(random);
  const v1::Quorum deep = Nested(key, limits::kQuorumDepth);
  EXPECT_EQ(Told(ValidateQuorum(deep)), "OK");
  EXPECT_TRUE(Satisfies(deep, {key.public_key()}));
  const v1::Quorum deeper = Nested(key, limits::kQuorumDepth + 1);
  EXPECT_EQ(Told(ValidateQuorum(deeper)), "MALFORMED: a threshold is nested too deeply");
  EXPECT_FALSE(Satisfies(deeper, {key.public_key()}));  // nor do its signatures count
}

TEST(Quorum, RefusesEachFaultByName) {
  SeededRandom random("quorum faults");
  const auto first = crypto::SigningKey::Generate(random);
  v1::Quorum q;
  q.set_k(2);
  AddKey(q, first);
  for (const char* name : {"board", "elders"}) {
    v1::Quorum& group = *q.add_members()->mutable_group();
    group.set_name(name);
    group.set_k(1);
    AddKey(group, crypto::SigningKey::Generate(random));
  }
  const struct {
    std::function<void(v1::Quorum&)> change;
    const char* told;
  } cases[] = {
      {[](auto&) {}, "OK"},
      {[](auto& b) { b.set_k(0); }, "MALFORMED: a threshold asks for 0 of 3"},
      {[](auto& b) { b.set_k(4); }, "MALFORMED: a threshold asks for 4 of 3"},
      {[](auto& b) { b.mutable_members(1)->mutable_group()->set_k(2); },
       "MALFORMED: a threshold asks for 2 of 1"},
      {[&](auto& b) { AddKey(b, first); }, "MALFORMED: a threshold names a key twice"},
      {[&](auto& b) { AddKey(*b.mutable_members(2)->mutable_group(), first); },
       "MALFORMED: a threshold names a key twice"},
      {[](auto& b) { b.add_members(); },
       "MALFORMED: a threshold has a member that is neither a key nor a group"},
      {[](auto& b) { b.mutable_members(2)->mutable_group()->set_name("board"); },
       "MALFORMED: a threshold has two groups named 'board'"},
      {[](auto& b) { b.mutable_members(2)->mutable_group()->clear_name(); },
       "MALFORMED: a threshold has a group without a name"},
      {[](auto& b) { b.set_name(std::string(limits::kNameBytes + 1, 'n')); },
       "MALFORMED: a threshold has a name that is too long"},
      {[](auto& b) { b.add_members()->set_key(std::string(32, '\xff')); },
       "MALFORMED: a threshold has an invalid public key"},
      {[&](auto& b) {
         for (size_t i = 0; i < limits::kQuorumKeys; ++i) {
           AddKey(b, crypto::SigningKey::Generate(random));
         }
       },
       "MALFORMED: a threshold has too many keys"},
  };
  for (const auto& [change, told] : cases) {
    v1::Quorum changed = q;
    change(changed);
    EXPECT_EQ(Told(ValidateQuorum(changed)), told);
  }
}

TEST(Quorum, AKeyNamedTwiceCountsOnce) {
  SeededRandom random("quorum twice");
  const auto key = crypto::SigningKey::Generate(random);
  v1::Quorum q;
  q.set_k(2);
  AddKey(q, key);
  AddKey(q, key);
  EXPECT_FALSE(Satisfies(q, {key.public_key()}));
  q.set_k(0);
  EXPECT_FALSE(Satisfies(q, {key.public_key()}));
}

}  // namespace
}  // namespace commons::governance
