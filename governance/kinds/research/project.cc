#include "governance/kinds/research/project.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/legal_basis.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/text.h"
#include "governance/register/next_header.h"
#include "governance/register/state.h"
#include "governance/review/lookalike.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::StatusOr<std::string> ChainOf(const v1::Project& p) { return ProjectChain(p.name()); }

absl::Status Check(const v1::Project& p) {
  if (p.name().empty() || p.name().size() > limits::kNameBytes) return Malformed("project: name");
  if (p.researchers().empty()) return Malformed("project: no researcher");
  for (const std::string& key : p.researchers()) {
    if (!Is32(key)) return Malformed("project: a researcher's key is not 32 bytes");
  }
  return IsTime(p.outcome_due()) ? absl::OkStatus() : Malformed("project: outcome_due");
}

bool ByLead(const Document& d, const v1::OrgRoot&, const OrgState&) {
  return d.SignedBy(d.As<v1::Project>().researchers(0));
}

std::vector<std::string> Researchers(const v1::Project& p) {
  return {p.researchers().begin(), p.researchers().end()};
}

void Record(const Counted& counted, OrgState& state) {
  state.projects[counted.document.As<v1::Project>().name()].Append(counted);
}

void Show(const Document& d, const Register* reg, Screen& s) {
  s.Title("Project");
  ShowProject(d.As<v1::Project>(), reg, s);
}

void WarnOfProjectName(const v1::Project& p, const Register* reg, Screen& s) {
  std::vector<absl::string_view> others;
  if (reg != nullptr) {
    for (const ProjectInForce* other : reg->Projects()) others.push_back(other->project->name());
  }
  WarnOfName(p.name(), others, s);
}

}  // namespace

constinit const Kind kProjectKind = {.type = kinds::kProject,
                                     .make = Make<v1::Project>,
                                     .chain = Of<v1::Project, ChainOf>,
                                     .check = Of<v1::Project, Check>,
                                     .also_by = ByLead,
                                     .own_keys = Of<v1::Project, Researchers>,
                                     .record = Record,
                                     .show = Show};

std::string DraftProject(const Register& reg, const OrgId& issuer, const ProjectDraft& draft,
                         absl::Time now) {
  v1::Project project;
  *project.mutable_header() = NextHeader(reg, issuer, ProjectChain(draft.name), now);
  project.set_name(draft.name);
  AddText(*project.mutable_question(), draft.question);
  AddText(*project.mutable_benefit(), draft.benefit);
  project.set_legal_basis(draft.legal_basis);
  for (const std::string& purpose : draft.purposes) project.add_purposes(purpose);
  for (const std::string& dataset : draft.datasets) project.add_datasets(dataset);
  for (const PublicKey& key : draft.researchers) project.add_researchers(key.ToBytes());
  return project.SerializeAsString();
}

// What a board reads of a project: names can be taken by anybody; keys and fingerprints can't.
void ShowProject(const v1::Project& p, const Register* reg, Screen& s) {
  s.Line("project", Shown(p.name()));
  WarnOfProjectName(p, reg, s);
  s.Line("project of", NameOf(p.header().issuer(), reg));
  s.Texts("asks", p.question());
  s.Texts("benefit", p.benefit());
  s.Items("purposes", p.purposes());
  s.Items("datasets", p.datasets());
  s.Line("legal basis", Shown(p.legal_basis()));
  s.Line("people", absl::StrCat(p.researchers_size(), " researcher key(s)"));
  for (const std::string& key : p.researchers()) s.Line("researcher's key", Fingerprint(key));
  if (p.outcome_due() != 0) s.Line("outcome due", Day(p.outcome_due()));
  if (p.benefit().empty()) s.Warn("no benefit is stated");
  if (p.legal_basis().empty()) {
    s.Warn("no legal basis is stated");
  } else if (!CheckLegalBasis(p.legal_basis()).ok()) {
    s.Warn("its legal basis is none of the list: ask for it in those words");
  }
}

}  // namespace commons::governance
