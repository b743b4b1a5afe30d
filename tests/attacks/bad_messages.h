// Envelopes that no method may take, and what each is refused with.
#ifndef COMMONS_TESTS_ATTACKS_BAD_MESSAGES_H_
#define COMMONS_TESTS_ATTACKS_BAD_MESSAGES_H_

#include <functional>
#include <string>
#include <vector>

#include "tests/attacks/intruder.h"

namespace commons::attacks {

struct BadMessage {
  std::string name, outcome;  // as Intruder::Outcome says it
  std::function<v1::Envelope(PeerMethod)> make;
};
// All of them, for `to`; each is new whenever it is made. `other` is a third member. The intruder
// outlives them.
std::vector<BadMessage> BadMessages(Intruder& intruder, const std::string& to,
                                    const std::string& other);

// A message well signed whose payload is `payload`, whatever it is.
v1::Envelope WithPayload(const Intruder& intruder, PeerMethod method, const std::string& payload);

}  // namespace commons::attacks

#endif  // COMMONS_TESTS_ATTACKS_BAD_MESSAGES_H_
