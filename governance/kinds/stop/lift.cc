#include "governance/kinds/stop/lift.h"

#include <algorithm>
#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/keys.h"
#include "governance/document/fingerprint.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/register/stop_words.h"
#include "governance/register/stops.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::Status Check(const v1::Lift& p) {
  if (p.freezes().empty() == p.key().empty()) {
    return Malformed("lift: names either freezes or a key");
  }
  if (!p.key().empty()) {
    const auto key = PublicKey::FromBytes(p.key());
    return key.ok() && crypto::IsValidPublicKey(*key) ? absl::OkStatus()
                                                      : Malformed("lift: the key is not valid");
  }
  if (p.freezes_size() > static_cast<int>(limits::kFreezesPerLift)) {
    return Malformed("lift: more than 512 freezes");
  }
  if (!std::all_of(p.freezes().begin(), p.freezes().end(), Is32)) {
    return Malformed("lift: a freeze is not a document id");
  }
  // Each once, in one order: one set has one document.
  return std::is_sorted(p.freezes().begin(), p.freezes().end(), std::less_equal<>())
             ? absl::OkStatus()
             : Malformed("lift: the freezes are not sorted, or one is there twice");
}

bool Enough(const Document& d, const v1::OrgRoot& card) {
  return Satisfies(card.board(), d.signers);
}

// What a freeze that is known here stops; its fingerprint when it is not.
std::string Named(absl::string_view id, const v1::Lift& p, const Register* reg) {
  const auto issuer = OrgId::FromBytes(p.issuer());
  const Stops* stops = reg != nullptr && issuer.ok() ? reg->StopsOf(*issuer) : nullptr;
  if (stops != nullptr) {
    for (const FreezeInForce& each : stops->freezes) {
      if (each.id.view() == id) {
        return absl::StrCat(ScopeWords(each.freeze->scope(), reg), ", stopped because ",
                            StopReasonWords(each.freeze->reason()));
      }
    }
  }
  return absl::StrCat("the freeze ", Fingerprint(id), ", which is not in force here");
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::Lift>();
  s.Title("Lift what was stopped, at once");
  s.Line("whose answers", NameOf(p.issuer(), reg));
  for (const std::string& id : p.freezes()) s.Line("lifted", Named(id, p, reg));
  if (p.key().empty()) return;
  s.Line("lifted",
         absl::StrCat("all that nobody but the guardian's key ", Fingerprint(p.key()), " stopped"));
  s.Warn("what that key alone stops later is lifted with it");
}

}  // namespace

constinit const Kind kLiftKind = {.type = kinds::kLift,
                                  .home = Kind::Home::kSet,
                                  .make = Make<v1::Lift>,
                                  .set_head = SetHeadOf<v1::Lift>,
                                  .check = Of<v1::Lift, Check>,
                                  .enough = Enough,
                                  .show = Show};

absl::StatusOr<std::string> DraftLift(const LiftDraft& draft, crypto::RandomSource& random,
                                      absl::Time now) {
  v1::Lift lift;
  lift.set_commons_id(draft.commons.ToBytes());
  lift.set_issuer(draft.issuer.ToBytes());
  lift.set_nonce(random.Bytes(kSetNonceBytes));
  lift.set_issued_at(absl::ToUnixSeconds(now));
  for (const DocId& id : std::set<DocId>(draft.freezes.begin(), draft.freezes.end())) {
    lift.add_freezes(id.ToBytes());
  }
  if (draft.key.has_value()) lift.set_key(draft.key->ToBytes());
  return Drafted(kLiftKind, lift.SerializeAsString());
}

}  // namespace commons::governance
