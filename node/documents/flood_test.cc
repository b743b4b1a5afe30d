// What was stopped reaches everybody at once, and whoever is away costs the others nothing.
#include "node/documents/flood.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "governance/testing/stops_for_test.h"
#include "node/documents/federation_for_test.h"

namespace commons::node {
namespace {

using governance::ScopeOfAll;
using governance::StopMaker;

bool Soon(const std::function<bool()>& done) {
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!done() && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
  return done();
}
size_t FrozenAt(const TestOrg& node, const OrgId& org) {
  return node.reg().StopsOf(org)->freezes.size();
}

// A flood at a node of a federation.
struct At {
  At(TestOrg& node, std::function<bool(const OrgId&)> reachable)
      : org(node), flood(&node.book->snapshots(), node.exchange.get(), std::move(reachable)) {
    node.book->OnNewSets([this](const OrgId& issuer, const std::vector<DocumentPtr>& documents) {
      told += documents.size();
      flood.Add(issuer, documents);
    });
    flood.Start();
  }
  ~At() { org.book->OnNewSets(nullptr); }
  TestOrg& org;
  std::atomic<size_t> told = 0;
  Flood flood;
};

TEST(Flood, TellsEverybodyAndEachTellsOnce) {
  Three all;
  const auto everybody = [](const OrgId&) { return true; };
  At a(all.a, everybody), b(all.b, everybody), c(all.c, everybody);
  const StopMaker make{all.commons, crypto::SystemRandom(), all.clock.Now()};
  ASSERT_TRUE(
      all.a.book->SubmitOwn(make.Freeze(all.a.id, ScopeOfAll(), {all.a.guardian.get()})).ok());
  EXPECT_TRUE(
      Soon([&] { return FrozenAt(all.b, all.a.id) == 1 && FrozenAt(all.c, all.a.id) == 1; }));
  a.flood.Stop(), b.flood.Stop(), c.flood.Stop();
  EXPECT_EQ(a.told + b.told + c.told, 3u);
}

TEST(Flood, WhoWasNotThereIsTriedLast) {
  Three all;
  const auto only_b = [&](const OrgId& org) { return org == all.b.id; };
  At a(all.a, only_b);
  all.c.Close();  // whoever calls it learns that it is away
  const StopMaker make{all.commons, crypto::SystemRandom(), all.clock.Now()};
  ASSERT_TRUE(
      all.a.book->SubmitOwn(make.Freeze(all.a.id, ScopeOfAll(), {all.a.guardian.get()})).ok());
  EXPECT_TRUE(Soon([&] { return FrozenAt(all.b, all.a.id) == 1; }));
  a.flood.Stop();
  a.flood.Stop();  // again is harmless
  all.c.Open();
  all.Settle();
  EXPECT_EQ(FrozenAt(all.c, all.a.id), 1u);
}

// Whoever is away waits while there is more to say to those who are there.
TEST(Flood, WhatCameMeanwhileGoesFirst) {
  Three all;
  const StopMaker make{all.commons, crypto::SystemRandom(), all.clock.Now()};
  const auto freeze = [&] { return make.Freeze(all.a.id, ScopeOfAll(), {all.a.guardian.get()}); };
  At a(all.a, [&](const OrgId& org) { return org == all.b.id; });
  std::atomic<size_t> told_b = 0;
  const v1::Envelope second = freeze();
  all.b.book->OnNewSets([&](const OrgId&, const std::vector<DocumentPtr>&) {
    const bool first = told_b++ == 0;
    EXPECT_TRUE(!first || all.a.book->SubmitOwn(second).ok());
  });
  ASSERT_TRUE(all.a.book->SubmitOwn(freeze()).ok());
  ASSERT_TRUE(Soon([&] { return FrozenAt(all.c, all.a.id) > 0; }));
  a.flood.Stop();
  EXPECT_EQ(told_b, 2u) << "both, before the one who was away had any";
  EXPECT_EQ(FrozenAt(all.c, all.a.id), 1u);
  EXPECT_TRUE(all.c.book->OpenedLog(all.a.id)->sets->contains(governance::IdOf(second)));
  all.b.book->OnNewSets(nullptr);
  all.Settle();
  EXPECT_EQ(FrozenAt(all.c, all.a.id), 2u) << "the other one with the next comparison";
}

}  // namespace
}  // namespace commons::node
