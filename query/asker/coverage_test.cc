#include "query/asker/coverage.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;

constexpr char kCount[] = "SELECT COUNT(*) FROM visits";

size_t Told(const google::protobuf::RepeatedPtrField<std::string>& sentences,
            const std::string& sentence) {
  return std::count(sentences.begin(), sentences.end(), sentence);
}

TEST(Coverage, WhoLeftOutMoreThanIsUsualIsNamedBeforeAndAfter) {
  Federation f;
  f.SetNotice(0, 1, /*left_out_percent=*/3);
  f.SetNotice(1, 1, /*left_out_percent=*/2);
  const std::string sentence =
      absl::StrCat("1 of ", f.nodes.size(), " members left out more than 2 % of their rows: ",
                   f.reg()->FindMember(f.nodes[0]->org)->name, " (at most 3 %).");
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.refusal().ShortDebugString();
  EXPECT_EQ(Told(answer.caveats(), sentence), 1u) << answer.ShortDebugString();
  const v1::ExplainReply explained = f.nodes[1]->asker->Explain(f.Request(kCount));
  EXPECT_EQ(Told(explained.notes(), sentence), 1u) << explained.ShortDebugString();
}

TEST(Coverage, NothingIsSaidOfWhatIsUsualOrOfWhoDoesNotAnswer) {
  Federation f;
  f.SetNotice(0, 1, /*left_out_percent=*/2);
  f.SetNotice(1, 1, /*left_out_percent=*/50);
  EXPECT_EQ(LeftOutSentence(*f.reg(), "visits", {f.nodes[0]->org}), "");
  EXPECT_NE(LeftOutSentence(*f.reg(), "visits", {f.nodes[1]->org}), "");
  EXPECT_EQ(LeftOutSentence(*f.reg(), "other", {f.nodes[1]->org}), "");
}

}  // namespace
}  // namespace commons::query
