// A member shows one history of its log to one member and another to the next. Both learn of it and
// name it, and what it says from then on widens nothing.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/papers.h"
#include "tests/attacks/intruder.h"
#include "tests/attacks/papers.h"

namespace commons::attacks {
namespace {

class Forks : public WithLab<v1::PROTECTED> {
 protected:
  std::string Show(const char* to, const std::string& dataset) {
    const v1::LogPage page =
        intruder_.PageOf(kAttacker, {OwnRuleFor(intruder_, dataset)}, intruder_.node_key);
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    std::string outcome;
    do {  // a member that has just started is called again
      outcome = intruder_.PushPages(to, {page});
    } while (outcome == "grpc 14" && absl::Now() < deadline);
    return outcome;
  }
  static bool Names(const char* member) {
    const auto client = clients::LocalClient::Connect(lab->DirOf(member));
    const auto status = (*client)->Status(absl::Seconds(10));
    return status.ok() && status->forked_size() == 1 && status->forked(0) == kAttacker;
  }

  Intruder intruder_{*lab};
};

TEST_F(Forks, TwoFacesAreSeenAndNamed) {
  // Whoever is up hears of the first face at once: each is shown to one that is alone.
  ASSERT_TRUE(lab->StopMember(kAttacker) && lab->StopMember(kBystander));
  ASSERT_EQ(Show(kVictim, "one"), "ok");
  ASSERT_TRUE(lab->StopMember(kVictim) && lab->StartMember(kBystander));
  ASSERT_EQ(Show(kBystander, "two"), "ok");
  ASSERT_TRUE(lab->StartMember(kVictim));
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!Names(kVictim) || !Names(kBystander)) ASSERT_LT(absl::Now(), deadline);
  intruder_.LearnFrom(kVictim);
  ASSERT_EQ(Show(kVictim, "three"), "ok");
  const auto client = clients::LocalClient::Connect(lab->DirOf(kVictim));
  const auto papers = clients::Papers::From(**client, {});
  ASSERT_TRUE(papers.ok()) << papers.status();
  const auto* rules = papers->reg().OwnerPolicies(intruder_.OrgOf(kAttacker), "three");
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->versions.back().matured_at, absl::InfiniteFuture());
  ASSERT_TRUE(lab->StartMember(kAttacker));
}

// Two that each were shown a face and have not exchanged since: what they have asked each other
// before came to nothing, and nothing more is due for an hour.
class ForksInAQuestion : public Forks {
 protected:
  void SetUp() override {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    for (const char* to : {kBystander, kAttacker}) {  // whom they never met they would seek out
      while (!Reaches(kVictim, to)) ASSERT_LT(absl::Now(), deadline);
    }
    for (const char* to : {kVictim, kAttacker}) {
      while (!Reaches(kBystander, to)) ASSERT_LT(absl::Now(), deadline);
    }
    ASSERT_TRUE(lab->StopMember(kAttacker));
    for (const char* member : {kVictim, kBystander}) {
      const std::string path = lab->DirOf(member) + "/node.toml";
      ASSERT_TRUE(SetHourly(path));
      const size_t before = Reloads(member);
      ASSERT_EQ(kill(lab->PidOf(member), SIGHUP), 0);
      while (Reloads(member) == before) ASSERT_LT(absl::Now(), deadline);
    }
    ShowAlone(kVictim, kBystander, "one");
    ShowAlone(kBystander, kVictim, "two");
    ASSERT_FALSE(Names(kVictim) || Names(kBystander));
  }
  static size_t Reloads(const char* member) {
    std::ifstream in(lab->DirOf(member) + "/log");
    size_t reloads = 0;
    for (std::string line; std::getline(in, line);) {
      reloads += absl::StrContains(line, "event=reloaded");
    }
    return reloads;
  }
  static bool SetHourly(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    for (std::string line; std::getline(in, line);) {
      text << (absl::StartsWith(line, "sync_interval_ms") ? "sync_interval_ms = 3600000" : line)
           << "\n";
    }
    return static_cast<bool>(std::ofstream(path) << text.str());
  }
  static bool Reaches(const char* from, const char* to) {
    const auto client = clients::LocalClient::Connect(lab->DirOf(from));
    const auto peers = (*client)->Peers();
    EXPECT_TRUE(peers.ok()) << peers.status();
    return !peers.ok() ||
           std::any_of(peers->peers().begin(), peers->peers().end(),
                       [&](const auto& p) { return p.member() == to && p.reachable(); });
  }
  // While the other one stands still, and until it has been given up.
  void ShowAlone(const char* to, const char* still, const std::string& dataset) {
    ASSERT_EQ(kill(lab->PidOf(still), SIGSTOP), 0);
    EXPECT_EQ(Show(to, dataset), "ok");
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (Reaches(to, still)) ASSERT_LT(absl::Now(), deadline);
    ASSERT_EQ(kill(lab->PidOf(still), SIGCONT), 0);
  }
};

// Seen to be signed by both while votes under different registers were not compared.
TEST_F(ForksInAQuestion, TwoFacesAreSeenBeforeAnybodySigns) {
  HostileQuestion question(intruder_);
  const v1::Roster roster = question.RosterOf(question.Votes());
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kSeal, question.SealTo(kVictim, roster)),
            "CONFLICTING_LOG");
  EXPECT_TRUE(Names(kVictim));
  EXPECT_TRUE(Names(kBystander)) << "handed on at once";
  EXPECT_EQ(intruder_.Outcome(kBystander, PeerMethod::kSeal, question.SealTo(kBystander, roster)),
            "CONFLICTING_LOG");
  ASSERT_TRUE(lab->StartMember(kAttacker));
}

}  // namespace
}  // namespace commons::attacks
