// sd_notify(3) without libsystemd: tells the service manager how this daemon is.
#ifndef COMMONS_NODE_MACHINE_NOTIFY_H_
#define COMMONS_NODE_MACHINE_NOTIFY_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace commons::node {

// state: "READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1". Nothing happens without
// $NOTIFY_SOCKET, and nobody hears of it when the manager is not there. Thread-safe as long as
// nobody sets the environment.
void NotifyManager(absl::string_view state);

// How often the manager wants to hear "WATCHDOG=1" at the least ($WATCHDOG_USEC); zero: never.
absl::Duration WatchdogPeriod();

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_NOTIFY_H_
