// sd_notify(3) without libsystemd: tells the service manager how this daemon is.
#ifndef COMMONS_NODE_NOTIFY_H_
#define COMMONS_NODE_NOTIFY_H_

#include "absl/strings/string_view.h"

namespace commons::node {

// state: "READY=1", "RELOADING=1", "STOPPING=1". Nothing happens without $NOTIFY_SOCKET.
void NotifyManager(absl::string_view state);

}  // namespace commons::node

#endif  // COMMONS_NODE_NOTIFY_H_
