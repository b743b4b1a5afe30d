// Owners of what OpenSSL allocates. For the sources of this room.
#ifndef COMMONS_CRYPTO_TLS_OPENSSL_PTR_H_
#define COMMONS_CRYPTO_TLS_OPENSSL_PTR_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace commons::crypto::internal {

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* p) const {
    kFree(p);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

}  // namespace commons::crypto::internal

#endif  // COMMONS_CRYPTO_TLS_OPENSSL_PTR_H_
