#include "governance/kinds/stop/objection.h"

#include <algorithm>

#include "governance/document/fingerprint.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/register/register.h"
#include "governance/register/stop_words.h"
#include "governance/review/screen.h"
#include "proto/recovery.pb.h"

namespace commons::governance {
namespace {

absl::Status Check(const v1::Objection& p) {
  return Is32(p.card()) ? absl::OkStatus() : Malformed("objection: card is not a document id");
}

// Of whichever card: which seats have a say is known where the recovery card stands.
bool Enough(const Document& d, const v1::OrgRoot& card) {
  return std::any_of(card.seats().begin(), card.seats().end(),
                     [&](const v1::Seat& seat) { return d.SignedBy(seat.key()); });
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::Objection>();
  s.Title("A seat objects to a recovery, which then never takes power");
  s.Line("of", NameOf(p.issuer(), reg));
  s.Line("recovery card", Fingerprint(p.card()));
  const auto org = OrgId::FromBytes(p.issuer());
  const Recovery* waiting = reg == nullptr || !org.ok() ? nullptr : reg->WaitingRecovery(*org);
  if (reg != nullptr && (waiting == nullptr || waiting->card.id.view() != p.card())) {
    s.Warn("no such recovery waits here");
  }
  s.Warn("nobody can take an objection back; the keys then need another recovery card");
}

}  // namespace

constinit const Kind kObjectionKind = {.type = kinds::kObjection,
                                       .home = Kind::Home::kSet,
                                       .make = Make<v1::Objection>,
                                       .set_head = SetHeadOf<v1::Objection>,
                                       .outside_commons = true,
                                       .check = Of<v1::Objection, Check>,
                                       .enough = Enough,
                                       .show = Show};

absl::StatusOr<std::string> DraftObjection(const OrgId& issuer, const DocId& card,
                                           crypto::RandomSource& random, absl::Time now) {
  v1::Objection objection;
  objection.set_commons_id(CommonsId().ToBytes());
  objection.set_issuer(issuer.ToBytes());
  objection.set_nonce(random.Bytes(kSetNonceBytes));
  objection.set_issued_at(absl::ToUnixSeconds(now));
  objection.set_card(card.ToBytes());
  return Drafted(kObjectionKind, objection.SerializeAsString());
}

}  // namespace commons::governance
