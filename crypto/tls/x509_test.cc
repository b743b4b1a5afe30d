#include "crypto/tls/x509.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "absl/strings/str_replace.h"
#include "crypto/vectors_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1750000000);
constexpr absl::Duration kLifetime = absl::Hours(24 * 365);

class X509Test : public testing::Test {
 protected:
  TlsIdentity Mint(absl::Time now = kNow) { return *MintTlsIdentity(key_, now, kLifetime); }
  // The reason for which the PEM is refused.
  static std::string Refusal(const std::string& pem, absl::Time now = kNow) {
    const auto key = KeyFromCertificatePem(pem, now);
    EXPECT_EQ(ERR_peek_error(), 0u) << "an error left for the TLS library to stumble over";
    EXPECT_EQ(key.status().code(), absl::StatusCode::kUnauthenticated) << key.status();
    return std::string(key.status().message());
  }
  SeededRandom random_{20};
  SigningKey key_ = SigningKey::Generate(random_);
};

std::string ToPem(X509* cert) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, cert);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string out(data, size);
  BIO_free(bio);
  return out;
}

X509* FromPem(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* cert = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return cert;
}

EVP_PKEY* PrivateKey(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return key;
}

// A certificate like ours, but for another key, signed by itself.
std::string SelfSigned(EVP_PKEY* key, const EVP_MD* digest) {
  X509* cert = X509_new();
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
  ASN1_TIME_set(X509_getm_notBefore(cert), absl::ToTimeT(kNow - absl::Hours(1)));
  ASN1_TIME_set(X509_getm_notAfter(cert), absl::ToTimeT(kNow + absl::Hours(1)));
  X509_set_pubkey(cert, key);
  EXPECT_GT(X509_sign(cert, key, digest), 0);
  std::string pem = ToPem(cert);
  X509_free(cert);
  return pem;
}

TEST_F(X509Test, SeedToPemToKeyRoundTrip) {
  const auto key = KeyFromCertificatePem(Mint().certificate_pem, kNow);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, key_.public_key());
}

TEST_F(X509Test, ThePrivateKeyPemSignsLikeTheSeed) {
  EVP_PKEY* key = PrivateKey(Mint().private_key_pem);
  ASSERT_NE(key, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string signature(64, '\0');
  size_t size = signature.size();
  ASSERT_EQ(EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key), 1);
  ASSERT_EQ(EVP_DigestSign(context, reinterpret_cast<uint8_t*>(signature.data()), &size,
                           reinterpret_cast<const uint8_t*>("m"), 1),
            1);
  EXPECT_EQ(signature, key_.Sign("m"));
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
}

