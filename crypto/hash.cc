#include "crypto/hash.h"

#include "crypto/sodium.h"

namespace commons::crypto {
namespace {

using internal::AsBytes;

constexpr absl::string_view kZero("\0", 1);

class Sha256Hasher {
 public:
  Sha256Hasher() {
    internal::EnsureSodium();
    crypto_hash_sha256_init(&state_);
  }
  Sha256Hasher& Add(absl::string_view data) {
    crypto_hash_sha256_update(&state_, AsBytes(data), data.size());
    return *this;
  }
  template <typename Id>
  Id Finish() {
    Id out;
    crypto_hash_sha256_final(&state_, out.mutable_data());
    return out;
  }

 private:
  crypto_hash_sha256_state state_;
};

}  // namespace

Hash32 Sha256(absl::string_view data) { return Sha256Hasher().Add(data).Finish<Hash32>(); }

DocId DocIdOf(absl::string_view payload_type, absl::string_view payload) {
  return Sha256Hasher().Add(kZero).Add(payload_type).Add(kZero).Add(payload).Finish<DocId>();
}

struct FieldHasher::State {
  crypto_generichash_state blake;
  bool finished = false;
  ~State() { sodium_memzero(&blake, sizeof(blake)); }
};

FieldHasher::FieldHasher(absl::string_view domain) : state_(std::make_unique<State>()) {
  internal::EnsureSodium();
  crypto_generichash_init(&state_->blake, nullptr, 0, Hash32::kSize);
  Add(domain);
}

FieldHasher::FieldHasher(absl::string_view domain, absl::string_view key)
    : state_(std::make_unique<State>()) {
  internal::EnsureSodium();
  internal::Require(key.size() >= crypto_generichash_KEYBYTES_MIN &&
                    key.size() <= crypto_generichash_KEYBYTES_MAX);
  crypto_generichash_init(&state_->blake, AsBytes(key), key.size(), Hash32::kSize);
  Add(domain);
}

FieldHasher::~FieldHasher() = default;

FieldHasher& FieldHasher::Add(absl::string_view bytes) {
  internal::Require(!state_->finished);
  uint8_t length[8];
  for (int i = 0; i < 8; ++i) length[i] = static_cast<uint8_t>(uint64_t{bytes.size()} >> (8 * i));
  crypto_generichash_update(&state_->blake, length, sizeof(length));
  crypto_generichash_update(&state_->blake, AsBytes(bytes), bytes.size());
  return *this;
}

FieldHasher& FieldHasher::AddU64(uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
  return Add(absl::string_view(bytes, sizeof(bytes)));
}

Hash32 FieldHasher::Finish() {
  internal::Require(!state_->finished);
  state_->finished = true;
  Hash32 out;
  crypto_generichash_final(&state_->blake, out.mutable_data(), Hash32::kSize);
  return out;
}

}  // namespace commons::crypto
