// What a practice federation shall be: what was asked for, read and checked before anything is
// made.
#ifndef COMMONS_CLIENTS_CLI_LAB_BLUEPRINT_H_
#define COMMONS_CLIENTS_CLI_LAB_BLUEPRINT_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/lab/state.h"
#include "clients/office/files/policy_file.h"
#include "governance/standard/datapackage.h"
#include "proto/dialect.pb.h"

namespace commons::clients::lab {

struct UpOptions {
  std::string dir, package, data, policy;           // policy "" = defaults
  std::string accept_rejects;                       // ParseAcceptedRejects's
  std::vector<std::string> dialects;                // DialectFiles's choices
  std::vector<std::string> not_held;                // NotHeldOf's choices
  std::string resource;                             // of the package; "": the only one
  std::function<void(absl::string_view)> progress;  // one line each; may be empty
  std::function<void(absl::string_view)> warn;      // of the package, the import, the wait
  std::function<bool()> interrupted;                // set by Up: whether to give up
};

// Everything `up` works out before it touches the directory.
struct Blueprint {
  State state;
  std::map<std::string, std::string> csv;                    // member -> file
  std::map<std::string, v1::Dialect> dialects;               // of members whose files have one
  std::map<std::string, std::vector<std::string>> not_held;  // by members that lack columns
  governance::ParsedPackage package;
  PolicyFile policy;
  uint32_t accepted_rejects = 0;  // ImportChoice's
  std::string as_of;
};
// kInvalidArgument: options, files, or a directory that holds a lab already.
absl::StatusOr<Blueprint> Draw(const UpOptions& options);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_BLUEPRINT_H_
