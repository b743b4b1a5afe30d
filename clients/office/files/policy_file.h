// policy.toml (docs/formats/policy.md), and the rule it becomes.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_POLICY_FILE_H_
#define COMMONS_CLIENTS_OFFICE_FILES_POLICY_FILE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::clients {

struct PolicyFile {
  v1::Rule rule;  // every field set
  int64_t cooling_off_seconds = 0;
};

// What a file may leave out and depends on where it rules.
struct PolicyDefaults {
  std::vector<std::string> purposes;  // none: the file must name them
  uint32_t reply_slot_ms = 50;        // 0 in a practice federation, where nothing is to be hidden
  bool floor = false;  // common to all members: beside an open one some may stay protected
  std::map<std::string, OrgId> members = {};  // by name: who may be named as an asking organisation
};

// Defaults for every key that is absent. kInvalidArgument: "FILE:LINE: what; what to do"; unknown
// keys are refused with the nearest known one, keys of later work and those that mean nothing
// beside release = "open" by name.
absl::StatusOr<PolicyFile> ParsePolicy(absl::string_view toml, const std::string& file,
                                       const PolicyDefaults& defaults);

// Whether a dataset of this definition may have the rule: exact figures only where nothing tells
// people apart, and no purpose or column that the definition does not name. kInvalidArgument:
// "FILE: ...".
absl::Status CheckFits(const v1::Rule& rule, const v1::Standard& standard, const std::string& file);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_POLICY_FILE_H_
