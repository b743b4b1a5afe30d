#include "node/machine/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace commons::node {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kMinimal[] = "name = \"auckland\"\nlisten = \"127.0.0.1:7000\"\n";

std::string ErrorOf(absl::string_view text) {
  return std::string(ParseConfig(text, "node.toml").status().message());
}

TEST(Config, MinimalFileGetsTheDocumentedDefaults) {
  auto config = ParseConfig(kMinimal, "node.toml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->name, "auckland");
  EXPECT_EQ(config->sync_interval, absl::Seconds(5));
  EXPECT_EQ(config->cache_bytes, size_t{64} << 20);
  EXPECT_EQ(config->log_level, "info");
  EXPECT_EQ(config->http_proxy, "");
  EXPECT_TRUE(config->endpoints.empty());
}

TEST(Config, EveryKeyIsRead) {
  auto config = ParseConfig(R"(
name = "te-whare"
listen = "[::1]:0"
endpoints = ["node.example.nz:7000", "10.0.0.1:7000"]
contact = "Pātai: data@example.nz"
sync_interval_ms = 250
cache_mib = 8
log_level = "debug"
http_proxy = "http://proxy.example.nz:3128"
)",
                            "node.toml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->endpoints, ElementsAre("node.example.nz:7000", "10.0.0.1:7000"));
  EXPECT_EQ(config->contact, "Pātai: data@example.nz");
  EXPECT_EQ(config->sync_interval, absl::Milliseconds(250));
  EXPECT_EQ(config->cache_bytes, size_t{8} << 20);
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_EQ(config->http_proxy, "http://proxy.example.nz:3128");
}

TEST(Config, UnknownKeyIsRefusedWithLineAndNearest) {
  EXPECT_EQ(ErrorOf(absl::StrCat(kMinimal, "\nsync_intervall_ms = 5\n")),
            "node.toml:4: unknown key \"sync_intervall_ms\"; did you mean \"sync_interval_ms\"?");
  EXPECT_THAT(ErrorOf(absl::StrCat(kMinimal, "[section]\nx = 1\n")), HasSubstr("node.toml:3:"));
}

TEST(Config, WrongValuesNameLineAndWhatToDo) {
  const std::pair<std::string, std::string> cases[] = {
      {"cache_mib = \"64\"", "node.toml:3: cache_mib: is not a whole number"},
      {"cache_mib = -1", "node.toml:3: cache_mib"},
      {"sync_interval_ms = 1", "node.toml:3: sync_interval_ms"},
      {"contact = 5", "node.toml:3: contact: is not a text"},
      {"contact = \"\\u001b[2J\"", "node.toml:3: contact: holds a control character"},
      {"endpoints = \"a:1\"", "node.toml:3: endpoints: is not a list"},
      {"endpoints = [1]", "node.toml:3: endpoints"},
      {"endpoints = [\"host:0\"]", "node.toml:3: endpoints: port 0"},
      {"log_level = \"loud\"", "choose one of debug, info, warning, error"},
      {"contact = \"unfinished", "node.toml:3:"},
      {"name = \"twice\"", "node.toml:3:"},
  };
  for (const auto& [line, expected] : cases) {
    EXPECT_THAT(ErrorOf(absl::StrCat(kMinimal, line, "\n")), HasSubstr(expected)) << line;
  }
}

TEST(Config, NameAndListenAreNeeded) {
  EXPECT_THAT(ErrorOf("listen = \"127.0.0.1:1\""), HasSubstr("name: is missing"));
  EXPECT_THAT(ErrorOf("name = \"a/b\""), HasSubstr("name: is not a short name"));
  EXPECT_THAT(ErrorOf("name = \"a\""), HasSubstr("listen: \"\" is not host:port"));
  EXPECT_THAT(ErrorOf("name = \"Waikato/DHB\"\nlisten = \"a:1\""), HasSubstr("node.toml:1: name"));
}

TEST(Config, MissingFileSaysSo) {
  const absl::Status status = LoadConfig("/nonexistent/node.toml").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("commons node init"));
}

TEST(Config, AFileThatMayNotBeReadIsNotSaidToBeMissing) {
  // A name in a file that is no directory fails for root too.
  const absl::Status status = LoadConfig("/proc/self/stat/node.toml").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("Not a directory"));
  EXPECT_THAT(status.message(), testing::Not(HasSubstr("node init")));
}

}  // namespace
}  // namespace commons::node
