// Titles and descriptions of a definition, in several languages.
#ifndef COMMONS_GOVERNANCE_STANDARD_TEXTS_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_TEXTS_CHECK_H_

#include "absl/status/status.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// kInvalidArgument, "what; what to do": too many, too long, or of no language.
absl::Status CheckTexts(const google::protobuf::RepeatedPtrField<v1::Text>& texts);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_TEXTS_CHECK_H_
