// Pages from peers, honest and not, and what they may cost.
#include "node/documents/page_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>

#include "node/documents/federation_for_test.h"

namespace commons::node {
namespace {

using governance::ReasonOf;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(PageIntake, ThatDoNotProveThemselvesAreLeftOut) {
  Pair all;
  const auto refused = [&](const v1::LogPage& page) {
    const auto accepted = all.a.Accept({page});
    EXPECT_FALSE(accepted.changed);
    return accepted.problems;
  };
  EXPECT_THAT(refused(all.stranger.PageOf(all.stranger.id, 0)), ElementsAre(v1::UNKNOWN_ISSUER))
      << "however well signed";
  const uint64_t size = all.a.SizeOf(all.b.id);
  v1::LogPage page;
  page.set_org_id(all.b.id.ToBytes());
  page.set_from(size);
  *page.add_entries() = all.b.ApprovalOf(all.commons, 2, DocId());
  page.set_checkpoint(all.a.book->snapshot()->heads.at(all.b.id).checkpoint);
  EXPECT_THAT(refused(page), ElementsAre(v1::MALFORMED)) << "a checkpoint that does not cover it";
  EXPECT_EQ(all.a.SizeOf(all.b.id), size);
}

// The root of a log covers no signatures.
TEST(PageIntake, SignaturesThatAPeerStrippedComeFromAnother) {
  Pair all;
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  v1::LogPage page = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  page.mutable_entries(0)->clear_signatures();
  const auto accepted = all.a.Accept({page});
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, ElementsAre(v1::UNDER_SIGNED));

  all.Settle();
  ASSERT_NE(all.a.reg().OwnerPolicies(all.b.id, "covid"), nullptr);
  EXPECT_EQ(all.a.reg().head(), all.b.reg().head());
}

TEST(PageIntake, AnOrganisationsLogHoldsSoManyBytesAndNoMore) {
  Pair all;
  absl::Status own;
  int taken = 0;
  while (own.ok() && taken <= 100) own = all.b.book->SubmitOwn(all.b.LargeProject(taken++));
  EXPECT_EQ(ReasonOf(own), v1::MESSAGE_TOO_LARGE) << own;
  all.Settle();
  EXPECT_EQ(all.a.SizeOf(all.b.id), all.b.SizeOf(all.b.id)) << "all that b could write";
  const auto accepted = all.a.Accept({all.b.PageBehindOwnLog({all.b.LargeProject(taken)})});
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, ElementsAre(v1::MESSAGE_TOO_LARGE));
}

TEST(PageIntake, OneFoldForAllPagesInWhateverOrder) {
  Three all;
  for (const char* dataset : {"covid", "hlfs", "census"}) {
    for (TestOrg* org : {&all.b, &all.c}) {
      ASSERT_TRUE(org->book->SubmitOwn(org->Policy(dataset)).ok());
    }
  }
  const v1::LogPage of_b = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  const v1::LogPage of_c = all.c.PageOf(all.c.id, all.a.SizeOf(all.c.id));
  ASSERT_EQ(of_b.entries_size(), 3);
  int folds = 0;
  const auto counting = [&](Work work, uint64_t) {
    folds += work == Work::kFolded;
    return absl::OkStatus();
  };
  const auto accepted = all.a.Accept({of_c, of_b, of_c, of_b}, counting);
  EXPECT_TRUE(accepted.changed);
  EXPECT_THAT(accepted.problems, IsEmpty());
  EXPECT_EQ(folds, 1);
  EXPECT_FALSE(all.a.Accept({of_c, of_b}, counting).changed);
  EXPECT_EQ(folds, 1) << "nothing new, nothing to fold";
  EXPECT_EQ(all.a.reg().OwnerPolicies(all.c.id, "census")->versions.size(), 1u);
}

TEST(PageIntake, NothingIsTakenThatMayNotBeFolded) {
  Three all;
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  const uint64_t size = all.a.SizeOf(all.b.id);
  const v1::LogPage page = all.b.PageOf(all.b.id, size);
  const auto accepted = all.a.Accept({page}, [](Work work, uint64_t) {
    return work == Work::kFolded ? governance::Refuse(v1::BUSY, "later") : absl::OkStatus();
  });
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, ElementsAre(v1::BUSY));
  EXPECT_EQ(all.a.SizeOf(all.b.id), size);
  EXPECT_TRUE(all.a.Accept({page}).changed);
}

TEST(PageIntake, TheLogsAreFreeWhileSignaturesAreVerified) {
  Three all;
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  int free = 0;
  const auto accepted =
      all.a.Accept({all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id))}, [&](Work work, uint64_t) {
        if (work == Work::kFolded) return absl::OkStatus();
        auto read = std::async(std::launch::async, [&] { return all.a.book->Documents({}, 0); });
        if (read.wait_for(std::chrono::seconds(20)) != std::future_status::ready) std::abort();
        ++free;
        return absl::OkStatus();
      });
  EXPECT_TRUE(accepted.changed);
  EXPECT_GT(free, 0);
}

TEST(PageIntake, MorePagesThanMembersAreNotLookedAt) {
  Pair all;
  google::protobuf::RepeatedPtrField<v1::LogPage> pages;
  for (size_t i = 0; i <= limits::kMembers; ++i) pages.Add();
  int spent = 0;
  const auto counting = [&](Work, uint64_t) {
    ++spent;
    return absl::OkStatus();
  };
  std::vector<absl::Status> problems;
  EXPECT_EQ(ReasonOf(all.a.intake->Accept(pages, counting, &problems).status()), v1::MALFORMED);
  EXPECT_EQ(spent, 0);
  EXPECT_THAT(problems, IsEmpty());
}

// Nobody is told of what was not new, nor before it can be seen.
TEST(PageIntake, TheListenerHearsOnceOfAllThatIsNew) {
  Three all;
  ASSERT_TRUE(all.b.book->SubmitOwn(all.b.Policy("covid")).ok());
  ASSERT_TRUE(all.c.book->SubmitOwn(all.c.Policy("covid")).ok());
  const v1::LogPage of_b = all.b.PageOf(all.b.id, all.a.SizeOf(all.b.id));
  const v1::LogPage of_c = all.c.PageOf(all.c.id, all.a.SizeOf(all.c.id));
  int told = 0;
  all.a.book->OnChange([&] {
    ++told;
    EXPECT_NE(all.a.reg().OwnerPolicies(all.b.id, "covid"), nullptr);
    EXPECT_NE(all.a.reg().OwnerPolicies(all.c.id, "covid"), nullptr);
  });
  EXPECT_TRUE(all.a.Accept({of_b, of_c}).changed);
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(all.a.Accept({of_b, of_c}).changed);
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace commons::node
