#include "governance/register/stop_words.h"

#include <set>

#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(StopWords, EveryReasonHasWordsAndACodeOfItsOwn) {
  std::set<absl::string_view> words, codes;
  const auto* reasons = v1::StopReason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::StopReason>(reasons->value(i)->number());
    EXPECT_TRUE(words.insert(StopReasonWords(reason)).second) << reasons->value(i)->name();
    EXPECT_TRUE(codes.insert(StopReasonCode(reason)).second) << reasons->value(i)->name();
    EXPECT_EQ(StopReasonOf(StopReasonCode(reason)), reason);
  }
  EXPECT_EQ(StopReasonOf("anything"), v1::STOP_REASON_UNSPECIFIED);
}

// Names come from outside.
TEST(StopWords, ShowsNamesInOneLine) {
  v1::Scope scope;
  scope.set_dataset("a\x1b[2Jb");
  EXPECT_EQ(ScopeWords(scope, nullptr).find('\x1b'), std::string::npos);
  scope.set_requester(std::string(32, 'r'));
  EXPECT_EQ(ScopeWords(scope, nullptr).substr(0, 13), "questions of ");
  EXPECT_EQ(ScopeWords(v1::Scope(), nullptr), "nothing");
}

}  // namespace
}  // namespace commons::governance
