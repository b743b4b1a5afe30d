#include "governance/kinds/stop/decline.h"

#include <algorithm>

#include "base/limits.h"
#include "governance/document/fingerprint.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/text.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::Status Check(const v1::Decline& p) {
  if (!Is32(p.document())) return Malformed("decline: document is not a document id");
  if (p.reason_size() > static_cast<int>(limits::kDeclineTexts)) {
    return Malformed("decline: more than 8 texts");
  }
  const bool readable = std::all_of(p.reason().begin(), p.reason().end(), [](const v1::Text& text) {
    return CheckText(text.text(), limits::kDeclineTextBytes).ok() &&
           text.lang().size() <= limits::kNameBytes;
  });
  return readable ? absl::OkStatus() : Malformed("decline: a reason is empty or too long");
}

bool Enough(const Document& d, const v1::OrgRoot& card) {
  return std::any_of(card.seats().begin(), card.seats().end(),
                     [&](const v1::Seat& seat) { return d.SignedBy(seat.key()); });
}

void Show(const Document& d, const Register*, Screen& s) {
  const auto& p = d.As<v1::Decline>();
  s.Title("A seat of the board will not sign");
  s.Line("document", Fingerprint(p.document()));
  s.Texts("why", p.reason());
}

}  // namespace

constinit const Kind kDeclineKind = {.type = kinds::kDecline,
                                     .home = Kind::Home::kSet,
                                     .make = Make<v1::Decline>,
                                     .set_head = SetHeadOf<v1::Decline>,
                                     .check = Of<v1::Decline, Check>,
                                     .enough = Enough,
                                     .show = Show};

absl::StatusOr<std::string> DraftDecline(const DeclineDraft& draft, crypto::RandomSource& random,
                                         absl::Time now) {
  v1::Decline decline;
  decline.set_commons_id(draft.commons.ToBytes());
  decline.set_issuer(draft.issuer.ToBytes());
  decline.set_nonce(random.Bytes(kSetNonceBytes));
  decline.set_issued_at(absl::ToUnixSeconds(now));
  decline.set_document(draft.document.ToBytes());
  *decline.mutable_reason() = draft.reason;
  return Drafted(kDeclineKind, decline.SerializeAsString());
}

}  // namespace commons::governance
