// A member shows one history of its log to one member and another to the next. Both learn of it and
// name it, and what it says from then on widens nothing.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/office/local_client.h"
#include "clients/office/papers.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/register/next_header.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

class Forks : public WithLab<v1::PROTECTED> {
 protected:
  v1::Envelope RuleFor(const std::string& dataset) const {
    v1::OwnerPolicy policy;
    *policy.mutable_header() =
        governance::NextHeader(intruder_.reg(), intruder_.OrgOf(kAttacker),
                               governance::PolicyChain(dataset), intruder_.clock.Now());
    policy.set_dataset(dataset);
    return governance::SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(),
                                    {&intruder_.board_key});
  }
  std::string Show(const char* to, const std::string& dataset) {
    const v1::LogPage page = intruder_.PageOf(kAttacker, {RuleFor(dataset)}, intruder_.node_key);
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

}  // namespace
}  // namespace commons::attacks
