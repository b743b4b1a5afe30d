#include "clients/office/draft/research.h"

#include <string>
#include <vector>

#include "base/status.h"
#include "clients/office/draft/common.h"
#include "governance/document/chains.h"
#include "governance/document/legal_basis.h"
#include "governance/document/payload_types.h"

namespace commons::clients {

absl::StatusOr<std::string> MakeAccreditation(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const PublicKey researcher, spec.Key("researcher"));
  v1::Accreditation accreditation;
  ASSIGN_OR_RETURN(*accreditation.mutable_header(),
                   DraftHeader(sources, governance::AccreditationChain(researcher)));
  accreditation.set_researcher(researcher.ToBytes());
  ASSIGN_OR_RETURN(*accreditation.mutable_affiliation(), spec.Text("affiliation"));
  ASSIGN_OR_RETURN(const bool practice, spec.Flag("practice", false));
  accreditation.set_practice(practice);
  return accreditation.SerializeAsString();
}

// Purpose and legal basis are asked for: there is no default.
absl::StatusOr<std::string> MakeProject(const Sources& sources) {
  const Spec& spec = sources.spec;
  v1::Project project;
  ASSIGN_OR_RETURN(*project.mutable_name(), spec.Text("name"));
  ASSIGN_OR_RETURN(*project.mutable_header(),
                   DraftHeader(sources, governance::ProjectChain(project.name())));
  RETURN_IF_ERROR(spec.Said("question", *project.mutable_question()));
  RETURN_IF_ERROR(spec.Said("benefit", *project.mutable_benefit()));
  ASSIGN_OR_RETURN(*project.mutable_legal_basis(), spec.Text("legal_basis"));
  if (const auto known = governance::CheckLegalBasis(project.legal_basis()); !known.ok()) {
    return spec.Wrong("legal_basis", known.message());
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> purposes, spec.Texts("purposes"));
  ASSIGN_OR_RETURN(const std::vector<std::string> datasets, spec.Texts("datasets"));
  ASSIGN_OR_RETURN(const std::vector<PublicKey> researchers, spec.Keys("researchers"));
  ASSIGN_OR_RETURN(const int64_t due, spec.Day("outcome_due", 0));
  if (purposes.empty()) return spec.Wrong("purposes", "is missing; name at least one");
  if (datasets.empty()) return spec.Wrong("datasets", "is missing; name at least one");
  project.mutable_purposes()->Assign(purposes.begin(), purposes.end());
  project.mutable_datasets()->Assign(datasets.begin(), datasets.end());
  for (const PublicKey& key : researchers) project.add_researchers(key.ToBytes());
  project.set_outcome_due(due);
  return project.SerializeAsString();
}

absl::StatusOr<std::string> MakeProjectApproval(const Sources& sources) {
  ASSIGN_OR_RETURN(const DocId project,
                   DocumentNamed(sources, "project", governance::kinds::kProject));
  v1::ProjectApproval approval;
  ASSIGN_OR_RETURN(*approval.mutable_header(),
                   DraftHeader(sources, governance::ProjectApprovalChain(project)));
  approval.set_project(project.ToBytes());
  ASSIGN_OR_RETURN(const bool yes, sources.spec.Flag("yes", true));
  approval.set_yes(yes);
  return approval.SerializeAsString();
}

}  // namespace commons::clients
