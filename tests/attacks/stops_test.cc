// Freezes by those who may not stop, and by a guardian's key in other hands: nobody stops another
// organisation, and one key keeps neither the board nor another guardian out.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "governance/document/document.h"
#include "governance/testing/stops_for_test.h"
#include "tests/attacks/daemon_process.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

using governance::ScopeOfAll;
using governance::StopMaker;

class Stops : public WithLab<v1::OPEN> {
 protected:
  void SetUp() override { intruder_.LearnFrom(kBystander); }

  StopMaker make() const {
    return {intruder_.reg().commons_id(), crypto::SystemRandom(), absl::Now()};
  }
  OrgId victim() const { return intruder_.OrgOf(kVictim); }
  static v1::LogPage PageOf(const OrgId& org, const std::vector<v1::Envelope>& documents) {
    v1::LogPage page;
    page.set_org_id(org.ToBytes());
    for (const v1::Envelope& document : documents) *page.add_sets() = document;
    return page;
  }
  // How many freezes of the victim a member's own people see; -1: it does not say.
  int FrozenAt(const std::string& member) const {
    const auto client = clients::LocalClient::Connect(lab->DirOf(member));
    const auto status = (*client)->Status(absl::Seconds(10));
    if (!status.ok()) return -1;
    int frozen = 0;
    for (const auto& freeze : status->frozen()) frozen += freeze.org_id() == victim().view();
    return frozen;
  }
  void Await(const std::string& member, const std::function<bool(int)>& enough) const {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (!enough(FrozenAt(member))) {
      ASSERT_LT(absl::Now(), deadline) << member << ": " << FrozenAt(member);
      absl::SleepFor(absl::Milliseconds(20));
    }
  }
  static std::string ReasonOf(const v1::Answer& answer, const std::string& member) {
    for (const v1::MemberState& each : answer.members()) {
      if (each.member() == member) return each.reason();
    }
    return "not named";
  }

  Intruder intruder_{*lab};
};

TEST_F(Stops, NobodyStopsAnotherOrganisation) {
  const crypto::SigningKey own_guardian = lab->KeyOf(kAttacker, "people/guardian-1");
  const auto by_attacker = make().Freeze(
      victim(), ScopeOfAll(), {&own_guardian, &intruder_.board_key, &intruder_.node_key});
  const auto of_attacker = make().Freeze(intruder_.OrgOf(kAttacker), ScopeOfAll(), {&own_guardian});
  v1::Envelope claims = of_attacker;  // says that it is by the victim's guardian
  claims.mutable_signatures(0)->set_key(
      lab->KeyOf(kVictim, "people/guardian-1").public_key().ToBytes());
  for (const char* to : {kVictim, kBystander}) {
    intruder_.PushPages(to, {PageOf(victim(), {by_attacker, of_attacker, claims})});
    intruder_.PushPages(to, {PageOf(victim(), {by_attacker, by_attacker})});
  }
  for (const char* member : {kVictim, kBystander}) EXPECT_EQ(FrozenAt(member), 0);
}

TEST_F(Stops, AFreezeOfAnotherCommonsIsNone) {
  const crypto::SigningKey guardian = lab->KeyOf(kVictim, "people/guardian-1");
  const StopMaker elsewhere{*CommonsId::FromBytes(std::string(32, 'x')), crypto::SystemRandom(),
                            absl::Now()};
  for (const char* to : {kVictim, kBystander}) {
    EXPECT_EQ(intruder_.PushPages(
                  to, {PageOf(victim(), {elsewhere.Freeze(victim(), ScopeOfAll(), {&guardian})})}),
              "WRONG_COMMONS");
    EXPECT_EQ(FrozenAt(to), 0);
  }
}

TEST_F(Stops, AStolenGuardiansKeyFloods) {
  const crypto::SigningKey guardian = lab->KeyOf(kVictim, "people/guardian-1");
  const int before = MemoryMib(lab->PidOf(kBystander), "VmHWM");
  for (int page = 0; page < 3; ++page) {
    std::vector<v1::Envelope> flood;
    for (int i = 0; i < 10'000; ++i) {
      flood.push_back(make().Freeze(victim(), ScopeOfAll(), {&guardian}));
    }
    intruder_.PushPages(kBystander, {PageOf(victim(), flood)});
  }
  EXPECT_LT(FrozenAt(kBystander), 400);
  EXPECT_LT(MemoryMib(lab->PidOf(kBystander), "VmHWM"), before + 64);
  Await(kVictim, [](int frozen) { return frozen > 0; });
  EXPECT_EQ(ReasonOf(lab->Ask(kBystander, kCount), kVictim), "FROZEN");

  // The key has filled its part; another one, here the board's, has its own.
  const std::string at = absl::StrCat(" --dir ", lab->DirOf(kVictim));
  ASSERT_TRUE(lab->Commons(absl::StrCat("freeze", at, " --dataset visits --key ",
                                        lab->DirOf(kVictim), "/keys/people/board-1.key")));
  const std::string thief = guardian.public_key().ToHex();
  ASSERT_TRUE(lab->Commons(absl::StrCat("lift", at, " --signed-by ", thief)));
  EXPECT_EQ(FrozenAt(kVictim), 1);  // the board's own
  Await(kBystander, [](int frozen) { return frozen == 1; });
  // What the thief goes on signing stops nothing.
  for (const char* to : {kVictim, kBystander}) {
    intruder_.PushPages(to,
                        {PageOf(victim(), {make().Freeze(victim(), ScopeOfAll(), {&guardian})})});
    EXPECT_EQ(FrozenAt(to), 1);
  }
  ASSERT_TRUE(lab->Commons(absl::StrCat("lift", at)));
  EXPECT_EQ(FrozenAt(kVictim), 0);
}

}  // namespace
}  // namespace commons::attacks
