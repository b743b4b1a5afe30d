// Randomness as a parameter: real entropy in the node, a seeded stream in tests.
#ifndef COMMONS_CRYPTO_RANDOM_H_
#define COMMONS_CRYPTO_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/ids.h"

namespace commons::crypto {

// Thread-safe. Fill never fails: without entropy the process ends.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void Fill(void* out, size_t size) = 0;
  std::string Bytes(size_t size) {
    std::string out(size, '\0');
    Fill(out.data(), size);
    return out;
  }
};

// The operating system's generator through libsodium. The only source outside tests.
RandomSource& SystemRandom();

// ChaCha20 (RFC 8439) keystream under a 32-byte seed: noise coins, masks, and reproducible tests.
// Not thread-safe. The seed and state are wiped on destruction.
class ChaChaStream {
 public:
  explicit ChaChaStream(const Hash32& seed);
  ~ChaChaStream();
  ChaChaStream(const ChaChaStream&) = delete;
  ChaChaStream& operator=(const ChaChaStream&) = delete;

  void Fill(void* out, size_t size);
  uint64_t NextU64();

 private:
  void Refill();
  uint8_t key_[32];
  uint8_t block_[4096];
  size_t used_ = sizeof(block_);
  uint64_t next_block_ = 0;
};

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_RANDOM_H_
