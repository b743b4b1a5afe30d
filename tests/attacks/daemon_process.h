// What a daemon's process holds, as the kernel says it.
#ifndef COMMONS_TESTS_ATTACKS_DAEMON_PROCESS_H_
#define COMMONS_TESTS_ATTACKS_DAEMON_PROCESS_H_

#include <cstddef>
#include <string>

namespace commons::attacks {

// "VmRSS": resident now; "VmHWM": the most that ever was. MiB; 0: there is no such process.
int MemoryMib(int pid, const std::string& what);
size_t Descriptors(int pid);

}  // namespace commons::attacks

#endif  // COMMONS_TESTS_ATTACKS_DAEMON_PROCESS_H_
