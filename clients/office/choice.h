// Which document a person means by a name or by the beginning of its id. Any member can publish a
// project of a name that is taken, or an id that begins like another: what is not the only one is
// never chosen.
#ifndef COMMONS_CLIENTS_OFFICE_CHOICE_H_
#define COMMONS_CLIENTS_OFFICE_CHOICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "governance/document/document.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::clients {

bool IsBallot(const v1::Envelope& envelope);

// Both: kNotFound; kInvalidArgument, with the ids and issuers, when it may be any of several.

// By its name, its id or the beginning of its id.
absl::StatusOr<DocId> ChooseProject(absl::string_view target, const governance::Register& reg);
// The only charter or resolution in `rules`, found by `target`: a file or the beginning of an id.
absl::StatusOr<governance::Document> ChooseBallot(absl::string_view target,
                                                  const v1::RuleFile& rules,
                                                  const governance::Register& reg);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_CHOICE_H_
