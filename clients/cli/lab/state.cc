#include "clients/cli/lab/state.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"
#include "clients/office/files/rule_file.h"
#include "crypto/random.h"
#include "nlohmann/json.hpp"

namespace commons::clients::lab {
namespace {

using nlohmann::json;

constexpr int kPortFirst = 20000, kPortLast = 32767;
constexpr size_t kLabJsonBytes = 1 << 20;
constexpr int kFormat = 1;  // of D

std::string JsonPath(const std::string& dir) { return dir + "/lab.json"; }

bool IsFree(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool free = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return free;
}

}  // namespace

absl::StatusOr<Member> State::Find(const std::string& text) const {
  // Members are named in NFC; what is typed or pasted may not be.
  const std::string name = Nfc(text).value_or(text);
  std::vector<std::string> names;
  for (const Member& member : members) {
    if (member.name == name) return member;
    names.push_back(member.name);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", name, "' is no member of this lab; did you mean '", Nearest(name, names), "'?"));
}

bool HoldsLab(const std::string& dir) { return std::filesystem::exists(JsonPath(dir)); }

absl::StatusOr<State> Load(const std::string& dir) {
  if (!HoldsLab(dir)) {
    return absl::InvalidArgumentError(
        absl::StrCat(dir, ": holds no lab; start one with: commons lab up --dir ", dir, " ..."));
  }
  ASSIGN_OR_RETURN(const std::string text, ReadFile(JsonPath(dir), kLabJsonBytes));
  const json parsed = json::parse(text, nullptr, false);
  State state;
  std::error_code error;
  state.dir = std::filesystem::canonical(dir, error).string();
  try {
    // Labs of versions before the number have none.
    if (const int format = parsed.value("format", kFormat); format != kFormat) {
      return absl::InvalidArgumentError(absl::StrCat(JsonPath(dir), ": a lab of format ", format,
                                                     ", and this version knows ", kFormat,
                                                     "; use the version of commons that made it"));
    }
    state.dataset = parsed.at("dataset").get<std::string>();
    state.project = parsed.at("project").get<std::string>();
    state.purpose = parsed.at("purpose").get<std::string>();
    state.finished = parsed.at("finished").get<bool>();
    for (const json& member : parsed.at("members")) {
      state.members.push_back(
          {member.at("member").get<std::string>(), member.at("port").get<int>()});
    }
  } catch (const json::exception&) {
    return absl::InvalidArgumentError(
        absl::StrCat(JsonPath(dir), ": damaged; stop what runs with: commons lab down --dir ", dir,
                     "; then make a new one in another directory"));
  }
  return state;
}

absl::StatusOr<State> LoadFinished(const std::string& dir) {
  ASSIGN_OR_RETURN(State state, Load(dir));
  if (state.finished) return state;
  return absl::InvalidArgumentError(
      absl::StrCat(dir, ": this lab was never finished; stop what runs (commons lab down --dir ",
                   dir, "), remove the directory and make it again"));
}

State Remains(const std::string& dir) {
  namespace fs = std::filesystem;
  State state;
  std::error_code error;
  state.dir = fs::canonical(dir, error).string();
  for (const fs::directory_entry& member : fs::directory_iterator(dir + "/members", error)) {
    state.members.push_back({member.path().filename().string()});
  }
  return state;
}

absl::Status Save(const State& state) {
  json members = json::array();
  for (const Member& member : state.members) {
    members.push_back({{"member", member.name}, {"port", member.port}});
  }
  const json lab = {{"format", kFormat},        {"practice", true},
                    {"dataset", state.dataset}, {"project", state.project},
                    {"purpose", state.purpose}, {"finished", state.finished},
                    {"members", members}};
  return WriteFile(JsonPath(state.dir), lab.dump(1) + "\n", 0644);
}

absl::StatusOr<std::vector<int>> FreePorts(size_t count) {
  uint16_t start = 0;
  crypto::SystemRandom().Fill(&start, sizeof start);
  const int span = kPortLast - kPortFirst + 1;
  std::vector<int> ports;
  for (int i = 0; i < span && ports.size() < count; ++i) {
    const int port = kPortFirst + (start + i) % span;
    if (IsFree(port)) ports.push_back(port);
  }
  if (ports.size() < count) {
    return absl::ResourceExhaustedError(absl::StrCat("no ", count, " free ports from ", kPortFirst,
                                                     " to ", kPortLast, "; stop another lab"));
  }
  return ports;
}

}  // namespace commons::clients::lab
