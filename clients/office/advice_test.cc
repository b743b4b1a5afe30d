#include "clients/office/advice.h"

#include "gtest/gtest.h"

namespace commons::clients {
namespace {

TEST(ForDirectory, NamesItAfterEveryCommandThatWorksOnOne) {
  EXPECT_EQ(ForDirectory("say yes: commons doc approve 12ab, or no: the same with --no", "/n"),
            "say yes: commons doc approve --dir /n 12ab, or no: the same with --no");
  EXPECT_EQ(ForDirectory("commons doc propose --suspend A; then: commons doc propose", "n"),
            "commons doc propose --dir n --suspend A; then: commons doc propose --dir n");
  EXPECT_EQ(ForDirectory("commons doc new objection, with card = 12", "n"),
            "commons doc new objection --dir n, with card = 12");
  EXPECT_EQ(ForDirectory("sign one: commons dataset notice --dataset cases", "n"),
            "sign one: commons dataset notice --dir n --dataset cases");
}

TEST(ForDirectory, LeavesOtherWordsAsTheyAre) {
  for (const char* words : {"", "wait, or look at: commons peers", "commons doc new --dir x",
                            "ask its people what happened", "commons"}) {
    EXPECT_EQ(ForDirectory(words, "n"), words);
  }
}

}  // namespace
}  // namespace commons::clients
