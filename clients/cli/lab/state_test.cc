#include "clients/cli/lab/state.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients::lab {
namespace {

using testing::HasSubstr;

TEST(LabState, ComesBackAsItWasSaved) {
  const TempDir dir;
  State state;
  state.dir = dir.path();
  state.dataset = "cases";
  state.project = "first";
  state.purpose = "planning";
  state.members = {{"ngāti-toa", 20001}, {"west-coast", 32767}};
  state.finished = true;
  ASSERT_TRUE(Save(state).ok());
  EXPECT_TRUE(HoldsLab(dir.path()));

  const auto loaded = Load(dir.path());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_TRUE(std::filesystem::equivalent(loaded->dir, dir.path()));
  EXPECT_EQ(loaded->dataset, "cases");
  EXPECT_EQ(loaded->project, "first");
  EXPECT_EQ(loaded->purpose, "planning");
  ASSERT_EQ(loaded->members.size(), 2u);
  EXPECT_EQ(loaded->members[0].name, "ngāti-toa");
  EXPECT_EQ(loaded->members[1].port, 32767);
  EXPECT_TRUE(LoadFinished(dir.path()).ok());
}

TEST(LabState, AHalfMadeLabCanOnlyBeTakenDown) {
  const TempDir dir;
  State state;
  state.dir = dir.path();
  ASSERT_TRUE(Save(state).ok());
  EXPECT_TRUE(Load(dir.path()).ok());
  const absl::Status status = LoadFinished(dir.path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("commons lab down --dir " + dir.path()));
}

TEST(LabState, AnUnknownMemberIsToldTheNearest) {
  State state;
  state.members = {{"auckland", 1}, {"wellington", 2}};
  EXPECT_EQ(state.Find("wellington")->port, 2);
  state.members.push_back({"Ng\u0101ti", 3});
  EXPECT_EQ(state.Find("Nga\u0304ti")->name, "Ng\u0101ti");
  EXPECT_THAT(state.Find("welington").status().message(), HasSubstr("'wellington'"));
  EXPECT_EQ(state.Find("welington").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(LabState, NoLabOrADamagedOneIsSaid) {
  const TempDir dir;
  EXPECT_FALSE(HoldsLab(dir.path()));
  EXPECT_THAT(Load(dir.path()).status().message(), HasSubstr("holds no lab"));
  for (const char* text : {"", "{", "[]", "{\"dataset\":1}", "{\"dataset\":\"a\"}",
                           "{\"dataset\":\"a\",\"project\":\"b\",\"purpose\":\"c\","
                           "\"finished\":true,"
                           "\"members\":[{\"member\":\"x\",\"port\":\"y\"}]}"}) {
    ASSERT_TRUE(WriteFile(dir / "lab.json", text, 0644).ok());
    EXPECT_THAT(Load(dir.path()).status().message(), HasSubstr("damaged")) << text;
  }
}

TEST(LabState, ALabOfAnotherFormatIsNamed) {
  TempDir dir;
  State state;
  state.dir = dir.path();
  state.finished = true;
  ASSERT_TRUE(Save(state).ok());
  std::string text = *ReadFile(dir / "lab.json", 1000);
  ASSERT_NE(text.find("\"format\": 1"), std::string::npos) << text;
  ASSERT_TRUE(WriteFile(dir / "lab.json",
                        absl::StrReplaceAll(text, {{"\"format\": 1", "\"format\": 2"}}), 0644)
                  .ok());
  EXPECT_EQ(
      Load(dir.path()).status().message(),
      absl::StrCat(dir / "lab.json",
                   ": a lab of format 2, and this version knows 1; use the version of commons "
                   "that made it"));
  // Those of before had no number.
  ASSERT_TRUE(
      WriteFile(dir / "lab.json", absl::StrReplaceAll(text, {{"\"format\": 1,", ""}}), 0644).ok());
  EXPECT_TRUE(Load(dir.path()).ok());
}

TEST(LabState, TheMembersOfADamagedOneAreFoundByTheirFolders) {
  const TempDir dir;
  EXPECT_THAT(Remains(dir.path()).members, testing::IsEmpty());
  for (const char* member : {"rata", "tui"}) {
    std::filesystem::create_directories(Remains(dir.path()).MemberDir(member));
  }
  std::vector<std::string> names;
  for (const Member& member : Remains(dir.path()).members) names.push_back(member.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("rata", "tui"));
}

// Listens on a loopback port until it goes.
class Listener {
 public:
  explicit Listener(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    listens_ = bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
               listen(fd_, 1) == 0;
  }
  ~Listener() { close(fd_); }
  bool listens() const { return listens_; }

 private:
  int fd_;
  bool listens_ = false;
};

TEST(FreePorts, AreDistinctAndOutsideTheEphemeralRange) {
  const auto ports = FreePorts(300);
  ASSERT_TRUE(ports.ok()) << ports.status();
  EXPECT_EQ(std::set<int>(ports->begin(), ports->end()).size(), 300u);
  for (const int port : *ports) {
    EXPECT_GE(port, 20000);
    EXPECT_LE(port, 32767);
  }
}

TEST(FreePorts, LeavesOutWhatIsTaken) {
  const int taken = FreePorts(1)->front();
  const Listener listener(taken);
  if (!listener.listens()) GTEST_SKIP() << "another program took port " << taken;
  // So many that only taken ports can be missing.
  size_t most = 32767 - 20000 + 1;
  auto ports = FreePorts(most);
  while (!ports.ok()) ports = FreePorts(--most);
  EXPECT_EQ(std::count(ports->begin(), ports->end(), taken), 0);
  EXPECT_EQ(FreePorts(32767 - 20000 + 1).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace commons::clients::lab
