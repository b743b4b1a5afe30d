// What a board reads of a project: who asks what of whom. Names can be taken by anybody; keys and
// fingerprints can't.
#include "absl/strings/str_cat.h"
#include "governance/kinds/draft.h"
#include "governance/review/screen.h"

namespace commons::governance {

void ShowProject(const v1::Project& p, const Register* reg, Screen& s) {
  s.Line("project", Shown(p.name()));
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
  if (p.legal_basis().empty()) s.Warn("no legal basis is stated");
}

void ShowProjectApproval(const v1::ProjectApproval& p, const Register* reg, Screen& s) {
  s.Line("fingerprint of the project", Fingerprint(p.project()));
  const auto id = DocId::FromBytes(p.project());
  const auto* found = reg == nullptr || !id.ok() ? nullptr : reg->FindProject(*id);
  if (found == nullptr) {
    s.Warn(reg == nullptr ? "the project is not shown: name a node that knows it with --dir"
                          : "the project is not known here, or is not its newest version");
    return;
  }
  ShowProject(found->project, reg, s);
  if (found->expires_at != 0) s.Line("the project ends", Day(found->expires_at));
}

}  // namespace commons::governance
