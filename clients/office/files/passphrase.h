// Passphrases, from a file or from whoever sits at the terminal.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_PASSPHRASE_H_
#define COMMONS_CLIENTS_OFFICE_FILES_PASSPHRASE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons::clients {

// Without white space around it. ReadFile's errors; kInvalidArgument for an empty one.
absl::StatusOr<std::string> ReadPassphrase(const std::string& file);

// The file's, or without one what is typed, unseen. kFailedPrecondition: neither; it says which
// option would help.
absl::StatusOr<std::string> AskPassphrase(const std::string& key_path,
                                          const std::string& passphrase_file);
// A new one: typed twice. kInvalidArgument when the two differ, or nothing was typed.
absl::StatusOr<std::string> AskNewPassphrase(const std::string& key_path,
                                             const std::string& passphrase_file,
                                             absl::string_view option);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_PASSPHRASE_H_
