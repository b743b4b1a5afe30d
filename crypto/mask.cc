#include "crypto/mask.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/str_cat.h"
#include "crypto/hash.h"
#include "crypto/sodium.h"

namespace commons::crypto {

struct EphemeralKey::Secret {
  internal::LockedBytes<crypto_scalarmult_SCALARBYTES> scalar;
};

EphemeralKey::EphemeralKey(std::unique_ptr<Secret> secret, const PublicKey& public_key)
    : secret_(std::move(secret)), public_key_(public_key) {}
EphemeralKey::~EphemeralKey() = default;
EphemeralKey::EphemeralKey(EphemeralKey&&) noexcept = default;
EphemeralKey& EphemeralKey::operator=(EphemeralKey&&) noexcept = default;

EphemeralKey EphemeralKey::Generate(RandomSource& random) {
  auto secret = std::make_unique<Secret>();
  random.Fill(secret->scalar.data(), secret->scalar.kSize);
  PublicKey public_key;
  crypto_scalarmult_base(public_key.mutable_data(), secret->scalar.data());
  return EphemeralKey(std::move(secret), public_key);
}

namespace {

absl::Status CheckRoster(const PublicKey& own, absl::Span<const PublicKey> roster,
                         size_t own_index) {
  if (own_index >= roster.size() || roster[own_index] != own) {
    return absl::InvalidArgumentError(
        absl::StrCat("masks: our ephemeral key is not number ", own_index, " of the roster"));
  }
  if (std::set<PublicKey>(roster.begin(), roster.end()).size() != roster.size()) {
    return absl::InvalidArgumentError("masks: an ephemeral key appears twice in the roster");
  }
  return absl::OkStatus();
}

// k_ij: lo and hi are the ephemeral keys of the pair, in roster order.
Hash32 PairKey(absl::string_view shared, const Hash32& transcript, const PublicKey& lo,
               const PublicKey& hi) {
  return FieldHasher("commons/mask/1", shared).Add(transcript).Add(lo).Add(hi).Finish();
}

// vector += sign * keystream, the words little-endian. `stream` is scratch of the vector's size.
void AddKeystream(const Hash32& key, bool add, absl::Span<uint8_t> stream,
                  absl::Span<uint64_t> vector) {
  static constexpr uint8_t kNonce[crypto_stream_chacha20_NONCEBYTES] = {};
  crypto_stream_chacha20(stream.data(), stream.size(), kNonce, key.data());
  const uint8_t* next = stream.data();
  for (uint64_t& cell : vector) {
    uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word |= uint64_t{*next++} << (8 * i);
    cell += add ? word : -word;
  }
}

// The points of small order on the curve and its twist (cr.yp.to/ecdh.html) as canonical texts: 0,
// 1, the two of order eight and p - 1. Their other texts are not canonical.
constexpr const char* kSmallOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

// Whether the text, little-endian, is a number below p = 2^255 - 19. X25519 takes others modulo p
// and ignores the highest bit (RFC 7748 section 5), so that two texts would be one key.
bool IsCanonical(const PublicKey& key) {
  static const PublicKey kP =
      *PublicKey::FromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
  return std::lexicographical_compare(std::make_reverse_iterator(key.data() + PublicKey::kSize),
                                      std::make_reverse_iterator(key.data()),
                                      std::make_reverse_iterator(kP.data() + PublicKey::kSize),
                                      std::make_reverse_iterator(kP.data()));
}

}  // namespace

absl::Status CheckEphemeral(const PublicKey& key) {
  const std::string hex = key.ToHex();
  const bool small_order =
      std::find(std::begin(kSmallOrder), std::end(kSmallOrder), hex) != std::end(kSmallOrder);
  if (!IsCanonical(key) || small_order) {
    return absl::InvalidArgumentError("masks: not an ephemeral key that others can mask against");
  }
  return absl::OkStatus();
}

absl::Status AddPairwiseMasks(const EphemeralKey& own, absl::Span<const PublicKey> roster_keys,
                              size_t own_index, const Hash32& transcript,
                              absl::Span<uint64_t> vector) {
  if (absl::Status fits = CheckRoster(own.public_key(), roster_keys, own_index); !fits.ok()) {
    return fits;
  }
  // Every key before the first mask, so that a refusal leaves the vector untouched.
  std::vector<Hash32> keys(roster_keys.size());
  internal::WipeAtExit wipe_keys(keys.data(), keys.size() * sizeof(Hash32));
  internal::LockedBytes<crypto_scalarmult_BYTES> shared;
  const absl::string_view shared_view(reinterpret_cast<const char*>(shared.data()), shared.kSize);
  for (size_t j = 0; j < roster_keys.size(); ++j) {
    if (j == own_index) continue;
    const PublicKey& peer = roster_keys[j];
    // libsodium's -1 is the all-zero result.
    if (crypto_scalarmult(shared.data(), own.secret_->scalar.data(), peer.data()) != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("masks: ephemeral key ", j, " gives an all-zero X25519 result"));
    }
    keys[j] = own_index < j ? PairKey(shared_view, transcript, own.public_key(), peer)
                            : PairKey(shared_view, transcript, peer, own.public_key());
  }
  if (vector.empty()) return absl::OkStatus();  // nothing to mask; libsodium wants no null pointer
  std::vector<uint8_t> stream(vector.size() * sizeof(uint64_t));
  internal::WipeAtExit wipe_stream(stream.data(), stream.size());
  for (size_t j = 0; j < keys.size(); ++j) {
    if (j != own_index) AddKeystream(keys[j], j > own_index, absl::MakeSpan(stream), vector);
  }
  return absl::OkStatus();
}

}  // namespace commons::crypto
