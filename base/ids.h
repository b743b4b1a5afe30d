// Typed 32-byte identifiers: a DocId is not an OrgId, though both are hashes.
#ifndef COMMONS_BASE_IDS_H_
#define COMMONS_BASE_IDS_H_

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/hex.h"

namespace commons {

// A value type of exactly 32 bytes; default is all zero ("absent"). Thread-compatible.
template <typename Tag>
class Id32 {
 public:
  static constexpr size_t kSize = 32;
  constexpr Id32() : bytes_{} {}
  explicit Id32(const std::array<uint8_t, kSize>& bytes) : bytes_(bytes) {}

  // Exactly 32 raw bytes, else kInvalidArgument.
  static absl::StatusOr<Id32> FromBytes(absl::string_view raw) {
    if (raw.size() != kSize) {
      return absl::InvalidArgumentError(
          absl::StrCat(Tag::kName, ": expected 32 bytes, found ", raw.size()));
    }
    Id32 id;
    std::copy(raw.begin(), raw.end(), id.bytes_.begin());
    return id;
  }
  // 64 hexadecimal digits, else kInvalidArgument.
  static absl::StatusOr<Id32> FromHex(absl::string_view hex) {
    const absl::StatusOr<std::string> bytes = HexToBytes(hex);
    if (!bytes.ok() || bytes->size() != kSize) {
      return absl::InvalidArgumentError(absl::StrCat(Tag::kName, ": expected 64 hex digits"));
    }
    return FromBytes(*bytes);
  }

  absl::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  std::string ToBytes() const { return std::string(view()); }
  std::string ToHex() const { return absl::BytesToHexString(view()); }
  const uint8_t* data() const { return bytes_.data(); }
  uint8_t* mutable_data() { return bytes_.data(); }
  bool IsZero() const {
    return std::all_of(bytes_.begin(), bytes_.end(), [](uint8_t b) { return b == 0; });
  }

  friend auto operator<=>(const Id32&, const Id32&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Id32& id) {
    return H::combine(std::move(h), id.bytes_);
  }

 private:
  std::array<uint8_t, kSize> bytes_;
};

// An organisation: doc_id of its OrgRoot genesis.
using OrgId = Id32<struct OrgIdTag>;
// A federation: doc_id of its Charter genesis.
using CommonsId = Id32<struct CommonsIdTag>;
// SHA-256(0x00 || type || 0x00 || payload) of a document.
using DocId = Id32<struct DocIdTag>;
// An Ed25519 public key.
using PublicKey = Id32<struct PublicKeyTag>;
// One asking of one question (docs/formats/aggregation.md).
using QueryId = Id32<struct QueryIdTag>;
// What a question asks, however it was written (docs/formats/release.md, 6).
using QuestionDigest = Id32<struct QuestionDigestTag>;
// Everything an owner's answer depends on (docs/formats/aggregation.md).
using StateId = Id32<struct StateIdTag>;
// A SHA-256 or BLAKE2b-256 value with no narrower meaning (Merkle roots, transcripts).
using Hash32 = Id32<struct Hash32Tag>;

struct OrgIdTag {
  static constexpr char kName[] = "organisation id";
};
struct CommonsIdTag {
  static constexpr char kName[] = "commons id";
};
struct DocIdTag {
  static constexpr char kName[] = "document id";
};
struct PublicKeyTag {
  static constexpr char kName[] = "public key";
};
struct QueryIdTag {
  static constexpr char kName[] = "query id";
};
struct QuestionDigestTag {
  static constexpr char kName[] = "question digest";
};
struct StateIdTag {
  static constexpr char kName[] = "state id";
};
struct Hash32Tag {
  static constexpr char kName[] = "hash";
};

}  // namespace commons

#endif  // COMMONS_BASE_IDS_H_
