// What drafts of several kinds share: headers, and documents that a spec names.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_COMMON_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_COMMON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "clients/office/draft/sources.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// Of the next version of `chain`: who and which commons are said by `issuer` and `commons` (a
// .rule file, or 64 hexadecimal digits), else as in the version before.
absl::StatusOr<v1::Header> DraftHeader(const Sources& sources, const std::string& chain);
// title, rationale, effective, expires; without the last it stays.
absl::Status FillHeader(const Sources& sources, v1::Header& header);

// Organisation, commons or document that a key of the spec names by its file or its id.
absl::StatusOr<OrgId> OrgNamed(const Sources& sources, const std::string& key);
absl::StatusOr<CommonsId> CommonsNamed(const Sources& sources, const std::string& key);
absl::StatusOr<DocId> DocumentNamed(const Sources& sources, const std::string& key,
                                    absl::string_view type);
// The only document of this type, or the only card, in the file that the key names.
absl::StatusOr<governance::Document> DocumentIn(const Sources& sources, const std::string& key,
                                                absl::string_view type);
absl::StatusOr<governance::Document> CardIn(const Sources& sources, const std::string& key);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_COMMON_H_
