#include "clients/office/draft/dataset.h"

#include <string>
#include <vector>

#include "base/status.h"
#include "clients/office/draft/common.h"
#include "clients/office/files/policy_file.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/founding.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"

namespace commons::clients {
namespace {

constexpr size_t kPolicyBytes = 1 << 16;

// 64 hexadecimal digits, or the datapackage.json that the definition was made from.
absl::StatusOr<std::string> StandardId(const Spec& spec) {
  ASSIGN_OR_RETURN(const std::string named, spec.Text("definition"));
  if (const auto id = Hash32::FromHex(named); id.ok()) return id->ToBytes();
  ASSIGN_OR_RETURN(const std::string resource, spec.Text("resource", ""));
  ASSIGN_OR_RETURN(const governance::ParsedPackage package,
                   ReadPackage(spec.Beside(named), resource));
  return governance::StandardIdOf(package.standard.SerializeAsString()).ToBytes();
}

}  // namespace

absl::StatusOr<std::string> MakeOwnerPolicy(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const std::string dataset, spec.Text("dataset", ""));
  ASSIGN_OR_RETURN(const std::string named, spec.Text("policy"));
  const std::string path = spec.Beside(named);
  ASSIGN_OR_RETURN(const std::string toml, ReadFile(path, kPolicyBytes));
  ASSIGN_OR_RETURN(const PolicyFile policy, ParsePolicy(toml, path, {}));
  v1::OwnerPolicy rules;
  ASSIGN_OR_RETURN(*rules.mutable_header(), DraftHeader(sources, governance::PolicyChain(dataset)));
  rules.set_dataset(dataset);
  *rules.mutable_rule() = policy.rule;
  rules.set_cooling_off_seconds(policy.cooling_off_seconds);
  ASSIGN_OR_RETURN(const bool stated, spec.Flag("open_describes_no_protected_records", false));
  rules.set_open_describes_no_protected_records(stated);
  return rules.SerializeAsString();
}

absl::StatusOr<std::string> MakeManifest(const Sources& sources) {
  const Spec& spec = sources.spec;
  v1::Manifest notice;
  ASSIGN_OR_RETURN(*notice.mutable_dataset(), spec.Text("dataset"));
  ASSIGN_OR_RETURN(*notice.mutable_header(),
                   DraftHeader(sources, governance::ManifestChain(notice.dataset())));
  ASSIGN_OR_RETURN(*notice.mutable_standard_id(), StandardId(spec));
  ASSIGN_OR_RETURN(const uint64_t edition, spec.Whole("edition", 0, INT64_MAX));
  ASSIGN_OR_RETURN(const uint64_t left_out, spec.Whole("left_out_percent", 0, 100));
  ASSIGN_OR_RETURN(const uint64_t scale, spec.Whole("stated_scale", 0, INT64_MAX));
  ASSIGN_OR_RETURN(const bool person, spec.Flag("each_row_is_a_person", false));
  notice.set_epoch(edition);
  notice.set_left_out_percent(static_cast<uint32_t>(left_out));
  notice.set_stated_scale(scale);
  notice.set_each_row_is_a_person(person);
  ASSIGN_OR_RETURN(*notice.mutable_as_of(), spec.Text("as_of", ""));
  ASSIGN_OR_RETURN(*notice.mutable_coverage(), spec.Text("coverage", ""));
  ASSIGN_OR_RETURN(*notice.mutable_provenance(), spec.Text("provenance", ""));
  ASSIGN_OR_RETURN(*notice.mutable_consent_basis(), spec.Text("consent_basis", ""));
  ASSIGN_OR_RETURN(*notice.mutable_retention(), spec.Text("retention", ""));
  ASSIGN_OR_RETURN(const std::vector<std::string> labels, spec.Texts("labels"));
  ASSIGN_OR_RETURN(const std::vector<std::string> not_held, spec.Texts("not_held"));
  notice.mutable_labels()->Assign(labels.begin(), labels.end());
  notice.mutable_not_held()->Assign(not_held.begin(), not_held.end());
  return notice.SerializeAsString();
}

}  // namespace commons::clients
