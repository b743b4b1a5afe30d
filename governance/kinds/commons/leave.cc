#include "governance/kinds/commons/leave.h"

#include "governance/document/chains.h"
#include "governance/document/payload_types.h"
#include "governance/register/next_header.h"
#include "governance/register/state.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

void Record(const Counted&, OrgState& state) { ++state.leaves; }

void Show(const Document&, const Register*, Screen& s) {
  s.Title("Leaves the commons");
  s.Line("at once", "its data closes, and it asks and votes no more");
  s.Line("later", "its seat counts until the members list its departure");
  s.Warn("nothing takes this back: only the members can admit it again");
}

}  // namespace

constinit const Kind kLeaveKind = {.type = kinds::kLeave,
                                   .make = Make<v1::Leave>,
                                   .chain = Always<kLeaveChain>,
                                   .record = Record,
                                   .show = Show};

std::string DraftLeave(const Register& reg, const OrgId& issuer, absl::Time now) {
  v1::Leave leave;
  *leave.mutable_header() = NextHeader(reg, issuer, kLeaveChain, now);
  return leave.SerializeAsString();
}

}  // namespace commons::governance
