#include "governance/kinds/research/project_approval.h"

#include "absl/strings/str_cat.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/research/project.h"
#include "governance/register/next_header.h"
#include "governance/register/state.h"
#include "governance/review/project_fit.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::StatusOr<std::string> ChainOf(const v1::ProjectApproval& p) {
  const auto project = DocId::FromBytes(p.project());
  if (!project.ok()) return Malformed("project approval: project is not a document id");
  return ProjectApprovalChain(*project);
}

void Record(const Counted& counted, OrgState& state) {
  const auto& p = counted.document.As<v1::ProjectApproval>();
  state.approvals[*DocId::FromBytes(p.project())].Append(counted);
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::ProjectApproval>();
  s.Title(p.yes() ? "Yes to a project" : "No to a project");
  s.Line("fingerprint of the project", Fingerprint(p.project()));
  const auto id = DocId::FromBytes(p.project());
  const auto* found = reg == nullptr || !id.ok() ? nullptr : reg->FindProject(*id);
  if (found == nullptr) {
    s.Warn(reg == nullptr ? "the project is not shown: name a node that knows it with --dir"
                          : "the project is not known here, or is not its newest version");
    return;
  }
  ShowProject(*found->project, reg, s);
  const auto owner = OrgId::FromBytes(p.header().issuer());
  if (p.yes() && owner.ok() && s.now().has_value()) {
    for (const std::string& line : KeptOutByRules(*found->project, *reg, *owner, *s.now())) {
      s.Warn(absl::StrCat("this yes alone lets nothing be answered: ", line));
    }
  }
  if (found->expires_at != 0) s.Line("the project ends", Day(found->expires_at));
}

}  // namespace

constinit const Kind kProjectApprovalKind = {.type = kinds::kProjectApproval,
                                             .make = Make<v1::ProjectApproval>,
                                             .chain = Of<v1::ProjectApproval, ChainOf>,
                                             .record = Record,
                                             .show = Show};

std::string DraftProjectApproval(const Register& reg, const OrgId& issuer, const DocId& project,
                                 absl::Time now) {
  v1::ProjectApproval approval;
  *approval.mutable_header() = NextHeader(reg, issuer, ProjectApprovalChain(project), now);
  approval.set_project(project.ToBytes());
  approval.set_yes(true);
  return approval.SerializeAsString();
}

}  // namespace commons::governance
