#include "crypto/tls/x509.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "absl/strings/str_cat.h"
#include "crypto/hash.h"
#include "crypto/sodium.h"
#include "crypto/tls/openssl_ptr.h"

namespace commons::crypto {
namespace {

// A process that ends while gRPC's threads still connect would take their locks from under them: of
// what OpenSSL holds, nothing is freed at exit. It must be the first word to OpenSSL, before main.
[[maybe_unused]] const int kept_at_exit = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

constexpr size_t kCertificatePemBytes = 16 << 10;
constexpr absl::Duration kClockSkew = absl::Minutes(10);

using internal::Bio;
using internal::Certificate;
using internal::Freer;
using internal::Key;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

// TLS on this thread reads the same error queue: leave nothing of ours in it.
struct ErrorQueueGuard {
  ~ErrorQueueGuard() { ERR_clear_error(); }
};

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<Key> ToOpenSsl(const SigningKey& key) {
  std::string seed = key.Seed(SecretKeyAccess::IKnowWhatIAmDoing());
  internal::WipeAtExit wipe(seed);
  Key out(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, internal::AsBytes(seed),
                                       seed.size()));
  if (!out) return absl::InternalError("TLS identity: OpenSSL refused the Ed25519 key");
  return out;
}

bool AddExtension(X509* cert, int nid, const std::string& value) {
  Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
  return extension && X509_add_ext(cert, extension.get(), -1) == 1;
}

// A positive serial number of 16 bytes that depends on the key and the date.
bool SetSerial(X509* cert, const PublicKey& key, absl::Time not_before) {
  Hash32 hash = FieldHasher("commons/tls-serial/1")
                    .Add(key)
                    .AddU64(static_cast<uint64_t>(absl::ToUnixSeconds(not_before)))
                    .Finish();
  hash.mutable_data()[0] = (hash.data()[0] & 0x7f) | 0x40;
  std::unique_ptr<BIGNUM, Freer<BN_free>> number(BN_bin2bn(hash.data(), 16, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(cert)) != nullptr;
}

bool FillCertificate(X509* cert, EVP_PKEY* key, const PublicKey& public_key, absl::Time not_before,
                     absl::Time not_after) {
  const std::string name = TlsNameOf(public_key);
  X509_NAME* subject = X509_get_subject_name(cert);
  return X509_set_version(cert, X509_VERSION_3) == 1 && SetSerial(cert, public_key, not_before) &&
         ASN1_TIME_set(X509_getm_notBefore(cert), absl::ToTimeT(not_before)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(cert), absl::ToTimeT(not_after)) != nullptr &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, internal::AsBytes(name), -1, -1,
                                    0) == 1 &&
         X509_set_issuer_name(cert, subject) == 1 && X509_set_pubkey(cert, key) == 1 &&
         AddExtension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
         AddExtension(cert, NID_subject_alt_name, absl::StrCat("DNS:", name)) &&
         X509_sign(cert, key, nullptr) > 0;
}

// Without a callback OpenSSL would ask the terminal for the passphrase of an encrypted PEM.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::Status Refused(absl::string_view why) {
  return absl::UnauthenticatedError(absl::StrCat("certificate: ", why));
}

bool ReadTime(const ASN1_TIME* text, absl::Time& out) {
  std::tm utc;
  if (text == nullptr || ASN1_TIME_to_tm(text, &utc) != 1) return false;
  out = absl::FromTM(utc, absl::UTCTimeZone());
  return true;
}

}  // namespace

std::string TlsNameOf(const PublicKey& key) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string name = "n";
  for (size_t bit = 0; bit < 26 * 5; bit += 5) {
    const unsigned pair = key.data()[bit / 8] << 8 | key.data()[bit / 8 + 1];
    name += kAlphabet[pair >> (11 - bit % 8) & 31];
  }
  return name;
}

absl::StatusOr<TlsIdentity> MintTlsIdentity(const SigningKey& key, absl::Time now,
                                            absl::Duration lifetime) {
  ErrorQueueGuard guard;
  auto private_key = ToOpenSsl(key);
  if (!private_key.ok()) return private_key.status();
  Certificate cert(X509_new());
  if (!cert || !FillCertificate(cert.get(), private_key->get(), key.public_key(), now - kClockSkew,
                                now + lifetime)) {
    return absl::InternalError("TLS identity: OpenSSL could not make the certificate");
  }
  Bio cert_text(BIO_new(BIO_s_mem()));
  Bio key_text(BIO_new(BIO_s_secmem()));
  if (!cert_text || !key_text || PEM_write_bio_X509(cert_text.get(), cert.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), private_key->get(), nullptr, nullptr, 0,
                                    nullptr, nullptr) != 1) {
    return absl::InternalError("TLS identity: OpenSSL could not write the PEM");
  }
  return TlsIdentity{TextOf(cert_text.get()), TextOf(key_text.get())};
}

absl::StatusOr<PublicKey> CertifiedKey::At(absl::Time now) const {
  if (now < not_before) return Refused("not yet valid");
  if (now >= not_after) return Refused("expired");
  return key;
}

absl::StatusOr<CertifiedKey> ReadCertificatePem(absl::string_view pem) {
  ErrorQueueGuard guard;
  const auto refuse = Refused;
  if (pem.size() > kCertificatePemBytes) return refuse("longer than 16 KiB");
  Bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!text) return absl::InternalError("certificate: no memory");
  Certificate cert(PEM_read_bio_X509(text.get(), nullptr, NoPassphrase, nullptr));
  if (!cert) return refuse("not a PEM certificate");

  CertifiedKey certified;
  if (!ReadTime(X509_get0_notBefore(cert.get()), certified.not_before) ||
      !ReadTime(X509_get0_notAfter(cert.get()), certified.not_after)) {
    return refuse("its dates cannot be read");
  }
  EVP_PKEY* key = X509_get0_pubkey(cert.get());
  PublicKey& out = certified.key;
  size_t size = PublicKey::kSize;
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, out.mutable_data(), &size) != 1 ||
      size != PublicKey::kSize) {
    return refuse("not an Ed25519 key");
  }
  if (!IsValidPublicKey(out)) return refuse("not a valid Ed25519 point");
  return certified;
}

absl::StatusOr<PublicKey> KeyFromCertificatePem(absl::string_view pem, absl::Time now) {
  const absl::StatusOr<CertifiedKey> certified = ReadCertificatePem(pem);
  if (!certified.ok()) return certified.status();
  return certified->At(now);
}

}  // namespace commons::crypto
