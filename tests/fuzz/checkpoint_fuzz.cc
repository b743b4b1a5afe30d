// A signed tree head that a peer sends. The fuzzer cannot sign: each input is tried as it came, and
// as a body under a good signature, so that the body's parser is reached and what it accepts must
// be byte for byte what we would have written.
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "crypto/hash.h"
#include "crypto/merkle/merkle.h"

namespace {

using namespace commons;

const crypto::SigningKey& Key() {
  static const crypto::SigningKey key = *crypto::SigningKey::FromSeed(
      std::string(32, 'k'), crypto::SecretKeyAccess::IKnowWhatIAmDoing());
  return key;
}

std::string Sign(absl::string_view body) {
  const absl::string_view origin = body.substr(0, body.find('\n'));
  const std::string id =
      crypto::Sha256(absl::StrCat(origin, "\n\x01", Key().public_key().view())).ToBytes();
  return absl::StrCat(body, "\n\xe2\x80\x94 ", origin, " ",
                      absl::Base64Escape(id.substr(0, 4) + Key().Sign(body)), "\n");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  (void)crypto::OpenCheckpoint(input, Key().public_key());
  const std::string note = Sign(input);
  const auto opened = crypto::OpenCheckpoint(note, Key().public_key());
  if (opened.ok() && crypto::SignCheckpoint(*opened, Key()) != note) std::abort();
  return 0;
}
