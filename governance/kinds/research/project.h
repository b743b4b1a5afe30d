// A project: who asks what, of which datasets and why. Its lead, the first researcher named, signs.
#ifndef COMMONS_GOVERNANCE_KINDS_RESEARCH_PROJECT_H_
#define COMMONS_GOVERNANCE_KINDS_RESEARCH_PROJECT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kProjectKind;

struct ProjectDraft {
  std::string name, question, legal_basis, benefit;
  std::vector<std::string> purposes, datasets;
  std::vector<PublicKey> researchers;
};
// Payload bytes ready for SignDocument.
std::string DraftProject(const Register& reg, const OrgId& issuer, const ProjectDraft& draft,
                         absl::Time now);

// Also for an approval, which shows the project that it names, whole.
void ShowProject(const v1::Project& project, const Register* reg, Screen& screen);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_RESEARCH_PROJECT_H_
