#include "governance/kinds/commons/approval.h"

#include "absl/strings/str_cat.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/register/state.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::StatusOr<std::string> ChainOf(const v1::Approval& p) {
  return ApprovalChain(p.version(), p.ballot());
}

absl::Status Check(const v1::Approval& p) {
  if (p.version() == 0 || p.ballot() == 0)
    return Malformed("approval: version and ballot start at 1");
  if (p.header().version() != 1) return Malformed("approval: one statement per version and ballot");
  return Is32(p.document()) ? absl::OkStatus()
                            : Malformed("approval: document is not a document id");
}

void Record(const Counted& counted, OrgState& state) {
  const auto& p = counted.document.As<v1::Approval>();
  state.statements[{p.version(), p.ballot()}] = {counted.shared,
                                                 *DocId::FromBytes(p.document()),
                                                 p.yes(),
                                                 counted.seen_at,
                                                 state.DoubtedFrom(),
                                                 state.leaves};
}

void Show(const Document& d, const Register*, Screen& s) {
  const auto& p = d.As<v1::Approval>();
  s.Title(absl::StrCat(p.yes() ? "Yes" : "No", " to ",
                       p.version() == 1 ? "a charter"
                                        : absl::StrCat("version ", p.version(),
                                                       " of the common rules, ballot ", p.ballot()),
                       "; it is final: in this ballot this organisation says nothing else"));
  if (p.document() != DocId().view()) s.Line("document", Fingerprint(p.document()));
  if (!p.yes()) s.Line("says no to", "every proposal in this ballot");
}

}  // namespace

constinit const Kind kApprovalKind = {.type = kinds::kApproval,
                                      .make = Make<v1::Approval>,
                                      .chain = Of<v1::Approval, ChainOf>,
                                      .check = Of<v1::Approval, Check>,
                                      .record = Record,
                                      .show = Show};

std::string DraftApproval(const ApprovalDraft& draft, const OrgId& issuer, absl::Time now) {
  v1::Approval approval;
  v1::Header& header = *approval.mutable_header();
  header.set_commons_id(draft.commons.ToBytes());
  header.set_issuer(issuer.ToBytes());
  header.set_chain(ApprovalChain(draft.version, draft.ballot));
  header.set_version(1);
  header.set_issued_at(absl::ToUnixSeconds(now));
  approval.set_version(draft.version);
  approval.set_ballot(draft.ballot);
  approval.set_document(draft.document.ToBytes());
  approval.set_yes(draft.yes);
  return approval.SerializeAsString();
}

}  // namespace commons::governance
