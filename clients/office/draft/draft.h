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

// A kind that people can write a spec for.
struct Draftable {
  absl::string_view name;  // as on the command line: "owner-policy"
  absl::string_view type;  // of payload_types.h; "": this version knows none
  // Payload bytes of type `type`. nullptr: this version makes none, NOT_SUPPORTED_YET.
  absl::StatusOr<std::string> (*make)(const Sources&) = nullptr;
};
absl::Span<const Draftable> Draftables();

// A file with the one unsigned document, or with the invitation. kInvalidArgument for what is wrong
// in the spec, with its line; kNotFound for an unknown kind; NOT_SUPPORTED_YET.
absl::StatusOr<v1::RuleFile> Draft(absl::string_view kind, const Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_DRAFT_H_
