// For tests of this room: published vectors under tests/vectors and a reproducible random source.
#ifndef COMMONS_CRYPTO_VECTORS_FOR_TEST_H_
#define COMMONS_CRYPTO_VECTORS_FOR_TEST_H_

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "base/hex.h"
#include "crypto/random.h"
#include "nlohmann/json.hpp"

namespace commons::crypto {

inline std::ifstream OpenVectors(const std::string& name) {
  return std::ifstream(std::string(COMMONS_SOURCE_DIR "/tests/vectors/") + name);
}

// Empty (and the test fails on the count) when the file is not there.
inline nlohmann::json ReadWycheproof(const std::string& name) {
  std::ifstream in = OpenVectors("wycheproof/" + name);
  return nlohmann::json::parse(in);
}

// The bytes of a field that a vector file writes in hexadecimal.
inline std::string Hex(const nlohmann::json& value) {
  return *HexToBytes(value.get<std::string>());
}

// A random source that repeats itself; seed 0 to 255.
class SeededRandom : public RandomSource {
 public:
  explicit SeededRandom(uint8_t seed) : stream_(SeedOf(seed)) {}
  void Fill(void* out, size_t size) override { stream_.Fill(out, size); }

 private:
  static Hash32 SeedOf(uint8_t seed) {
    Hash32 out;
    out.mutable_data()[0] = seed;
    return out;
  }
  ChaChaStream stream_;
};

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_VECTORS_FOR_TEST_H_
