#include "crypto/random.h"

#include <algorithm>
#include <cstring>

#include "crypto/sodium.h"

namespace commons::crypto {
namespace {

class OsRandom : public RandomSource {
 public:
  OsRandom() { internal::EnsureSodium(); }
  void Fill(void* out, size_t size) override { randombytes_buf(out, size); }
};

}  // namespace

RandomSource& SystemRandom() {
  static OsRandom random;
  return random;
}

ChaChaStream::ChaChaStream(const Hash32& seed) {
  static_assert(Hash32::kSize == crypto_stream_chacha20_KEYBYTES);
  internal::EnsureSodium();
  std::memcpy(key_, seed.data(), sizeof(key_));
}

ChaChaStream::~ChaChaStream() {
  sodium_memzero(key_, sizeof(key_));
  sodium_memzero(block_, sizeof(block_));
}

void ChaChaStream::Refill() {
  // With a zero nonce the 64-bit counter gives RFC 8439's stream for its first 2^32 blocks.
  static constexpr uint8_t kNonce[crypto_stream_chacha20_NONCEBYTES] = {};
  std::memset(block_, 0, sizeof(block_));
  crypto_stream_chacha20_xor_ic(block_, block_, sizeof(block_), kNonce, next_block_, key_);
  next_block_ += sizeof(block_) / 64;
  used_ = 0;
}

void ChaChaStream::Fill(void* out, size_t size) {
  auto* to = static_cast<uint8_t*>(out);
  while (size > 0) {
    if (used_ == sizeof(block_)) Refill();
    const size_t n = std::min(size, sizeof(block_) - used_);
    std::memcpy(to, block_ + used_, n);
    used_ += n;
    to += n;
    size -= n;
  }
}

uint64_t ChaChaStream::NextU64() {
  uint8_t bytes[8];
  Fill(bytes, sizeof(bytes));
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value |= uint64_t{bytes[i]} << (8 * i);
  return value;
}

}  // namespace commons::crypto
