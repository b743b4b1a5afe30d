#include "governance/kinds/research/accreditation.h"

#include "base/status.h"
#include "crypto/keys.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/register/next_header.h"
#include "governance/register/state.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::StatusOr<std::string> ChainOf(const v1::Accreditation& p) {
  const auto key = PublicKey::FromBytes(p.researcher());
  if (!key.ok() || !crypto::IsValidPublicKey(*key)) {
    return Malformed("accreditation: researcher key");
  }
  return AccreditationChain(*key);
}

absl::Status Fits(const Kind::Message& message, const Ground& ground) {
  if (static_cast<const v1::Accreditation&>(message).practice() && !ground.practice) {
    return Refuse(v1::PRACTICE_KEY, "a practice researcher in a real commons");
  }
  return absl::OkStatus();
}

void Record(const Counted& counted, OrgState& state) {
  const auto& p = counted.document.As<v1::Accreditation>();
  state.accreditations[*PublicKey::FromBytes(p.researcher())].Append(counted);
}

void Show(const Document& d, const Register*, Screen& s) {
  const auto& p = d.As<v1::Accreditation>();
  s.Title("We vouch for a researcher's key");
  s.Line("key", Fingerprint(p.researcher()));
  s.Line("affiliation", Shown(p.affiliation()));
  if (p.practice()) s.Warn("this is a PRACTICE researcher");
}

}  // namespace

constinit const Kind kAccreditationKind = {.type = kinds::kAccreditation,
                                           .make = Make<v1::Accreditation>,
                                           .chain = Of<v1::Accreditation, ChainOf>,
                                           .fits = Fits,
                                           .record = Record,
                                           .show = Show};

std::string DraftAccreditation(const Register& reg, const OrgId& issuer,
                               const PublicKey& researcher, absl::string_view affiliation,
                               bool practice, absl::Time now) {
  v1::Accreditation accreditation;
  *accreditation.mutable_header() = NextHeader(reg, issuer, AccreditationChain(researcher), now);
  accreditation.set_researcher(researcher.ToBytes());
  accreditation.set_affiliation(std::string(affiliation));
  accreditation.set_practice(practice);
  return accreditation.SerializeAsString();
}

}  // namespace commons::governance
