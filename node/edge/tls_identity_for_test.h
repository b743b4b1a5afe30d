// A TLS end of any version and key, as other tools might make it. Tests only.
#ifndef COMMONS_NODE_EDGE_TLS_IDENTITY_FOR_TEST_H_
#define COMMONS_NODE_EDGE_TLS_IDENTITY_FOR_TEST_H_

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "absl/time/clock.h"
#include "crypto/keys.h"
#include "crypto/tls/x509.h"

namespace commons::node {

// Shows a fresh certificate of `key`.
inline void UseIdentity(SSL_CTX* context, const crypto::SigningKey& key) {
  const auto own = crypto::MintTlsIdentity(key, absl::Now(), absl::Hours(1));
  BIO* text = BIO_new_mem_buf(own->certificate_pem.data(), -1);
  X509* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  BIO_free(text);
  text = BIO_new_mem_buf(own->private_key_pem.data(), -1);
  EVP_PKEY* private_key = PEM_read_bio_PrivateKey(text, nullptr, nullptr, nullptr);
  BIO_free(text);
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, private_key);
  X509_free(certificate);
  EVP_PKEY_free(private_key);
}

// Of exactly this version.
inline SSL_CTX* TlsContext(const SSL_METHOD* method, int version, const crypto::SigningKey& key) {
  SSL_CTX* context = SSL_CTX_new(method);
  SSL_CTX_set_min_proto_version(context, version);
  SSL_CTX_set_max_proto_version(context, version);
  UseIdentity(context, key);
  return context;
}

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_TLS_IDENTITY_FOR_TEST_H_
