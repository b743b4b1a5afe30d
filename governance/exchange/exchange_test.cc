#include "governance/exchange/exchange.h"

#include "governance/document/refusal.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

class Exchange : public testing::Test {
 protected:
  Exchange() : c({}) {
    c.Open();
    for (const auto& entry : c.logs[c.orgs[0].id].entries) {
      entries.push_back(entry.document->envelope);
    }
    node_key = c.orgs[0].node->public_key().ToBytes();
  }
  // The page [from, to) with a right checkpoint.
  v1::LogPage Page(size_t from, size_t to) {
    v1::LogPage page;
    page.set_org_id(c.orgs[0].id.ToBytes());
    page.set_from(from);
    crypto::MerkleTree tree;
    for (size_t i = 0; i < to; ++i) {
      tree.Append(LogLeaf(entries[i]));
      if (i >= from) *page.add_entries() = entries[i];
    }
    page.set_checkpoint(
        crypto::SignCheckpoint({LogOrigin(c.orgs[0].id), to, tree.Root()}, *c.orgs[0].node));
    EXPECT_TRUE(AddConsistencyProof(tree, page).ok());
    return page;
  }
  std::string Refusal(const v1::LogPage& page, crypto::MerkleTree& tree) {
    const uint64_t size = tree.size();
    const Hash32 root = tree.Root();
    const absl::Status status = AcceptPage(page, tree, &node_key);
    if (status.ok()) return "accepted";
    EXPECT_EQ(tree.size(), size);  // a refused page leaves no trace
    EXPECT_EQ(tree.Root(), root);
    return std::string(ReasonName(ReasonOf(status)));
  }
  TestCommons c;
  std::vector<v1::Envelope> entries;
  std::string node_key;
};

TEST_F(Exchange, PagesInOrderExtendTheTree) {
  crypto::MerkleTree tree;
  ASSERT_TRUE(AcceptPage(Page(0, 2), tree, nullptr).ok());
  ASSERT_TRUE(AcceptPage(Page(2, entries.size()), tree, &node_key).ok());
  EXPECT_EQ(tree.size(), entries.size());
}

TEST_F(Exchange, SignaturesThatComeLaterChangeNoRoot) {
  v1::LogPage page = Page(0, entries.size());
  page.mutable_entries(1)->clear_signatures();
  crypto::MerkleTree tree;
  EXPECT_EQ(Refusal(page, tree), "accepted");
}

TEST_F(Exchange, PagesThatDoNotFitAreRefused) {
  crypto::MerkleTree empty, two;
  ASSERT_TRUE(AcceptPage(Page(0, 2), two, nullptr).ok());
  EXPECT_EQ(Refusal(Page(1, 3), two), "OUT_OF_ORDER");
  EXPECT_EQ(Refusal(Page(2, 3), empty), "OUT_OF_ORDER");
  EXPECT_EQ(Refusal(v1::LogPage(), empty), "MALFORMED");
  v1::LogPage none = Page(0, 2);
  none.clear_entries();
  EXPECT_EQ(Refusal(none, empty), "MALFORMED");
  v1::LogPage huge = Page(0, 2);
  huge.set_from(UINT64_MAX);
  EXPECT_EQ(Refusal(huge, empty), "MALFORMED");
  v1::LogPage short_page = Page(0, 3);
  short_page.mutable_entries()->RemoveLast();
  EXPECT_EQ(Refusal(short_page, empty), "MALFORMED");
}

// Whoever handed the page on changed it: its organisation's log is in order.
TEST_F(Exchange, OtherEntriesThanTheSignedOnesAreRefused) {
  crypto::MerkleTree empty, two;
  ASSERT_TRUE(AcceptPage(Page(0, 2), two, nullptr).ok());
  v1::LogPage swapped = Page(2, 4);
  swapped.mutable_entries()->SwapElements(0, 1);
  EXPECT_EQ(Refusal(swapped, two), "MALFORMED");
  swapped = Page(0, 4);
  swapped.mutable_entries()->SwapElements(2, 3);
  EXPECT_EQ(Refusal(swapped, empty), "MALFORMED");
}

TEST_F(Exchange, AnotherHistoryConflicts) {
  crypto::MerkleTree three;
  ASSERT_TRUE(AcceptPage(Page(0, 3), three, nullptr).ok());
  std::swap(entries[1], entries[2]);  // signed by the right key, over a rewritten past
  EXPECT_EQ(Refusal(Page(3, 4), three), "CONFLICTING_LOG");
}

