// sd_notify(3) without libsystemd: tells the service manager how this daemon is.
#ifndef COMMONS_NODE_MACHINE_NOTIFY_H_
#define COMMONS_NODE_MACHINE_NOTIFY_H_

#include "absl/strings/string_view.h"

namespace commons::node {

// state: "READY=1", "RELOADING=1", "STOPPING=1". Nothing happens without $NOTIFY_SOCKET, and nobody
// hears of it when the manager is not there. Thread-safe as long as nobody sets the environment.
void NotifyManager(absl::string_view state);

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_NOTIFY_H_
