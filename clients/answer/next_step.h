// What a person whose question was refused can do about it: the one catalogue. Pure.
#ifndef COMMONS_CLIENTS_ANSWER_NEXT_STEP_H_
#define COMMONS_CLIENTS_ANSWER_NEXT_STEP_H_

#include "absl/strings/string_view.h"
#include "proto/reason.pb.h"

namespace commons::clients {

// A clause that goes after the refusal's own words, for example "ask again in half a minute". Empty
// for reasons that no question is refused with.
absl::string_view NextStep(v1::Reason reason);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_NEXT_STEP_H_