TEST_F(Exchange, APageProvesThatItsLogExtendsTheOneHeld) {
  crypto::MerkleTree empty, three;
  ASSERT_TRUE(AcceptPage(Page(0, 3), three, nullptr).ok());
  const v1::LogPage right = Page(3, entries.size());
  ASSERT_GT(right.consistency_size(), 1);
  const auto refusal = [&](auto change) {
    v1::LogPage page = right;
    change(*page.mutable_consistency());
    return Refusal(page, three);
  };
  EXPECT_EQ(refusal([](auto& proof) { proof.Clear(); }), "CONFLICTING_LOG");
  EXPECT_EQ(refusal([](auto& proof) { proof.RemoveLast(); }), "CONFLICTING_LOG");
  EXPECT_EQ(refusal([](auto& proof) { *proof.Add() = proof.Get(0); }), "CONFLICTING_LOG");
  EXPECT_EQ(refusal([](auto& proof) { proof.Mutable(0)->at(5) ^= 1; }), "CONFLICTING_LOG");
  EXPECT_EQ(refusal([](auto& proof) { proof.Mutable(0)->pop_back(); }), "MALFORMED");
  EXPECT_EQ(refusal([](auto&) {}), "accepted");
  v1::LogPage first = Page(0, 2);
  first.add_consistency(std::string(32, 'x'));
  EXPECT_EQ(Refusal(first, empty), "CONFLICTING_LOG");
}

TEST_F(Exchange, CheckpointsOfOthersAreRefused) {
  crypto::MerkleTree tree, whole;
  for (const auto& entry : entries) whole.Append(LogLeaf(entry));
  const crypto::Checkpoint right{LogOrigin(c.orgs[0].id), entries.size(), whole.Root()};
  v1::LogPage page = Page(0, entries.size());
  page.set_checkpoint(crypto::SignCheckpoint(right, *c.orgs[1].node));
  EXPECT_EQ(Refusal(page, tree), "BAD_SIGNATURE");
  crypto::Checkpoint other = right;
  other.origin = LogOrigin(c.orgs[1].id);
  page.set_checkpoint(crypto::SignCheckpoint(other, *c.orgs[0].node));
  EXPECT_EQ(Refusal(page, tree), "MALFORMED");
  page.set_checkpoint("");
  EXPECT_EQ(Refusal(page, tree), "MALFORMED");
  page = Page(0, entries.size());
  page.set_org_id(c.orgs[1].id.ToBytes());  // not what entry 0 says
  EXPECT_EQ(Refusal(page, tree), "MALFORMED");
  ASSERT_TRUE(AcceptPage(Page(0, 2), tree, nullptr).ok());
  EXPECT_EQ(ReasonOf(AcceptPage(Page(2, 3), tree, nullptr)), v1::MALFORMED);
}

v1::LogHead Wire(const TestOrg& org, uint64_t size, const Hash32& root, uint64_t counter) {
  v1::LogHead head;
  head.set_org_id(org.id.ToBytes());
  head.set_size(size);
  if (size > 0) {
    head.set_checkpoint(crypto::SignCheckpoint({LogOrigin(org.id), size, root}, *org.node));
  }
  head.set_node_info_counter(counter);
  return head;
}

TEST_F(Exchange, HeadsFromTheWireAreBoundedAndMatchTheirCheckpoints) {
  google::protobuf::RepeatedPtrField<v1::LogHead> wire;
  const Hash32 root = crypto::Sha256("root");
  *wire.Add() = Wire(c.orgs[0], 7, root, 3);
  *wire.Add() = Wire(c.orgs[1], 0, Hash32(), 0);
  const auto heads = HeadsFromWire(wire);
  ASSERT_TRUE(heads.ok());
  EXPECT_EQ(heads->at(c.orgs[0].id).root, root);
  EXPECT_EQ(heads->at(c.orgs[0].id).size, 7u);
  const auto refused = [&](auto change) {
    auto bad = wire;
    change(bad);
    return ReasonOf(HeadsFromWire(bad).status()) == v1::MALFORMED;
  };
  EXPECT_TRUE(refused([](auto& w) { *w.Add() = w.Get(0); }));
  EXPECT_TRUE(refused([](auto& w) { w.Mutable(0)->set_size(8); }));
  EXPECT_TRUE(refused([](auto& w) { w.Mutable(0)->set_org_id("short"); }));
  EXPECT_TRUE(refused([](auto& w) { w.Mutable(0)->clear_checkpoint(); }));
  EXPECT_TRUE(refused([](auto& w) { w.Mutable(1)->set_checkpoint("x"); }));
  EXPECT_TRUE(refused([](auto& w) { w.Mutable(0)->set_size(UINT64_MAX); }));
  EXPECT_TRUE(refused([](auto& w) { w.Mutable(0)->set_sets_hash("short"); }));
  EXPECT_TRUE(refused([&](auto& w) { w.Mutable(0)->set_org_id(c.orgs[2].id.ToBytes()); }));
  EXPECT_TRUE(refused([](auto& w) {
    for (int i = 0; i < 300; ++i) w.Add();
  }));
}

std::string Shown(const std::vector<v1::Pull::Range>& ranges) {
  std::string out;
  for (const auto& r : ranges) {
    absl::StrAppend(&out, "[", r.from(), ",", r.to(), ")", r.sets() ? "+sets" : "");
  }
  return out;
}

