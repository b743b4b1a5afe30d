// What a daemon finds in its directory when it starts, looked at without one: what would stop the
// next start is said before it is tried, also while a daemon still runs over files that have gone.
#ifndef COMMONS_CLIENTS_OFFICE_DOCTOR_DAEMON_FILES_H_
#define COMMONS_CLIENTS_OFFICE_DOCTOR_DAEMON_FILES_H_

#include <string>
#include <vector>

#include "clients/office/doctor/finding.h"

namespace commons::clients {

// The database, its mark and the daemon's own two keys; of a node that never ran there are none,
// and nothing is said.
std::vector<Finding> CheckDaemonFiles(const std::string& dir);
// inbox/ or outbox/: the daemon and its group read and write there.
Finding CheckSharedFolder(const std::string& path);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DOCTOR_DAEMON_FILES_H_
