#include "governance/kinds/stop/freeze.h"

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/text.h"
#include "governance/register/stop_words.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::Status CheckName(absl::string_view name) {
  return CheckText(name, limits::kNameBytes).ok()
             ? absl::OkStatus()
             : Malformed("freeze: a name is empty, too long or holds control characters");
}

absl::Status CheckScope(const v1::Scope& scope) {
  switch (scope.scope_case()) {
    case v1::Scope::kAll:
      return scope.all() ? absl::OkStatus() : Malformed("freeze: all of nothing");
    case v1::Scope::kDataset:
      return CheckName(scope.dataset());
    case v1::Scope::kPurpose:
      return CheckName(scope.purpose());
    case v1::Scope::kRequester:
      return Is32(scope.requester()) ? absl::OkStatus()
                                     : Malformed("freeze: the requester is not 32 bytes");
    case v1::Scope::kProject:
      return Is32(scope.project().issuer())
                 ? CheckName(scope.project().name())
                 : Malformed("freeze: the project's issuer is not 32 bytes");
    case v1::Scope::SCOPE_NOT_SET:
      break;
  }
  return Malformed("freeze: says not what is stopped");
}

absl::Status Check(const v1::Freeze& p) {
  if (p.reason() == v1::STOP_REASON_UNSPECIFIED) return Malformed("freeze: no reason");
  return CheckScope(p.scope());
}

// One guardian is enough, whenever they signed: who waits for a second one does not stop in time.
bool Enough(const Document& d, const v1::OrgRoot& card) {
  for (const std::string& guardian : card.guardians()) {
    if (d.SignedBy(guardian)) return true;
  }
  return Satisfies(card.board(), d.signers);
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::Freeze>();
  s.Title("Stop, at once and until the board lifts it");
  s.Line("whose answers", NameOf(p.issuer(), reg));
  s.Line("what is stopped", ScopeWords(p.scope(), reg));
  s.Line("why", StopReasonWords(p.reason()));
  s.Line("signed beforehand or on", Day(p.issued_at()));
}

}  // namespace

constinit const Kind kFreezeKind = {.type = kinds::kFreeze,
                                    .home = Kind::Home::kSet,
                                    .make = Make<v1::Freeze>,
                                    .set_head = SetHeadOf<v1::Freeze>,
                                    .check = Of<v1::Freeze, Check>,
                                    .by_guardians = true,
                                    .enough = Enough,
                                    .show = Show};

absl::StatusOr<std::string> DraftFreeze(const FreezeDraft& draft, crypto::RandomSource& random,
                                        absl::Time now) {
  v1::Freeze freeze;
  freeze.set_commons_id(draft.commons.ToBytes());
  freeze.set_issuer(draft.issuer.ToBytes());
  freeze.set_nonce(random.Bytes(kSetNonceBytes));
  freeze.set_issued_at(absl::ToUnixSeconds(now));
  *freeze.mutable_scope() = draft.scope;
  freeze.set_reason(draft.reason);
  return Drafted(kFreezeKind, freeze.SerializeAsString());
}

}  // namespace commons::governance
