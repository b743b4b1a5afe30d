#include "clients/cli/keys/verify_signature.h"

#include <optional>
#include <string>

#include "base/hex.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "nlohmann/json.hpp"

namespace commons::clients {
namespace {

constexpr size_t kLineBytesMax = 4 << 20;

std::optional<std::string> Hex(const nlohmann::json& object, const char* name) {
  const auto field = object.find(name);
  if (field == object.end() || !field->is_string()) return std::nullopt;
  auto bytes = HexToBytes(field->get_ref<const std::string&>());
  return bytes.ok() ? std::optional(*std::move(bytes)) : std::nullopt;
}

// The line without its end; what is longer than it may be is read over and not kept.
bool NextLine(std::istream& in, std::string& line) {
  line.clear();
  char c;
  bool any = false;
  while (in.get(c)) {
    any = true;
    if (c == '\n') return true;
    if (line.size() <= kLineBytesMax) line += c;
  }
  return any;
}

}  // namespace

bool LineVerifies(absl::string_view line) {
  if (line.size() > kLineBytesMax) return false;
  const nlohmann::json object = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
  if (!object.is_object()) return false;
  const auto key = Hex(object, "key"), message = Hex(object, "message"),
             signature = Hex(object, "signature");
  if (!key || !message || !signature) return false;
  const auto point = PublicKey::FromBytes(*key);
  return point.ok() && crypto::VerifyStrict(*point, *message, *signature);
}

void VerifyLines(std::istream& in, std::ostream& out) {
  std::string line;
  while (NextLine(in, line)) {
    out << (LineVerifies(line) ? "{\"accept\":true}\n" : "{\"accept\":false}\n");
  }
  out << std::flush;
}

}  // namespace commons::clients
