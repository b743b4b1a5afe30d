// The PEM that a TLS peer presents.
#include <cstdlib>

#include "crypto/tls/x509.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  const absl::string_view pem(reinterpret_cast<const char*>(data), size);
  const auto key = crypto::KeyFromCertificatePem(pem, absl::FromUnixSeconds(1750000000));
  if (key.ok() && !crypto::IsValidPublicKey(*key)) std::abort();
  return 0;
}