TEST_F(X509Test, TheCertificateIsSelfSignedAndNamed) {
  X509* cert = FromPem(Mint().certificate_pem);
  ASSERT_NE(cert, nullptr);
  EXPECT_EQ(X509_verify(cert, X509_get0_pubkey(cert)), 1);
  const std::string name = TlsNameOf(key_.public_key());
  EXPECT_EQ(X509_check_host(cert, name.data(), name.size(), 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(cert, "n", 1, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ca(cert), 0);
  X509_free(cert);
}

// RFC 4648 section 10: base32("foobar") = MZXW6YTBOI.
TEST_F(X509Test, TheTlsNameIsBase32) {
  PublicKey key = *PublicKey::FromBytes("foobar" + std::string(26, '\0'));
  EXPECT_EQ(TlsNameOf(key), "nmzxw6ytboi" + std::string(16, 'a'));
  EXPECT_EQ(TlsNameOf(*PublicKey::FromBytes(std::string(32, '\xff'))), "n" + std::string(26, '7'));
}

TEST_F(X509Test, MintingIsDeterministic) {
  EXPECT_EQ(Mint().certificate_pem, Mint().certificate_pem);
  EXPECT_NE(Mint().certificate_pem, Mint(kNow + absl::Hours(1)).certificate_pem);
}

TEST_F(X509Test, ValidFromTenMinutesBeforeUntilTheEndOfTheLifetime) {
  const std::string pem = Mint().certificate_pem;
  const absl::Time begin = kNow - absl::Minutes(10), end = kNow + kLifetime;
  EXPECT_TRUE(KeyFromCertificatePem(pem, begin).ok());
  EXPECT_TRUE(KeyFromCertificatePem(pem, end - absl::Seconds(1)).ok());
  EXPECT_THAT(Refusal(pem, begin - absl::Seconds(1)), HasSubstr("not yet valid"));
  EXPECT_THAT(Refusal(pem, end + absl::Seconds(1)), HasSubstr("expired"));
}

TEST_F(X509Test, OtherKeyTypesAreRefused) {
  EVP_PKEY* p256 = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  ASSERT_NE(p256, nullptr);
  EXPECT_THAT(Refusal(SelfSigned(p256, EVP_sha256())), HasSubstr("not an Ed25519 key"));
  EVP_PKEY_free(p256);
  EVP_PKEY* ed448 = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448");
  ASSERT_NE(ed448, nullptr);
  EXPECT_THAT(Refusal(SelfSigned(ed448, nullptr)), HasSubstr("not an Ed25519 key"));
  EVP_PKEY_free(ed448);
  EVP_PKEY* ed25519 = PrivateKey(Mint().private_key_pem);
  EXPECT_TRUE(KeyFromCertificatePem(SelfSigned(ed25519, nullptr), kNow).ok());
  EVP_PKEY_free(ed25519);
}

// An X25519 key has 32 bytes too: these are the bytes of a good Ed25519 key.
TEST_F(X509Test, TheSameBytesAsAKeyOfAnotherKindAreRefused) {
  X509* cert = FromPem(Mint().certificate_pem);
  EVP_PKEY* signer = PrivateKey(Mint().private_key_pem);
  const PublicKey bytes = key_.public_key();
  for (const int kind : {EVP_PKEY_ED25519, EVP_PKEY_X25519}) {
    EVP_PKEY* key = EVP_PKEY_new_raw_public_key(kind, nullptr, bytes.data(), PublicKey::kSize);
    ASSERT_EQ(X509_set_pubkey(cert, key), 1);
    ASSERT_GT(X509_sign(cert, signer, nullptr), 0);
    if (kind == EVP_PKEY_ED25519) {
      EXPECT_EQ(*KeyFromCertificatePem(ToPem(cert), kNow), bytes);
    } else {
      EXPECT_THAT(Refusal(ToPem(cert)), HasSubstr("not an Ed25519 key"));
    }
    EVP_PKEY_free(key);
  }
  EVP_PKEY_free(signer);
  X509_free(cert);
}

TEST_F(X509Test, ASmallOrderPointIsRefused) {
  X509* cert = FromPem(Mint().certificate_pem);
  PublicKey point;
  point.mutable_data()[0] = 1;
  EVP_PKEY* weak = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, point.data(), 32);
  ASSERT_EQ(X509_set_pubkey(cert, weak), 1);
  EVP_PKEY* signer = PrivateKey(Mint().private_key_pem);
  ASSERT_GT(X509_sign(cert, signer, nullptr), 0);
  EXPECT_THAT(Refusal(ToPem(cert)), HasSubstr("not a valid Ed25519 point"));
  EVP_PKEY_free(signer);
  EVP_PKEY_free(weak);
  X509_free(cert);
}

TEST_F(X509Test, GarbageIsRefused) {
  const TlsIdentity identity = Mint();
  const std::string& pem = identity.certificate_pem;
  EXPECT_THAT(Refusal(""), HasSubstr("not a PEM certificate"));
  Refusal("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  Refusal(identity.private_key_pem);
  Refusal(std::string(1000, '\0'));
  for (size_t size = 0; size + 2 < pem.size(); size += 7) Refusal(pem.substr(0, size));
}

TEST_F(X509Test, AnOversizedPemIsRefusedThoughTheCertificateInItIsGood) {
  const std::string pem = Mint().certificate_pem;
  EXPECT_TRUE(KeyFromCertificatePem(std::string(1000, '\n') + pem, kNow).ok());
  EXPECT_THAT(Refusal(std::string(20000, '\n') + pem), HasSubstr("longer than"));
}

TEST_F(X509Test, AnEncryptedPemIsRefusedWithoutAskingTheTerminal) {
  const std::string pem = absl::StrReplaceAll(
      Mint().certificate_pem, {{"-----BEGIN CERTIFICATE-----\n",
                                "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
                                "DEK-Info: AES-128-CBC,000102030405060708090A0B0C0D0E0F\n\n"}});
  Refusal(pem);
}

TEST_F(X509Test, TheFirstCertificateCounts) {
  const SigningKey other = SigningKey::Generate(random_);
  const std::string second = MintTlsIdentity(other, kNow, kLifetime)->certificate_pem;
  EXPECT_EQ(*KeyFromCertificatePem(Mint().certificate_pem + second, kNow), key_.public_key());
}

// A daemon that is told to stop while it dials must end as it is told. Seen to die of SIGSEGV in
// half of these without the flag that keeps what OpenSSL holds.
TEST(OpenSslAtExit, AProcessMayEndWhileOthersStillMakeKeys) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto end = [] {
    std::atomic<int> made = 0;
    for (int i = 0; i < 4; ++i) {
      std::thread([&made] {
        while (true) {
          EVP_PKEY_free(EVP_EC_gen("P-256"));
          ++made;
        }
      }).detach();
    }
    while (made < 8) std::this_thread::yield();
    std::exit(7);
  };
  for (int i = 0; i < 10; ++i) EXPECT_EXIT(end(), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace commons::crypto
