#include "governance/kinds/organisation/recovery.h"

#include "absl/strings/str_cat.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/missing.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/register/register.h"
#include "governance/register/state.h"
#include "governance/review/recovery_words.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::Status Check(const v1::OrgRoot& root) {
  if (root.header().version() == 1) {
    return Malformed("recovery: takes the place of a card, and is never the first");
  }
  return CheckCard(root);
}

// The card that it would replace, where the register has it.
const v1::OrgRoot* Replaced(const Document& d, const Register* reg) {
  const auto org = OrgId::FromBytes(d.header->issuer());
  const Organisation* member = reg == nullptr || !org.ok() ? nullptr : reg->FindMember(*org);
  return member == nullptr ? nullptr : &member->root;
}

std::string SignedBy(const Document& d, const v1::OrgRoot* card) {
  if (card == nullptr) {
    return absl::StrCat(d.signers.size(), " keys; whose they are is on the card before it");
  }
  if (!card->has_recovery()) return "nobody who may: the card before it names none";
  return SignedWords(card->recovery(), d.signers, SeatsOf(*card));
}

// It waits until its board speaks.
void Record(const Counted& counted, OrgState& state) {
  state.reign.waiting = StandingCardOf(counted);
}

void Show(const Document& d, const Register* reg, Screen& s) {
  s.Title("Recovery card: others than the board give the organisation new keys");
  const v1::OrgRoot* replaced = Replaced(d, reg);
  s.Line("for the lost keys sign", SignedBy(d, replaced));
  if (replaced != nullptr) s.Line("these are", RecoveredBy(d, *replaced, *reg));
  s.Line("takes power",
         "30 days after the organisation's node has it, unless one seat of the "
         "board that it replaces objects");
  s.Line("to object", absl::StrCat("commons doc new objection, with card = \"", d.id.ToHex(),
                                   "\"; any one seat signs it, any member's node takes it"));
  s.Warn(
      "every dataset of the organisation then closes, until the new board has signed rules for "
      "it and these have waited");
  ShowCard(d, reg, s);
}

}  // namespace

constinit const Kind kRecoveryKind = {.type = kinds::kRecovery,
                                      .home = Kind::Home::kCard,
                                      .make = Make<v1::OrgRoot>,
                                      .genesis = true,
                                      .renewed = true,
                                      .chain = Always<kOrgChain>,
                                      .check = Of<v1::OrgRoot, Check>,
                                      .by_recovery = true,
                                      .own_keys = Of<v1::OrgRoot, SeatKeysOf>,
                                      .record = Record,
                                      .show = Show};

absl::StatusOr<std::string> DraftRecovery(const Document& card, const CardChanges& changes,
                                          absl::Time now) {
  CardChanges all = changes;
  const int64_t end = card.header->expires_at();
  if (!all.expires_at && end != 0 && end <= absl::ToUnixSeconds(now)) all.expires_at = 0;
  return DraftNextCard(card, all, now);
}

}  // namespace commons::governance
