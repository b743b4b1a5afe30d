// Signatures checked one line at a time, for those who compare our verdicts with others'.
#ifndef COMMONS_CLIENTS_CLI_KEYS_VERIFY_SIGNATURE_H_
#define COMMONS_CLIENTS_CLI_KEYS_VERIFY_SIGNATURE_H_

#include <istream>
#include <ostream>

#include "absl/strings/string_view.h"

namespace commons::clients {

// Whether {"key":hex,"message":hex,"signature":hex} holds a signature that a node takes
// (crypto::VerifyStrict). False for anything else than such a line.
bool LineVerifies(absl::string_view line);

// Writes {"accept":true} or {"accept":false} for each line.
void VerifyLines(std::istream& in, std::ostream& out);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_KEYS_VERIFY_SIGNATURE_H_
