#include "clients/cli/doc_target.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"
#include "governance/document/chains.h"
#include "governance/document/id_prefix.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/table.h"

namespace commons::clients {

using governance::Document;

absl::StatusOr<Papers> PapersAbout(const DocOptions& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  Papers::Chains chains = {governance::kProjectChains, governance::kPolicyChains,
                           governance::kManifestChains};
  if (!std::filesystem::exists(options.target)) {
    return Papers::WithId(*client, options.target, chains);
  }
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(options.target));
  for (const v1::Envelope& envelope : rules.envelopes()) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
    const bool in_set = governance::KindOf(document).home == governance::Kind::Home::kSet;
    chains.push_back(in_set ? governance::kSetChains : document.header->chain());
  }
  return Papers::From(*client, chains);
}

absl::StatusOr<v1::RuleFile> FindTarget(const DocOptions& options, const Papers* papers) {
  if (std::filesystem::exists(options.target)) return ReadRuleFile(options.target);
  if (papers == nullptr) {
    return absl::NotFoundError(absl::StrCat(
        options.target, ": no such file; to find a document by its id, name the node with --dir"));
  }
  auto named = papers->Named(options.target);
  if (!absl::IsNotFound(named.status())) return named;
  return absl::NotFoundError(absl::StrCat(
      options.target, ": neither a file nor the first ", governance::kIdDigitsMin,
      " or more digits of a document's id; see: commons doc list --dir ", options.dir));
}

}  // namespace commons::clients
