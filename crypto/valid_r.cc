#include "crypto/valid_r.h"

#include <algorithm>

#include "crypto/sodium.h"

namespace commons::crypto::internal {
namespace {

// 0 + 1 * y.
bool IsIdentity(absl::string_view signature) {
  return signature[0] == 1 &&
         std::all_of(signature.begin() + 1, signature.begin() + 32, [](char c) { return c == 0; });
}

}  // namespace

bool IsValidR(absl::string_view signature, bool compared_exactly) {
  return compared_exactly ? !IsIdentity(signature)
                          : crypto_core_ed25519_is_valid_point(AsBytes(signature)) == 1;
}

}  // namespace commons::crypto::internal
