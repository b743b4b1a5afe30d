// Documents from specs: drafted on anybody's machine, without a node, a network or a key.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_DRAFT_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_DRAFT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/office/draft/sources.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// A file with the one unsigned document, or with the invitation. kInvalidArgument for what is wrong
// in the spec, with its line; kNotFound for an unknown kind; NOT_SUPPORTED_YET.
absl::StatusOr<v1::RuleFile> Draft(absl::string_view kind, const Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_DRAFT_H_
