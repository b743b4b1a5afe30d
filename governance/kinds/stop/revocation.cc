#include "governance/kinds/stop/revocation.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/keys.h"
#include "governance/document/fingerprint.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/register/card_keys.h"
#include "governance/register/stop_words.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::Status Check(const v1::Revocation& p) {
  const auto key = PublicKey::FromBytes(p.key());
  if (!key.ok() || !crypto::IsValidPublicKey(*key)) {
    return Malformed("revocation: the key is not valid");
  }
  // The first entry is the card, without which there is no key to revoke.
  if (p.last_good_size() == 0 || p.last_good_size() > limits::kLogEntriesPerOrg) {
    return Malformed("revocation: last_good_size is out of range");
  }
  if (!Is32(p.last_good_root())) return Malformed("revocation: last_good_root is not 32 bytes");
  if (p.reason() == v1::STOP_REASON_UNSPECIFIED) return Malformed("revocation: no reason");
  return absl::OkStatus();
}

std::vector<std::string> OwnKeys(const v1::Revocation& p) { return {p.key()}; }

// Whoever holds the key may give it up; nobody gains by that.
bool Enough(const Document& d, const v1::OrgRoot& card) {
  const std::string& key = d.As<v1::Revocation>().key();
  return RolesOn(card, key).any() && (d.SignedBy(key) || Satisfies(card.board(), d.signers));
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::Revocation>();
  s.Title("A key loses its power");
  s.Line("of", NameOf(p.issuer(), reg));
  s.Line("key", Fingerprint(p.key()));
  s.Line("it still counts for",
         absl::StrCat("the first ", p.last_good_size(), " documents of the organisation's log"));
  s.Line("why", StopReasonWords(p.reason()));
  s.Warn(
      "what it helped to widen since then waits until the board signs it again; lifts that need "
      "its signature are void; what it stopped stays stopped");
}

}  // namespace

constinit const Kind kRevocationKind = {.type = kinds::kRevocation,
                                        .home = Kind::Home::kSet,
                                        .make = Make<v1::Revocation>,
                                        .set_head = SetHeadOf<v1::Revocation>,
                                        .outside_commons = true,
                                        .check = Of<v1::Revocation, Check>,
                                        .own_keys = Of<v1::Revocation, OwnKeys>,
                                        .enough = Enough,
                                        .show = Show};

absl::StatusOr<std::string> DraftRevocation(const RevocationDraft& draft,
                                            crypto::RandomSource& random, absl::Time now) {
  v1::Revocation revocation;
  revocation.set_commons_id(CommonsId().ToBytes());
  revocation.set_issuer(draft.issuer.ToBytes());
  revocation.set_nonce(random.Bytes(kSetNonceBytes));
  revocation.set_issued_at(absl::ToUnixSeconds(now));
  revocation.set_key(draft.key.ToBytes());
  revocation.set_last_good_size(draft.last_good_size);
  revocation.set_last_good_root(draft.last_good_root.ToBytes());
  revocation.set_reason(draft.reason);
  return Drafted(kRevocationKind, revocation.SerializeAsString());
}

}  // namespace commons::governance
