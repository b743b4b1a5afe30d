#include "clients/office/draft/draft.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/office/draft/commons.h"
#include "clients/office/draft/dataset.h"
#include "clients/office/draft/organisation.h"
#include "clients/office/draft/research.h"
#include "clients/office/draft/sets.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/table.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;

constexpr char kInvitation[] = "invitation";

// A kind that people can write a spec for.
struct Draftable {
  absl::string_view name;  // as on the command line: "owner-policy"
  absl::string_view type;  // of payload_types.h; "": this version knows none
  // Payload bytes of type `type`. nullptr: this version makes none, NOT_SUPPORTED_YET.
  absl::StatusOr<std::string> (*make)(const Sources&) = nullptr;
};

constexpr Draftable kDraftables[] = {
    {"org-root", kinds::kOrgRoot, MakeOrgRoot},
    {"node-info", kinds::kNodeInfo, MakeNodeInfo},
    {"charter", kinds::kCharter, MakeCharter},
    {"membership", kinds::kResolution, MakeMembership},
    {"standard", kinds::kResolution, MakeStandard},
    {"commons-policy", kinds::kResolution, MakeCommonsPolicy},
    {"owner-policy", kinds::kOwnerPolicy, MakeOwnerPolicy},
    {"manifest", kinds::kManifest, MakeManifest},
    {"accreditation", kinds::kAccreditation, MakeAccreditation},
    {"project", kinds::kProject, MakeProject},
    {"project-approval", kinds::kProjectApproval, MakeProjectApproval},
    {"freeze", kinds::kFreeze, MakeFreeze},
    {"lift", kinds::kLift, MakeLift},
    {"revocation", kinds::kRevocation, MakeRevocation},
    {"approval", kinds::kApproval, MakeApproval},
    {"decline", kinds::kDecline, MakeDecline},
    {"leave", kinds::kLeave, MakeLeave},
    {"withdrawal", kinds::kWithdrawal, MakeWithdrawal},
    {"recovery", kinds::kRecovery, MakeRecovery},
    {"objection", kinds::kObjection, MakeObjection},
    {"log-reset", "", nullptr},
    {kInvitation, "", nullptr},  // no document: see DraftInvitation
};

absl::Status NotYet(absl::string_view kind) {
  return governance::Refuse(
      v1::NOT_SUPPORTED_YET,
      absl::StrCat(kind, ": this version of the software can't make or read such a document"));
}

absl::StatusOr<v1::RuleFile> DraftInvitation(const Sources& sources) {
  v1::RuleFile rules;
  ASSIGN_OR_RETURN(*rules.mutable_invitation(), MakeInvitationDraft(sources));
  RETURN_IF_ERROR(sources.spec.NothingElse());
  return rules;
}

// What a node would refuse of the bytes, as a fault of the spec.
absl::Status AsFault(const absl::Status& status, const Spec& spec) {
  if (governance::ReasonOf(status) != v1::MALFORMED || status.ok()) return status;
  return spec.Wrong("this",
                    absl::StrCat("can't be a document: ", governance::RefusalOf(status).message()));
}

}  // namespace

absl::StatusOr<v1::RuleFile> Draft(absl::string_view kind, const Sources& sources) {
  const Draftable* const found =
      std::find_if(std::begin(kDraftables), std::end(kDraftables),
                   [&](const Draftable& each) { return each.name == kind; });
  if (found == std::end(kDraftables)) {
    std::vector<std::string> names;
    for (const Draftable& each : kDraftables) names.emplace_back(each.name);
    return absl::NotFoundError(absl::StrCat("there is no kind of document '", kind,
                                            "'; the nearest is '", Nearest(kind, names), "'"));
  }
  if (kind == kInvitation) return DraftInvitation(sources);
  if (found->make == nullptr || governance::FindKind(found->type) == nullptr) return NotYet(kind);
  const auto payload = found->make(sources);
  if (!payload.ok()) return AsFault(payload.status(), sources.spec);
  RETURN_IF_ERROR(sources.spec.NothingElse());
  v1::RuleFile rules;
  *rules.add_envelopes() = governance::SignDocument(found->type, *payload, {});
  RETURN_IF_ERROR(AsFault(governance::OpenDocument(rules.envelopes(0)).status(), sources.spec));
  return rules;
}

}  // namespace commons::clients
