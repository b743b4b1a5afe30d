// What a process that is a daemon sets up first of all, before any thread and any file of its own.
#ifndef COMMONS_NODE_MACHINE_PROCESS_H_
#define COMMONS_NODE_MACHINE_PROCESS_H_

#include <signal.h>

namespace commons::node {

// Opens /dev/null as standard input, output and error where they are closed: else the next file to
// be opened, such as one of the database, would bear their number, and the log would be written
// into it.
void FillStandardDescriptors();

// SIGTERM, SIGINT and SIGHUP, from now on only to be had by sigtimedwait; threads inherit it. A
// closed pipe and a file as long as may be are errors of the call that meets them, and end nothing.
sigset_t BlockSignals();

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_PROCESS_H_
