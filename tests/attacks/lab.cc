#include "tests/attacks/lab.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "clients/office/daemon/local_client.h"
#include "crypto/keyfile.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "node/transport/tls.h"

namespace commons::attacks {
namespace {

using clients::LocalClient;

constexpr absl::Duration kPatience = absl::Seconds(60);

// How fast this machine is decides no test.
bool SomebodyWasLate(const v1::Answer& answer) {
  return std::any_of(answer.members().begin(), answer.members().end(),
                     [](const v1::MemberState& member) { return member.reason() == "DEADLINE"; });
}

// gRPC reads the environment once, so before any test.
const bool prepared = [] {
  node::PrepareGrpcEnvironment();
  return true;
}();

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

crypto::SigningKey ReadRawKey(const std::string& path) {
  auto file = crypto::ReadKey(path, "");
  if (!file.ok()) {
    std::cerr << path << ": " << file.status() << "\n";
    std::abort();
  }
  return std::move(file->key);
}

nlohmann::json Package(bool open) {
  const auto field = [](const char* name, const char* role) {
    return nlohmann::json{{"name", name}, {"type", "string"}, {"commons:role", role}};
  };
  nlohmann::json sex = field("sex", "dimension");
  sex["constraints"] = {{"required", true}, {"enum", {"Female", "Male"}}};
  return {{"name", "practice"},
          {"resources",
           {{{"name", "visits"},
             {"commons:purpose", {"planning"}},
             {"schema",
              {{"fields",
                {field("nhi", open ? "skip" : "identifier"),
                 field("name", open ? "skip" : "hidden"), field("comment", "skip"), sex}}}}}}}};
}

v1::Answer Failed(const absl::Status& status) {
  v1::Answer answer;
  answer.mutable_refusal()->set_reason(v1::INTERNAL);
  answer.mutable_refusal()->set_message(status.ToString());
  return answer;
}

struct Practice {
  LabPlan plan;
  std::map<std::string, int> truth;  // rows by sex over all members
};
Practice MakePractice(bool open) {
  Practice made = {
      {kMembers, Package(open).dump(), open ? "release = 'open'" : "release = 'protected'", {}},
      {}};
  int rows = 30;
  for (const std::string& member : kMembers) {
    std::string& csv = made.plan.csv[member] = "nhi,name,comment,sex\n";
    rows += 17;
    for (int i = 0; i < rows; ++i) {
      const char* sex = i % 3 == 0 ? "Female" : "Male";
      ++made.truth[sex];
      for (const std::string& canary : kCanaries) absl::StrAppend(&csv, canary, i, ",");
      absl::StrAppend(&csv, sex, "\n");
    }
  }
  return made;
}

}  // namespace

Lab::Lab(v1::Release release) : Lab(MakePractice(release == v1::OPEN).plan) {
  release_ = release;
  truth_ = MakePractice(release == v1::OPEN).truth;
}

Lab::Lab(const LabPlan& plan) : members_(plan.members) {
  std::ofstream(root_ + "/datapackage.json") << plan.package;
  std::ofstream(root_ + "/policy.toml") << plan.policy;
  std::filesystem::create_directory(root_ + "/data");
  for (const auto& [member, csv] : plan.csv) std::ofstream(DataOf(member)) << csv;
  if (!Commons(absl::StrCat("lab up --dir ", root_, "/lab --package ", root_,
                            "/datapackage.json --data ", root_, "/data --policy ", root_,
                            "/policy.toml"))) {
    std::filesystem::remove_all(root_);
    std::abort();
  }
  const auto described = nlohmann::json::parse(ReadFile(root_ + "/lab/lab.json"));
  for (const auto& each : described["members"]) {
    ports_[each["member"]] = each["port"];
  }
}

Lab::~Lab() { EXPECT_TRUE(Commons(absl::StrCat("lab down --dir ", root_, "/lab"))); }

bool Lab::Commons(const std::string& args) const {
  const char* bin = std::getenv("COMMONS_BIN_DIR");
  const std::string said = root_ + "/said";
  const std::string command =
      absl::StrCat(bin == nullptr ? COMMONS_BIN_DIR : bin, "/commons ", args, " >", said, " 2>&1");
  if (std::system(command.c_str()) == 0) return true;
  std::cerr << "commons " << args << ": " << ReadFile(said) << "\n";
  return false;
}

bool Lab::StopMember(const std::string& member) const {
  return Commons(absl::StrCat("lab stop --dir ", root_, "/lab ", member));
}

bool Lab::StartMember(const std::string& member) const {
  return Commons(absl::StrCat("lab start --dir ", root_, "/lab ", member));
}

int Lab::PidOf(const std::string& member) const {
  return std::stoi(ReadFile(DirOf(member) + "/pid"));
}

crypto::SigningKey Lab::KeyOf(const std::string& member, const std::string& name) const {
  return ReadRawKey(absl::StrCat(DirOf(member), "/keys/", name, ".key"));
}

crypto::SigningKey Lab::Researcher() const { return ReadRawKey(root_ + "/lab/researcher.key"); }

v1::Answer Lab::Ask(const std::string& from, const std::string& sql) const {
  return Run(Prepare(from, sql));
}

Lab::Prepared Lab::Prepare(const std::string& from, const std::string& sql) const {
  return Prepare(from, sql, Researcher());
}

Lab::Prepared Lab::Prepare(const std::string& from, const std::string& sql,
                           const crypto::SigningKey& researcher) const {
  Prepared prepared;
  auto client = LocalClient::Connect(DirOf(from));
  if (!client.ok()) {
    prepared.refused = Failed(client.status());
    return prepared;
  }
  prepared.client = *std::move(client);
  v1::PrepareRequest request;
  request.set_sql(sql);
  request.set_researcher(researcher.public_key().ToBytes());
  const auto ready = prepared.client->Prepare(request, kPatience);
  const auto query_id =
      ready.ok() ? QueryId::FromBytes(ready->query_id()) : absl::StatusOr<QueryId>(ready.status());
  if (ready.ok() && ready->has_refusal()) {
    *prepared.refused.mutable_refusal() = ready->refusal();
  } else if (!query_id.ok()) {
    prepared.refused = Failed(query_id.status());
  } else {
    prepared.run.set_ticket(ready->ticket());
    prepared.run.set_researcher_signature(
        researcher.Sign(governance::ResearcherMessage(*query_id)));
  }
  return prepared;
}

v1::Answer Lab::Run(const Prepared& prepared) const {
  if (prepared.refused.has_refusal()) return prepared.refused;
  auto answer = prepared.client->Run(prepared.run, kPatience);
  return answer.ok() ? *std::move(answer) : Failed(answer.status());
}

bool Lab::IsUp(const std::string& member) const {
  const auto client = LocalClient::Connect(DirOf(member));
  return client.ok() && (*client)->Status(kPatience).ok();
}

void Lab::ExpectStillRight() const {
  v1::Answer answer;
  for (int i = 0; i < 3; ++i) {
    answer = Ask(kBystander, kCount);
    if (!SomebodyWasLate(answer)) break;
  }
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(answer.release(), release_ == v1::OPEN ? "open" : "protected");
  EXPECT_EQ(answer.cells_size(), 2);
  for (const v1::MemberState& member : answer.members()) {
    EXPECT_EQ(member.status(), v1::MemberState::ANSWERED) << member.DebugString();
  }
  if (release_ != v1::OPEN) return;
  for (const v1::Cell& cell : answer.cells()) {
    EXPECT_EQ(cell.values(0).value(), absl::StrCat(truth_.at(cell.key(0).label())));
  }
}

}  // namespace commons::attacks
