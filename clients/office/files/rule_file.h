// `.rule` files: signed documents handed over by hand (proto RuleFile; docs/formats/documents.md).
#ifndef COMMONS_CLIENTS_OFFICE_FILES_RULE_FILE_H_
#define COMMONS_CLIENTS_OFFICE_FILES_RULE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// kNotFound / kPermissionDenied name the file; kResourceExhausted beyond `bytes_max`.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max);
// Written beside the target and renamed: the file is whole or absent.
absl::Status WriteFile(const std::string& path, absl::string_view bytes, int mode);

// kInvalidArgument "FILE: not a .rule file" for anything else than a RuleFile.
absl::StatusOr<v1::RuleFile> ReadRuleFile(const std::string& path);
absl::Status WriteRuleFile(const std::string& path, const v1::RuleFile& rules);

// The only envelope of this kind in the file, else kInvalidArgument.
absl::StatusOr<v1::Envelope> OnlyEnvelope(const v1::RuleFile& rules, absl::string_view kind,
                                          const std::string& path);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_RULE_FILE_H_