TEST(Diff, ByTable) {
  const OrgId org = *OrgId::FromBytes(std::string(32, 'o'));
  const Hash32 a = crypto::Sha256("a"), b = crypto::Sha256("b");
  struct {
    Head mine, theirs;
    const char *pull, *push;
    bool forked;
  } cases[] = {
      {{5, a, "", 1}, {5, a, "", 1}, "", "", false},
      {{0, {}, "", 0}, {5, a, "", 1}, "[0,5)", "", false},
      {{5, a, "", 1}, {0, {}, "", 0}, "", "[0,5)", false},
      {{3, a, "", 1}, {5, b, "", 1}, "[3,5)", "", false},
      {{5, a, "", 1}, {5, b, "", 1}, "", "", true},
      {{5, a, "", 1}, {5, a, "", 2}, "[5,0)", "", false},
      {{5, a, "", 2}, {5, a, "", 1}, "", "[5,0)", false},
      {{3, a, "", 2}, {5, b, "", 1}, "[3,5)", "[5,0)", false},
      // Which of two sets has more is not to be seen: each side gets the other's.
      {{5, a, "", 1, false, "x"}, {5, a, "", 1, false, "x"}, "", "", false},
      {{5, a, "", 1}, {5, a, "", 1, false, "x"}, "[5,0)+sets", "", false},
      {{5, a, "", 1, false, "x"}, {5, a, "", 1}, "", "[5,0)+sets", false},
      {{5, a, "", 1, false, "x"}, {5, a, "", 1, false, "y"}, "[5,0)+sets", "[5,0)+sets", false},
      {{3, a, "", 1, false, "x"}, {5, b, "", 1, false, "y"}, "[3,5)+sets", "[5,0)+sets", false},
      {{5, a, "", 1, false, "x"}, {5, b, "", 1, false, "y"}, "[5,0)+sets", "[5,0)+sets", true},
  };
  for (const auto& t : cases) {
    const ExchangeDiff diff = Diff({{org, t.mine}}, {{org, t.theirs}});
    EXPECT_EQ(Shown(diff.pull), t.pull);
    EXPECT_EQ(Shown(diff.push), t.push);
    EXPECT_EQ(diff.forked.size(), t.forked ? 1u : 0u);
    const ExchangeDiff mirrored = Diff({{org, t.theirs}}, {{org, t.mine}});
    EXPECT_EQ(Shown(mirrored.pull), t.push);
    EXPECT_EQ(Shown(mirrored.push), t.pull);
  }
  EXPECT_EQ(Shown(Diff({}, {{org, {5, a, "", 1}}}).pull), "[0,5)");
}

// Seen to be handed on only with entries that whoever lacks it refuses.
TEST(Diff, ProofOfTwoHistoriesGoesFirst) {
  const OrgId org = *OrgId::FromBytes(std::string(32, 'o'));
  const Hash32 a = crypto::Sha256("a"), b = crypto::Sha256("b");
  for (const uint64_t size : {3, 5, 7}) {
    const Heads without = {{org, {5, a, "", 1}}}, with = {{org, {size, b, "", 1, true}}};
    EXPECT_EQ(Shown(Diff(without, with).pull), "[5,0)") << size;
    EXPECT_EQ(Shown(Diff(with, without).push), "[5,0)") << size;
  }
}

TEST(HashOfHeads, ChangesWithEveryField) {
  const OrgId org = *OrgId::FromBytes(std::string(32, 'o'));
  const Heads base = {{org, {5, crypto::Sha256("a"), "note", 1}}};
  Heads size = base, root = base, counter = base, more = base, forked = base;
  size[org].size = 6;
  root[org].root = crypto::Sha256("b");
  counter[org].node_info_counter = 2;
  forked[org].forked = true;
  more[OrgId()] = {};
  std::set<Hash32> hashes;
  for (const Heads& heads : {base, size, root, counter, more, forked})
    hashes.insert(HashOfHeads(heads));
  EXPECT_EQ(hashes.size(), 6u);
}

// Nodes of the version before hash what they hold as they did.
TEST(HashOfHeads, KnowsOfSetsWhereThereAreAny) {
  const OrgId org = *OrgId::FromBytes(std::string(32, 'o'));
  const Head head{5, crypto::Sha256("a"), "", 1};
  Head with = head, other = head;
  with.sets_hash = std::string(32, 'x');
  other.sets_hash = std::string(32, 'y');
  EXPECT_NE(HashOfHeads({{org, head}}), HashOfHeads({{org, with}}));
  EXPECT_NE(HashOfHeads({{org, with}}), HashOfHeads({{org, other}}));
  crypto::FieldHasher before("commons/heads/1");
  before.Add(org).AddU64(5).Add(head.root).AddU64(1);
  EXPECT_EQ(HashOfHeads({{org, head}}), before.Finish());
}

}  // namespace
}  // namespace commons::governance
