#include "clients/answer/json_text.h"

#include "governance/text.h"
#include "nlohmann/json.hpp"

namespace commons::clients {

std::string JsonString(absl::string_view text) {
  const nlohmann::json json(std::string{text});
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  const std::string plain = json.dump(-1, ' ', false, kReplace);
  return governance::Printable(plain) == plain ? plain : json.dump(-1, ' ', true, kReplace);
}

}  // namespace commons::clients
