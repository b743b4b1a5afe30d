// The keys of a policy.toml, each with what it may say.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_POLICY_KEYS_H_
#define COMMONS_CLIENTS_OFFICE_FILES_POLICY_KEYS_H_

#include <cstdint>
#include <map>
#include <string>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// One value of the file with its place. All outlive it.
struct PolicyEntry {
  const std::string& file;
  std::string key;
  const toml::node& node;
  const std::map<std::string, OrgId>& members;  // by name, where it is known who is one

  // kInvalidArgument "FILE:LINE: KEY what".
  absl::Status Error(absl::string_view what) const;
};

// Takes over what the entry says, or refuses it by its place.
absl::Status ApplyEntry(const PolicyEntry& entry, v1::Rule& rule, int64_t& cooling_off_seconds);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_POLICY_KEYS_H_
