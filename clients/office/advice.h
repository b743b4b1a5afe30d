// Advice as it can be typed.
#ifndef COMMONS_CLIENTS_OFFICE_ADVICE_H_
#define COMMONS_CLIENTS_OFFICE_ADVICE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace commons::clients {

// Every `commons` command in `words` that works on a node's directory and names none, with this
// one: "propose again: commons doc propose --dir D, with what can be agreed on".
std::string ForDirectory(absl::string_view words, absl::string_view dir);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_ADVICE_H_
