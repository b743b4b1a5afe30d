// What a steward says beside a file that is imported, and what is told of its texts.
#ifndef COMMONS_CLIENTS_OFFICE_IMPORT_IMPORT_CHOICE_H_
#define COMMONS_CLIENTS_OFFICE_IMPORT_IMPORT_CHOICE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/local.pb.h"

namespace commons::clients {

struct ImportChoice {
  bool replace = false;           // a file of rejected rows takes the place of all rows held
  uint32_t accepted_rejects = 0;  // of a million rows; 0: nothing was stated
  v1::Dialect dialect = {};       // how the file is written
  bool dry_run = false;           // nothing stays
  std::vector<std::string> not_held = {};  // declared columns that the file does not have
};

// "5%", "0.25 %": more than none, at most all, four decimals; "" is 0. kInvalidArgument, naming
// --accept-rejects.
absl::StatusOr<uint32_t> ParseAcceptedRejects(absl::string_view text);

// The columns that a list such as "ward,income" names.
std::vector<std::string> ColumnsOf(absl::string_view list);

// "MEMBER=COLUMN[,COLUMN]": the columns that each member lacks. kInvalidArgument, naming
// --not-held: no member, or none of `members`, or no column.
absl::StatusOr<std::map<std::string, std::vector<std::string>>> NotHeldOf(
    const std::vector<std::string>& choices, const std::vector<std::string>& members);

// `; no codes of column "c": "north " 2 times (the code ...)`: the most frequent texts that are no
// code, made printable; "" when there are none. They are values of rows: show them to the steward,
// never log or send them.
std::string UnknownTextsOf(const v1::ImportReply& reply);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_IMPORT_IMPORT_CHOICE_H_
