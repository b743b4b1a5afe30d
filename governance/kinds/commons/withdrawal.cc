#include "governance/kinds/commons/withdrawal.h"

#include "absl/strings/str_cat.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/register/next_header.h"
#include "governance/register/state.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::StatusOr<std::string> ChainOf(const v1::Withdrawal& p) {
  return WithdrawalChain(p.version(), p.ballot());
}

absl::Status Check(const v1::Withdrawal& p) {
  if (p.version() < 2 || p.ballot() == 0) {
    return Malformed("withdrawal: resolutions are version 2 or later, and ballots start at 1");
  }
  return Is32(p.document()) ? absl::OkStatus()
                            : Malformed("withdrawal: document is not a document id");
}

void Record(const Counted& counted, OrgState& state) {
  state.withdrawn.insert(*DocId::FromBytes(counted.document.As<v1::Withdrawal>().document()));
}

void Show(const Document& d, const Register*, Screen& s) {
  const auto& p = d.As<v1::Withdrawal>();
  s.Title(absl::StrCat("Withdraws a proposal for version ", p.version(), " of the commons"));
  s.Line("document", Fingerprint(p.document()));
  s.Line("what it does",
         "asks for no more votes; what has the votes it needs is decided all the same");
}

}  // namespace

constinit const Kind kWithdrawalKind = {.type = kinds::kWithdrawal,
                                        .make = Make<v1::Withdrawal>,
                                        .chain = Of<v1::Withdrawal, ChainOf>,
                                        .check = Of<v1::Withdrawal, Check>,
                                        .record = Record,
                                        .show = Show};

std::string DraftWithdrawal(const Register& reg, const OrgId& issuer, const Document& resolution,
                            absl::Time now) {
  const uint32_t ballot = resolution.As<v1::Resolution>().ballot();
  const uint64_t version = resolution.header->version();
  v1::Withdrawal withdrawal;
  *withdrawal.mutable_header() = NextHeader(reg, issuer, WithdrawalChain(version, ballot), now);
  withdrawal.set_version(version);
  withdrawal.set_ballot(ballot);
  withdrawal.set_document(resolution.id.ToBytes());
  return withdrawal.SerializeAsString();
}

}  // namespace commons::governance
