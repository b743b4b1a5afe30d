#include "clients/office/founding.h"

#include "absl/time/clock.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

TEST(FoundingFile, AFounderNamedTwiceIsSaidByName) {
  const TempDir home;
  NodeInit init;
  init.name = "lakes";
  init.listen = "127.0.0.1:7400";
  init.practice = true;
  ASSERT_TRUE(InitNodeDir(home / "lakes", init, crypto::SystemRandom(), absl::Now()).ok());
  const std::string card = CardPath(home / "lakes");
  EXPECT_TRUE(FoundingFile({card}, {}).ok());
  const absl::Status status = FoundingFile({card, card}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("lakes is named twice"));
}

TEST(ReadPackage, NamesTheFileOnceAndAsItWasGiven) {
  const TempDir dir;
  for (const char* name : {"datapackage.json", "cases.json"}) {
    const std::string path = dir / name;
    ASSERT_TRUE(WriteFile(path, "{", 0600).ok());
    const std::string message(ReadPackage(path).status().message());
    EXPECT_EQ(message.find(path), 0u) << message;
    EXPECT_EQ(message.find("datapackage.json: ", path.size() + 2), std::string::npos) << message;
    ASSERT_TRUE(WriteFile(path, R"({"resources": [{"name": "a", "schema": {"fields": [{"name": "b",
        "type": "integer", "commons:role": "measure"}]}}]})",
                          0600)
                    .ok());
    const auto package = ReadPackage(path);
    ASSERT_TRUE(package.ok()) << package.status();
    EXPECT_THAT(package->warnings, testing::ElementsAre(testing::StartsWith(path + ": resources")));
  }
}

}  // namespace
}  // namespace commons::clients
