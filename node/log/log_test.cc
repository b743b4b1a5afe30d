#include "node/log/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace commons::node {
namespace {

TEST(Log, OneEventIsOneLineWhateverTheValueHolds) {
  EXPECT_EQ(FormatEvent("import", {{"dataset", "covid_cases"}, {"epoch", 3}}),
            "event=import dataset=covid_cases epoch=3");
  EXPECT_EQ(FormatEvent("peer", {{"name", "a\nlevel=error event=\"x\""}, {"empty", ""}}),
            "event=peer name=\"a\\nlevel=error event=\\\"x\\\"\" empty=\"\"");
  EXPECT_EQ(FormatEvent("peer", {{"name", "Whangārei"}}), "event=peer name=\"Whangārei\"");
}

TEST(Log, ApostrophesAreWrittenAsTheyAre) {
  EXPECT_EQ(FormatEvent("x", {{"reason", "can't \\'"}}), "event=x reason=\"can't \\\\'\"");
}

TEST(Log, LongValuesAreCut) {
  EXPECT_LT(FormatEvent("x", {{"v", std::string(100000, 'a')}}).size(), 1000u);
}

// Standard error is a pipe that nobody reads, until Read.
class UnreadLog : public testing::Test {
 protected:
  UnreadLog() {
    SetUpLog("info");
    EXPECT_EQ(pipe(ends_), 0);
    dup2(ends_[1], STDERR_FILENO);
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
  }
  ~UnreadLog() override {
    dup2(before_, STDERR_FILENO);
    for (const int fd : {ends_[0], ends_[1], before_}) close(fd);
  }
  std::string Read() const {
    std::string all;
    char bytes[65536];
    for (ssize_t n; (n = read(ends_[0], bytes, sizeof(bytes))) > 0;) all.append(bytes, n);
    return all;
  }

  const int before_ = dup(STDERR_FILENO);
  int ends_[2];
};

// Waited for ever, SIGTERM and the daily certificate with it.
TEST_F(UnreadLog, HoldsNobodyUpAndSaysLaterHowMuchIsMissing) {
  constexpr size_t kLines = 2000;  // of more than 128 bytes: more than a pipe takes
  for (size_t i = 0; i < kLines; ++i) LogInfo("filling", {{"v", std::string(128, 'a')}});
  const std::string first = Read();
  const size_t written = static_cast<size_t>(std::count(first.begin(), first.end(), '\n'));
  ASSERT_LT(written, kLines);
  EXPECT_EQ(first.back(), '\n');
  LogInfo("after");
  LogInfo("again");
  const std::string second = Read();
  const std::string told =
      "level=warning event=log_lines_dropped count=" + std::to_string(kLines - written) + "\ntime=";
  EXPECT_NE(second.find(told), std::string::npos) << second;
  EXPECT_NE(second.find("event=after\n"), std::string::npos) << second;
  EXPECT_NE(second.find("event=again\n"), std::string::npos) << second;
  EXPECT_EQ(second.rfind("dropped"), second.find("dropped")) << "once";
}

}  // namespace
}  // namespace commons::node
