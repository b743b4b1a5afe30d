// A file that is there whole or not at all, whenever the process or the machine stops.
#ifndef COMMONS_BASE_WHOLE_FILE_H_
#define COMMONS_BASE_WHOLE_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace commons {

enum class IfThere { kReplace, kRefuse };

// Writes beside `path`, syncs, moves it there and syncs the directory. Never through a link that
// somebody planted. `mode`: permission bits, whatever the umask. kAlreadyExists with kRefuse; else
// errno's code, with the path. From several threads, but one at a time for one path.
absl::Status WriteWholeFile(const std::string& path, absl::string_view bytes, unsigned mode,
                            IfThere if_there);

}  // namespace commons

#endif  // COMMONS_BASE_WHOLE_FILE_H_
