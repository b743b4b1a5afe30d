#include "crypto/sodium.h"

#include <cstdlib>

namespace commons::crypto::internal {

void Require(bool condition) {
  if (!condition) std::abort();
}

void EnsureSodium() {
  static const int started = sodium_init();
  Require(started >= 0);
}

}  // namespace commons::crypto::internal
