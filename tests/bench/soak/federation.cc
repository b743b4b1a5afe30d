#include "tests/bench/soak/federation.h"

#include <signal.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/attacks/daemon_process.h"
#include "tests/attacks/papers.h"

namespace commons::soak {
namespace {

// What is asked in a run must fit into a year: the most that a policy can say.
constexpr char kBudget[] = "yearly_budget_micro_rho = 4000000000000000000\n";

attacks::LabPlan PlanFor(const Pool& pool) {
  attacks::LabPlan plan;
  plan.members = kHonest;
  plan.members.push_back(kHostile);
  plan.package = Pool::PackageOf(kOpen);
  plan.policy = "release = 'open'\n";
  for (const std::string& member : plan.members) plan.csv[member] = pool.CsvOf(member);
  return plan;
}

// Runs a command until it succeeds: it waits for what other nodes have to hear first.
template <typename Done>
void Until(Done done) {
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!done()) {
    ASSERT_LT(absl::Now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

void Outages::Begin(const std::string& member) {
  std::lock_guard lock(mu_);
  outages_[member].push_back({absl::Now(), absl::InfiniteFuture()});
}

void Outages::End(const std::string& member) {
  std::lock_guard lock(mu_);
  outages_[member].back().to = absl::Now();
}

bool Outages::Had(const std::string& member, absl::Time from, absl::Time to) const {
  std::lock_guard lock(mu_);
  const auto found = outages_.find(member);
  if (found == outages_.end()) return false;
  for (const Outage& outage : found->second) {
    if (outage.from <= to && from <= outage.to) return true;
  }
  return false;
}

Federation::Federation(const Pool& pool) : lab_(PlanFor(pool)) { Define(); }

void Federation::Define() const {
  std::ofstream(lab_.root() + "/stays.json") << Pool::PackageOf(kProtected);
  std::ofstream(lab_.root() + "/stays.toml")
      << "release = 'protected'\nnoise = 'fine'\npurposes = ['planning']\n"
      << kBudget;
  // Common to both datasets, of which one is open.
  std::ofstream(lab_.root() + "/floor.toml")
      << "release = 'open'\nnoise = 'fine'\npurposes = ['planning']\n"
      << kBudget;
  const std::string researcher = lab_.Researcher().public_key().ToHex();
  const auto at = [&](const std::string& member) { return " --dir " + lab_.DirOf(member); };
  ASSERT_TRUE(lab_.Commons(absl::StrCat("doc propose", at(kLasting), " --package ", lab_.root(),
                                        "/stays.json", " --policy ", lab_.root(), "/floor.toml")));
  std::string proposal;
  const clients::Papers papers = attacks::PapersOf(lab_, kLasting);
  for (const clients::Paper& paper : papers.all()) {
    if (paper.standing == clients::Paper::Standing::kWaits) proposal = paper.document->id.ToHex();
  }
  ASSERT_FALSE(proposal.empty());
  for (const std::string& member : lab_.members()) {
    Until([&] { return attacks::PapersOf(lab_, member).Named(proposal).ok(); });
    EXPECT_TRUE(lab_.Commons("doc approve" + at(member) + " " + proposal));
  }
  const auto defined = [&](const std::string& member) {
    return attacks::PapersOf(lab_, member).reg().FindStandard(kProtected) != nullptr;
  };
  for (const std::string& member : lab_.members()) {
    Until([&] { return defined(member); });
    EXPECT_TRUE(lab_.Commons(absl::StrCat("dataset import", at(member), " --dataset ", kProtected,
                                          " --data ", lab_.DataOf(member))));
    EXPECT_TRUE(lab_.Commons(absl::StrCat("doc policy", at(member), " --dataset ", kProtected,
                                          " --from ", lab_.root(), "/stays.toml")));
  }
  const std::string idle = IdleResearcher().public_key().ToHex();
  EXPECT_TRUE(lab_.Commons(absl::StrCat("doc accredit", at(kLasting), " --researcher ", idle,
                                        " --affiliation nowhere")));
  EXPECT_TRUE(lab_.Commons(absl::StrCat("doc project", at(kLasting), " --name soak --question ",
                                        "'What is true?' --purpose planning --dataset ", kProtected,
                                        " --researcher ", researcher, " ", idle,
                                        " --legal-basis 'statistical exception' --benefit none")));
  const auto knows_it = [&](const std::string& member) {
    const clients::Papers known = attacks::PapersOf(lab_, member);
    const auto projects = known.reg().Projects();
    return std::any_of(projects.begin(), projects.end(),
                       [](const governance::ProjectInForce* project) {
                         return project->project->name() == "soak";
                       });
  };
  for (const std::string& member : lab_.members()) {
    Until([&] { return knows_it(member); });
    EXPECT_TRUE(lab_.Commons("doc approve-project" + at(member) + " soak"));
  }
}

void Federation::Kill(const std::string& member) {
  outages_.Begin(member);
  const int pid = lab_.PidOf(member);
  ASSERT_EQ(kill(pid, SIGKILL), 0) << member << " had ended by itself";
  Until([&] { return attacks::MemoryMib(pid, "VmRSS") == 0; });
}

void Federation::StopAndStart(const std::string& member) {
  outages_.Begin(member);
  EXPECT_TRUE(lab_.StopMember(member));
  Restart(member);
}

void Federation::Restart(const std::string& member) {
  EXPECT_TRUE(lab_.StartMember(member));
  AwaitWhole();
  outages_.End(member);
}

void Federation::AwaitWhole() const {
  const auto whole = [&](const std::string& asker) {
    const v1::Answer answer = lab_.Ask(asker, absl::StrCat("SELECT COUNT(*) FROM ", kOpen));
    return !answer.has_refusal() &&
           std::all_of(
               answer.members().begin(), answer.members().end(), [](const v1::MemberState& member) {
                 return member.member() == kHostile || member.status() == v1::MemberState::ANSWERED;
               });
  };
  for (const std::string& asker : kAskers) {
    Until([&] { return whole(asker); });
  }
}

void Federation::StopHostile() const { EXPECT_TRUE(lab_.StopMember(kHostile)); }

void Federation::StartHostile() const { EXPECT_TRUE(lab_.StartMember(kHostile)); }

}  // namespace commons::soak
