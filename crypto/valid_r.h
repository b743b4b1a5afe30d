// Internal to crypto/: the point R, the first half of an Ed25519 signature.
#ifndef COMMONS_CRYPTO_VALID_R_H_
#define COMMONS_CRYPTO_VALID_R_H_

#include "absl/strings/string_view.h"

namespace commons::crypto::internal {

// Whether R is a point that IsValidPublicKey accepts, of a signature of 64 bytes for which
// libsodium says that the equation holds with a valid key. compared_exactly:
// LibsodiumComparesExactly().
bool IsValidR(absl::string_view signature, bool compared_exactly);

}  // namespace commons::crypto::internal

#endif  // COMMONS_CRYPTO_VALID_R_H_
