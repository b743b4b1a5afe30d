#include "clients/office/files/passphrase.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"

namespace commons::clients {
namespace {

constexpr size_t kPassphraseBytes = 1024;

std::string TypedUnseen(const std::string& prompt) {
  termios before;
  const bool echo_off = tcgetattr(STDIN_FILENO, &before) == 0;
  if (echo_off) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  }
  std::cerr << prompt << std::flush;
  std::string line;
  std::getline(std::cin, line);
  if (echo_off) tcsetattr(STDIN_FILENO, TCSANOW, &before);
  std::cerr << "\n";
  return line;
}

absl::Status NobodyThere(const std::string& key_path, absl::string_view option) {
  return absl::FailedPreconditionError(absl::StrCat(
      key_path, ": needs its passphrase; name a file with ", option, ", or use a terminal"));
}

}  // namespace

absl::StatusOr<std::string> ReadPassphrase(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kPassphraseBytes));
  std::string passphrase(absl::StripAsciiWhitespace(text));
  if (passphrase.empty()) return absl::InvalidArgumentError(absl::StrCat(file, ": is empty"));
  return passphrase;
}

absl::StatusOr<std::string> AskPassphrase(const std::string& key_path,
                                          const std::string& passphrase_file) {
  if (!passphrase_file.empty()) return ReadPassphrase(passphrase_file);
  if (!isatty(STDIN_FILENO)) return NobodyThere(key_path, "--passphrase-file");
  return TypedUnseen(absl::StrCat("Passphrase for ", key_path, ": "));
}

absl::StatusOr<std::string> AskNewPassphrase(const std::string& key_path,
                                             const std::string& passphrase_file,
                                             absl::string_view option) {
  if (!passphrase_file.empty()) return ReadPassphrase(passphrase_file);
  if (!isatty(STDIN_FILENO)) return NobodyThere(key_path, option);
  std::string first = TypedUnseen(absl::StrCat("New passphrase for ", key_path, ": "));
  const std::string second = TypedUnseen("The same again: ");
  if (first.empty()) return absl::InvalidArgumentError("no passphrase was typed; nothing was done");
  if (first != second) {
    return absl::InvalidArgumentError("the two passphrases differ; nothing was done, try again");
  }
  return first;
}

}  // namespace commons::clients
