#include "clients/office/draft/sets.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "clients/office/draft/common.h"
#include "governance/document/payload_types.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;

const std::vector<std::pair<std::string, v1::StopReason>> kReasons = {
    {"harm", v1::STOP_HARM},           {"consent", v1::STOP_CONSENT}, {"data", v1::STOP_DATA},
    {"misuse", v1::STOP_MISUSE},       {"key", v1::STOP_KEY},         {"law", v1::STOP_LAW},
    {"complaint", v1::STOP_COMPLAINT}, {"tikanga", v1::STOP_TIKANGA}, {"other", v1::STOP_OTHER}};

absl::StatusOr<v1::StopReason> Reason(const Spec& spec) {
  ASSIGN_OR_RETURN(const std::string text, spec.Text("reason", "other"));
  for (const auto& [name, reason] : kReasons) {
    if (name == text) return reason;
  }
  return spec.Wrong(
      "reason", absl::StrCat("must be one of ",
                             absl::StrJoin(kReasons, ", ", [](std::string* out, const auto& each) {
                               absl::StrAppend(out, each.first);
                             })));
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
  v1::Freeze freeze;
  RETURN_IF_ERROR(FillSet(sources, freeze));
  RETURN_IF_ERROR(SetScope(sources, *freeze.mutable_scope()));
  ASSIGN_OR_RETURN(const v1::StopReason reason, Reason(sources.spec));
  freeze.set_reason(reason);
  return freeze.SerializeAsString();
}

absl::StatusOr<std::string> MakeLift(const Sources& sources) {
  const Spec& spec = sources.spec;
  v1::Lift lift;
  RETURN_IF_ERROR(FillSet(sources, lift));
  ASSIGN_OR_RETURN(const std::vector<std::string> freezes, spec.Texts("freezes"));
  for (const std::string& text : freezes) {
    const auto id = DocId::FromHex(text);
    if (!id.ok()) return spec.Wrong("freezes", "must be ids of 64 hexadecimal digits");
    lift.add_freezes(id->ToBytes());
  }
  auto& named = *lift.mutable_freezes();
  std::sort(named.begin(), named.end());
  named.erase(std::unique(named.begin(), named.end()), named.end());
  if (spec.Has("key")) {
    ASSIGN_OR_RETURN(const PublicKey key, spec.Key("key"));
    lift.set_key(key.ToBytes());
  }
  return lift.SerializeAsString();
}

absl::StatusOr<std::string> MakeDecline(const Sources& sources) {
  const Spec& spec = sources.spec;
  v1::Decline decline;
  RETURN_IF_ERROR(FillSet(sources, decline));
  ASSIGN_OR_RETURN(const DocId document, DocumentNamed(sources, "document", ""));
  decline.set_document(document.ToBytes());
  RETURN_IF_ERROR(spec.Said("reason", *decline.mutable_reason()));
  return decline.SerializeAsString();
}

absl::StatusOr<std::string> MakeRevocation(const Sources& sources) {
  const Spec& spec = sources.spec;
  v1::Revocation revocation;
  ASSIGN_OR_RETURN(const OrgId issuer, OrgNamed(sources, "issuer"));
  revocation.set_issuer(issuer.ToBytes());
  revocation.set_commons_id(CommonsId().ToBytes());
  revocation.set_nonce(sources.random.Bytes(16));
  revocation.set_issued_at(absl::ToUnixSeconds(sources.now));
  ASSIGN_OR_RETURN(const PublicKey key, spec.Key("key"));
  revocation.set_key(key.ToBytes());
  ASSIGN_OR_RETURN(const uint64_t size, spec.Whole("last_good_size", 0, INT64_MAX));
  revocation.set_last_good_size(size);
  ASSIGN_OR_RETURN(const std::string root, spec.Text("last_good_root", ""));
  if (!root.empty()) {
    const auto hash = Hash32::FromHex(root);
    if (!hash.ok()) return spec.Wrong("last_good_root", "must be 64 hexadecimal digits");
    revocation.set_last_good_root(hash->ToBytes());
  }
  ASSIGN_OR_RETURN(const v1::StopReason reason, Reason(spec));
  revocation.set_reason(reason);
  return revocation.SerializeAsString();
}

}  // namespace commons::clients
