// Internal to crypto/: one-time libsodium start and locked memory for secrets.
#ifndef COMMONS_CRYPTO_SODIUM_H_
#define COMMONS_CRYPTO_SODIUM_H_

#include <sodium.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace commons::crypto::internal {

// Ends the process when a contract of this room is broken or the machine cannot serve it (no
// entropy, no memory): going on would be unsafe.
void Require(bool condition);

// Call before any libsodium function. Cheap and thread-safe.
void EnsureSodium();

inline const uint8_t* AsBytes(absl::string_view s) {
  return reinterpret_cast<const uint8_t*>(s.data());
}
inline uint8_t* AsBytes(std::string& s) { return reinterpret_cast<uint8_t*>(s.data()); }

// N zero bytes in guarded, locked memory (sodium_malloc), wiped on destruction.
template <size_t N>
class LockedBytes {
 public:
  static constexpr size_t kSize = N;
  LockedBytes() {
    EnsureSodium();
    bytes_ = static_cast<uint8_t*>(sodium_malloc(N));
    Require(bytes_ != nullptr);
    sodium_memzero(bytes_, N);
  }
  ~LockedBytes() { sodium_free(bytes_); }
  LockedBytes(const LockedBytes&) = delete;
  LockedBytes& operator=(const LockedBytes&) = delete;

  uint8_t* data() { return bytes_; }
  const uint8_t* data() const { return bytes_; }

 private:
  uint8_t* bytes_;
};

// Wipes an ordinary buffer at the end of the scope; the buffer must not be resized meanwhile.
class WipeAtExit {
 public:
  WipeAtExit(void* data, size_t size) : data_(data), size_(size) {}
  explicit WipeAtExit(std::string& text) : WipeAtExit(text.data(), text.size()) {}
  ~WipeAtExit() { sodium_memzero(data_, size_); }
  WipeAtExit(const WipeAtExit&) = delete;
  WipeAtExit& operator=(const WipeAtExit&) = delete;

 private:
  void* data_;
  size_t size_;
};

}  // namespace commons::crypto::internal

#endif  // COMMONS_CRYPTO_SODIUM_H_
