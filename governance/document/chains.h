// The chains that documents stand on, by name (docs/formats/documents.md). A name is unique within
// its issuer.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_CHAINS_H_
#define COMMONS_GOVERNANCE_DOCUMENT_CHAINS_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"

namespace commons::governance {

// The one chain of an organisation's cards, and the one of Charter and Resolutions.
inline constexpr char kOrgChain[] = "org";
inline constexpr char kCommonsChain[] = "commons";

inline constexpr char kApprovalChains[] = "approval/";  // how all of them begin
inline std::string ApprovalChain(uint64_t version, uint32_t ballot) {
  return absl::StrCat(kApprovalChains, version, "/", ballot);
}
inline constexpr char kWithdrawalChains[] = "withdrawal/";
inline std::string WithdrawalChain(uint64_t version, uint32_t ballot) {
  return absl::StrCat(kWithdrawalChains, version, "/", ballot);
}
inline constexpr char kLeaveChain[] = "leave";
inline constexpr char kPolicyChains[] = "policy/";
inline std::string PolicyChain(absl::string_view dataset) {
  return absl::StrCat(kPolicyChains, dataset);
}
inline constexpr char kManifestChains[] = "manifest/";
inline std::string ManifestChain(absl::string_view dataset) {
  return absl::StrCat(kManifestChains, dataset);
}
inline std::string AccreditationChain(const PublicKey& researcher) {
  return absl::StrCat("accreditation/", researcher.ToHex());
}
inline constexpr char kProjectChains[] = "project/";
inline std::string ProjectChain(absl::string_view name) {
  return absl::StrCat(kProjectChains, name);
}
inline constexpr char kProjectApprovalChains[] = "project-approval/";
inline std::string ProjectApprovalChain(const DocId& project) {
  return absl::StrCat(kProjectApprovalChains, project.ToHex());
}

// Stands for what is on no chain (freezes, lifts, ...) where chains are chosen.
inline constexpr char kSetChains[] = "sets/";

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_CHAINS_H_
