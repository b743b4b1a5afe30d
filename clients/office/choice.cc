#include "clients/office/choice.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/id_prefix.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;

// "" if unknown here; a card's own name.
std::string IssuerName(const governance::Document& document, const governance::Register& reg) {
  if (governance::IsACard(document)) return document.As<v1::OrgRoot>().name();
  const auto issuer = OrgId::FromBytes(document.header->issuer());
  const auto* member = issuer.ok() ? reg.FindMember(*issuer) : nullptr;
  return member ? member->name : "";
}

// In full: whoever tries long enough finds two documents whose ids begin alike.
absl::Status Several(absl::string_view target, const std::map<DocId, std::string>& issuers) {
  std::string listed;
  for (const auto& [id, issuer] : issuers) {
    absl::StrAppend(&listed, listed.empty() ? "" : ", ", id.ToHex(),
                    issuer.empty() ? "" : absl::StrCat(" from ", issuer));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      target, ": may be any of ", listed, "; give the id of the one you mean, or more of it"));
}

}  // namespace

bool IsBallot(const v1::Envelope& envelope) {
  return envelope.payload_type() == kinds::kCharter ||
         envelope.payload_type() == kinds::kResolution;
}

absl::StatusOr<DocId> ChooseProject(absl::string_view target, const governance::Register& reg) {
  std::map<DocId, std::string> meant;
  for (const auto* project : reg.Projects()) {
    // A name may be another project's id: the id goes first.
    if (project->id.ToHex() == target) return project->id;
    if (project->project->name() != target && !governance::IdBegins(target, project->id)) continue;
    const auto* member = reg.FindMember(project->issuer);
    meant[project->id] = member ? member->name : "";
  }
  if (meant.size() == 1) return meant.begin()->first;
  if (!meant.empty()) return Several(target, meant);
  return absl::NotFoundError(
      absl::StrCat(target, ": this node knows no such project yet; see: commons doc list"));
}

absl::StatusOr<governance::Document> ChooseBallot(absl::string_view target,
                                                  const v1::RuleFile& rules,
                                                  const governance::Register& reg) {
  std::map<DocId, std::string> meant;
  const v1::Envelope* last = nullptr;
  for (const v1::Envelope& envelope : rules.envelopes()) {
    if (!IsBallot(envelope)) continue;
    ASSIGN_OR_RETURN(const governance::Document document, governance::OpenDocument(envelope));
    meant[document.id] = IssuerName(document, reg);
    last = &envelope;
  }
  if (meant.size() == 1) return governance::OpenDocument(*last);
  if (!meant.empty()) return Several(target, meant);
  return absl::NotFoundError(
      absl::StrCat(target, ": no charter or resolution; see: commons doc list"));
}

}  // namespace commons::clients
