#include "clients/office/draft/sets.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/office/draft/common.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/stop/decline.h"
#include "governance/kinds/stop/freeze.h"
#include "governance/kinds/stop/lift.h"
#include "governance/kinds/stop/objection.h"
#include "governance/kinds/stop/revocation.h"
#include "governance/register/stop_words.h"

namespace commons::clients {

namespace kinds = governance::kinds;

namespace {

absl::StatusOr<v1::StopReason> Reason(const Spec& spec) {
  ASSIGN_OR_RETURN(const std::string text, spec.Text("reason", "other"));
  const v1::StopReason reason = governance::StopReasonOf(text);
  if (reason != v1::STOP_REASON_UNSPECIFIED) return reason;
  return spec.Wrong("reason", absl::StrCat("must be one of ", governance::StopReasonCodes()));
}

// One of: all = true, dataset, purpose, requester, or project with project_of.
absl::Status SetScope(const Sources& sources, v1::Scope& scope) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const bool all, spec.Flag("all", false));
  if (all) scope.set_all(true);
  ASSIGN_OR_RETURN(const std::string dataset, spec.Text("dataset", ""));
  ASSIGN_OR_RETURN(const std::string purpose, spec.Text("purpose", ""));
  ASSIGN_OR_RETURN(const std::string project, spec.Text("project", ""));
  if (!dataset.empty()) scope.set_dataset(dataset);
  if (!purpose.empty()) scope.set_purpose(purpose);
  if (spec.Has("requester")) {
    ASSIGN_OR_RETURN(const OrgId requester, OrgNamed(sources, "requester"));
    scope.set_requester(requester.ToBytes());
  }
  if (!project.empty()) {
    ASSIGN_OR_RETURN(const OrgId of, OrgNamed(sources, "project_of"));
    scope.mutable_project()->set_issuer(of.ToBytes());
    scope.mutable_project()->set_name(project);
  }
  const int said =
      all + !dataset.empty() + !purpose.empty() + !project.empty() + spec.Has("requester");
  if (said == 1) return absl::OkStatus();
  return spec.Wrong("all", "is one of all, dataset, purpose, requester, project: say exactly one");
}

}  // namespace

absl::StatusOr<std::string> MakeFreeze(const Sources& sources) {
  governance::FreezeDraft draft;
  ASSIGN_OR_RETURN(draft.issuer, OrgNamed(sources, "issuer"));
  ASSIGN_OR_RETURN(draft.commons, CommonsNamed(sources, "commons"));
  RETURN_IF_ERROR(SetScope(sources, draft.scope));
  ASSIGN_OR_RETURN(draft.reason, Reason(sources.spec));
  return governance::DraftFreeze(draft, sources.random, sources.now);
}

absl::StatusOr<std::string> MakeLift(const Sources& sources) {
  const Spec& spec = sources.spec;
  governance::LiftDraft draft;
  ASSIGN_OR_RETURN(draft.issuer, OrgNamed(sources, "issuer"));
  ASSIGN_OR_RETURN(draft.commons, CommonsNamed(sources, "commons"));
  ASSIGN_OR_RETURN(const std::vector<std::string> freezes, spec.Texts("freezes"));
  for (const std::string& text : freezes) {
    const auto id = DocId::FromHex(text);
    if (!id.ok()) return spec.Wrong("freezes", "must be ids of 64 hexadecimal digits");
    draft.freezes.push_back(*id);
  }
  if (spec.Has("key")) {
    ASSIGN_OR_RETURN(draft.key, spec.Key("key"));
  }
  return governance::DraftLift(draft, sources.random, sources.now);
}

absl::StatusOr<std::string> MakeDecline(const Sources& sources) {
  governance::DeclineDraft draft;
  ASSIGN_OR_RETURN(draft.issuer, OrgNamed(sources, "issuer"));
  ASSIGN_OR_RETURN(draft.commons, CommonsNamed(sources, "commons"));
  ASSIGN_OR_RETURN(draft.document, DocumentNamed(sources, "document", ""));
  RETURN_IF_ERROR(sources.spec.Said("reason", draft.reason));
  return governance::DraftDecline(draft, sources.random, sources.now);
}

absl::StatusOr<std::string> MakeRevocation(const Sources& sources) {
  const Spec& spec = sources.spec;
  governance::RevocationDraft draft;
  ASSIGN_OR_RETURN(draft.issuer, OrgNamed(sources, "issuer"));
  ASSIGN_OR_RETURN(draft.key, spec.Key("key"));
  ASSIGN_OR_RETURN(draft.last_good_size, spec.Whole("last_good_size", 0, INT64_MAX));
  ASSIGN_OR_RETURN(const std::string root, spec.Text("last_good_root"));
  const auto hash = Hash32::FromHex(root);
  if (!hash.ok()) return spec.Wrong("last_good_root", "must be 64 hexadecimal digits");
  draft.last_good_root = *hash;
  ASSIGN_OR_RETURN(draft.reason, Reason(spec));
  return governance::DraftRevocation(draft, sources.random, sources.now);
}

absl::StatusOr<std::string> MakeObjection(const Sources& sources) {
  OrgId issuer;
  ASSIGN_OR_RETURN(const DocId card, DocumentNamed(sources, "card", kinds::kRecovery));
  if (sources.spec.Has("issuer")) {
    ASSIGN_OR_RETURN(issuer, OrgNamed(sources, "issuer"));
  } else {
    ASSIGN_OR_RETURN(const governance::Document document,
                     DocumentIn(sources, "card", kinds::kRecovery));
    issuer = governance::IssuerOf(document);
  }
  return governance::DraftObjection(issuer, card, sources.random, sources.now);
}

}  // namespace commons::clients
