// The bytes of a `.rule` file: documents handed over by hand (docs/formats/documents.md).
#ifndef COMMONS_GOVERNANCE_DOCUMENT_RULE_FILE_H_
#define COMMONS_GOVERNANCE_DOCUMENT_RULE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Eight bytes that no protobuf message starts with (0x00 "CMNRUL1"), then the serialised RuleFile.
std::string EncodeRuleFile(const v1::RuleFile& rules);

// kInvalidArgument for anything else; at most limits::kLocalMessageBytes.
absl::StatusOr<v1::RuleFile> DecodeRuleFile(absl::string_view bytes);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_RULE_FILE_H_
