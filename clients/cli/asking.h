// Asking a question at a daemon and showing what came back; the same for the lab and real nodes.
#ifndef COMMONS_CLIENTS_CLI_ASKING_H_
#define COMMONS_CLIENTS_CLI_ASKING_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/answer/table.h"
#include "clients/cli/command.h"

namespace commons::clients {

struct Asking {
  std::string dir;          // of the node that asks
  std::string start_with;   // the command that starts it; "": commonsd --dir DIR
  std::string unreachable;  // why no node can be asked; "": one may answer
  std::string sql, purpose, project;
  std::string key, passphrase_file;  // the researcher's
  Format format = Format::kTable;
  bool per_member = false;
  bool bom = false;     // CSV begins with a byte order mark: Excel reads it as UTF-8 then
  bool strict = false;  // an answer without all members is kFailed
};

// Prints the answer; as CSV, which has no room for it, with a line on stderr for each caveat, who
// is missing among them. Or why there is none: a question that is not answered is kRefused, also
// when no daemon could be reached. Its JSON goes to stdout unless people read there, which --format
// json asks for even so; without that format stderr has one line, and on a terminal the question
// with a caret. Errors: what the caller can mend (the key file, options that do not go together).
absl::StatusOr<ExitCode> AskAndPrint(const Asking& asking);
absl::StatusOr<ExitCode> ExplainAndPrint(const Asking& asking);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_ASKING_H_
