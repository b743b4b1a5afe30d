// Hashes with domain separation: SHA-256 (FIPS 180-4) for document ids and Merkle trees,
// BLAKE2b-256 (RFC 7693) for everything that both ends build from fields.
#ifndef COMMONS_CRYPTO_HASH_H_
#define COMMONS_CRYPTO_HASH_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "base/ids.h"

namespace commons::crypto {

Hash32 Sha256(absl::string_view data);

// doc_id = SHA-256(0x00 || type || 0x00 || payload) (docs/formats/documents.md).
DocId DocIdOf(absl::string_view payload_type, absl::string_view payload);

// A BLAKE2b-256 over length-prefixed fields: two different field lists never hash the same bytes.
// Each field is written as its length (uint64, little-endian) and its bytes; integers are 8 bytes,
// little-endian, with the same prefix. The domain is the first field. Not thread-safe.
class FieldHasher {
 public:
  explicit FieldHasher(absl::string_view domain);
  // Keyed variant (BLAKE2b's key parameter); key of 16 to 64 bytes.
  FieldHasher(absl::string_view domain, absl::string_view key);
  ~FieldHasher();
  FieldHasher(const FieldHasher&) = delete;
  FieldHasher& operator=(const FieldHasher&) = delete;

  FieldHasher& Add(absl::string_view bytes);
  FieldHasher& AddU64(uint64_t value);
  template <typename Tag>
  FieldHasher& Add(const Id32<Tag>& id) {
    return Add(id.view());
  }
  // Once: the hasher is spent afterwards.
  Hash32 Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Retypes a hash, for example Retype<QueryId>(hasher.Finish()).
template <typename Id, typename Tag>
Id Retype(const Id32<Tag>& hash) {
  return *Id::FromBytes(hash.view());
}

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_HASH_H_
