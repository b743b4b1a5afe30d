// Documents that people hold as files, away from any node.
#ifndef COMMONS_CLIENTS_OFFICE_TRUSTED_H_
#define COMMONS_CLIENTS_OFFICE_TRUSTED_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// The documents of a file, opened: kInvalidArgument or a refusal, with the file's name.
absl::StatusOr<std::vector<governance::Document>> OpenAll(const v1::RuleFile& rules,
                                                          const std::string& path);

// The documents of these files, and of every .rule file in those that are folders, context files
// among them; each once, with the signatures of all copies. What this version knows nothing of is
// left out.
absl::StatusOr<std::vector<governance::Document>> ReadTrusted(
    const std::vector<std::string>& paths);

// The card whose board signs the document, among the others or within one of them: the newest of
// its organisation; for a card that takes the place of another, of those before it.
std::optional<v1::OrgRoot> SigningCard(const std::vector<governance::Document>& documents,
                                       const governance::Document& document);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_TRUSTED_H_
