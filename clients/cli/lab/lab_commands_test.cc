#include "clients/cli/lab/lab_commands.h"

#include "clients/cli/commands.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

// The exit code, and what was said on stderr.
std::pair<int, std::string> RunCli(std::vector<std::string> words) {
  Cli cli;
  RegisterLabCommands(cli);
  RegisterDocCommands(cli);
  std::vector<char*> argv;
  words.insert(words.begin(), "commons");
  for (std::string& word : words) argv.push_back(word.data());
  testing::internal::CaptureStderr();
  const int code = cli.Run(static_cast<int>(argv.size()), argv.data());
  return {code, testing::internal::GetCapturedStderr()};
}

TEST(Cli, AMistypedCommandIsToldTheNearest) {
  EXPECT_EQ(RunCli({"lab", "satus", "--dir", "x"}),
            std::pair(2, std::string("commons: there is no command 'satus' under commons lab; the "
                                     "nearest is 'status', see commons lab --help\n")));
  EXPECT_THAT(RunCli({"lba", "status"}).second, testing::HasSubstr("'lab'"));
  EXPECT_EQ(RunCli({"lab"}).first, 2);
}

TEST(Cli, WordsAfterACommandAreItsOwn) {
  const auto [code, said] = RunCli({"lab", "stop", "satus", "--dir", "/nonexistent"});
  EXPECT_EQ(code, 2);
  EXPECT_THAT(said, testing::HasSubstr("holds no lab"));
}

}  // namespace
}  // namespace commons::clients
