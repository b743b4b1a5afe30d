// Cards that take the place of others at real nodes: they reach everybody, the board that went
// can do nothing any more, and an organisation is back once its expired card is renewed.
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/papers.h"
#include "crypto/random.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/register/next_header.h"
#include "tests/attacks/intruder.h"
#include "tests/attacks/papers.h"

namespace commons::attacks {
namespace {

using clients::Paper;
using clients::Papers;

class Cards : public WithLab<v1::PROTECTED> {
 protected:
  static governance::Document CardInForce(const Papers& papers) {
    const OrgId org = *Org(papers);
    const auto* member = papers.reg().FindMember(org);
    for (const Paper& paper : papers.all()) {
      if (paper.document->id == member->root_id) return *paper.document;
    }
    ADD_FAILURE() << "no card";
    return {};
  }
  static std::optional<OrgId> Org(const Papers& papers) {
    const auto* member = papers.reg().FindMemberByName(kVictim);
    return member == nullptr ? std::nullopt : std::optional(member->id);
  }
  // Handed in as its people do.
  static bool HandIn(const v1::Envelope& envelope) {
    v1::RuleFile rules;
    *rules.add_envelopes() = envelope;
    const std::string file = lab->root() + "/next.rule";
    return clients::WriteRuleFile(file, rules).ok() &&
           lab->Commons("doc submit --dir " + lab->DirOf(kVictim) + " " + file);
  }
  static bool HandInCard(const governance::CardChanges& changes,
                         const std::vector<const crypto::SigningKey*>& keys) {
    const auto draft =
        governance::DraftNextCard(CardInForce(PapersOf(*lab, kVictim)), changes, absl::Now());
    return draft.ok() && HandIn(governance::SignDocument(kinds::kOrgRoot, *draft, keys));
  }
  // As `node status` names the victim's card at a member's; 0: it does not.
  static uint64_t VersionAt(const char* member) {
    const auto client = clients::LocalClient::Connect(lab->DirOf(member));
    const auto status = (*client)->Status(absl::Seconds(10));
    if (!status.ok()) return 0;
    for (const auto& card : status->cards()) {
      if (card.member() == kVictim) return card.version();
    }
    return 0;
  }
  static void WaitForVersion(const char* member, uint64_t version) {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (VersionAt(member) != version) ASSERT_LT(absl::Now(), deadline) << member;
  }
  static v1::Envelope RuleSignedBy(const crypto::SigningKey& key) {
    const Papers papers = PapersOf(*lab, kVictim);
    v1::OwnerPolicy policy =
        *papers.reg().OwnerPolicies(*Org(papers), "visits")->versions.back().payload;
    *policy.mutable_header() = governance::NextHeader(
        papers.reg(), *Org(papers), governance::PolicyChain("visits"), absl::Now());
    return governance::SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(), {&key});
  }
  // What the victim is said to do with the bystander's question.
  static std::string ReasonAtTheVictim() {
    const auto prepared = lab->Prepare(kBystander, kCount);
    const v1::Answer answer = lab->Run(prepared);
    for (const v1::MemberState& member : answer.members()) {
      if (member.member() == kVictim) return member.reason();
    }
    return "not named";
  }

  const crypto::SigningKey first = lab->KeyOf(kVictim, "people/board-1");
};

TEST_F(Cards, ABoardThatWentCanDoNothingAnyMore) {
  const auto chair = crypto::SigningKey::Generate(crypto::SystemRandom());
  governance::CardChanges changes, back;
  changes.seats = {{"chair", chair.public_key()}};
  back.seats = {{"board-1", first.public_key()}};
  EXPECT_FALSE(HandInCard(changes, {&chair})) << "a board does not sign itself in";
  EXPECT_FALSE(HandIn(RuleSignedBy(chair)));
  ASSERT_TRUE(HandInCard(changes, {&first, &chair}));
  EXPECT_EQ(VersionAt(kVictim), 2u);
  WaitForVersion(kBystander, 2);
  WaitForVersion(kAttacker, 2);
  EXPECT_FALSE(HandIn(RuleSignedBy(first)));
  EXPECT_FALSE(HandInCard(back, {&first})) << "nor back";
  ASSERT_TRUE(HandIn(RuleSignedBy(chair)));
  ASSERT_TRUE(lab->StopMember(kVictim) && lab->StartMember(kVictim));
  EXPECT_EQ(VersionAt(kVictim), 2u);
  EXPECT_FALSE(HandIn(RuleSignedBy(first)));
  ASSERT_TRUE(HandInCard(back, {&first, &chair}));
  WaitForVersion(kBystander, 3);
}

TEST_F(Cards, AnExpiredCardAnswersNothingUntilTheNextOne) {
  governance::CardChanges ends, for_ever;
  ends.expires_at = absl::ToUnixSeconds(absl::Now()) - 1;
  for_ever.expires_at = 0;
  ASSERT_TRUE(HandInCard(ends, {&first}));
  EXPECT_EQ(ReasonAtTheVictim(), "EXPIRED");
  ASSERT_TRUE(HandInCard(for_ever, {&first}));
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!ReasonAtTheVictim().empty()) ASSERT_LT(absl::Now(), deadline);
}

}  // namespace
}  // namespace commons::attacks
