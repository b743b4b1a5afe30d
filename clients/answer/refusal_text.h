// Why a question is not answered, and where in it, for people. Pure.
#ifndef COMMONS_CLIENTS_ANSWER_REFUSAL_TEXT_H_
#define COMMONS_CLIENTS_ANSWER_REFUSAL_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "proto/local.pb.h"

namespace commons::clients {

// "refused (UNKNOWN_COLUMN): message (at character 8: sx)" where the place is known, else with what
// to do: "refused (BUSY): message; ask again in half a minute". One line, no trailing newline.
std::string RefusalLine(const v1::Refusal& refusal, absl::string_view sql);

// The question and under it a caret at the place; "" when that is unknown or the question long.
std::string Caret(const v1::Refusal& refusal, absl::string_view sql);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_REFUSAL_TEXT_H_
