// One thing that a sysadmin would check about a node, and what every such look at a file says.
#ifndef COMMONS_CLIENTS_OFFICE_DOCTOR_FINDING_H_
#define COMMONS_CLIENTS_OFFICE_DOCTOR_FINDING_H_

#include <sys/types.h>

#include <string>

#include "absl/strings/string_view.h"

namespace commons::clients {

struct Finding {
  std::string check;            // what was looked at
  std::string problem, remedy;  // empty when all is well
};

inline Finding Well(absl::string_view check) { return {std::string(check), "", ""}; }
// After a call failed for `error`: what the daemon's own user may see and this one may not is no
// fault of the node.
Finding NotSeen(absl::string_view path, int error);
// remedy: the command that takes the `forbidden` bits away, without the path.
Finding CheckMode(const std::string& path, mode_t forbidden, absl::string_view remedy);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DOCTOR_FINDING_H_
