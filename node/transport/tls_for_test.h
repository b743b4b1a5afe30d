// Peers as other tools, or attackers, might make them. Tests only.
#ifndef COMMONS_NODE_TRANSPORT_TLS_FOR_TEST_H_
#define COMMONS_NODE_TRANSPORT_TLS_FOR_TEST_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "crypto/keys.h"
#include "crypto/tls/x509.h"
#include "node/edge/tls_identity_for_test.h"

namespace commons::node {

// Trusts any server, so that only the server's own checks can refuse.
class TrustAnything : public grpc::experimental::ExternalCertificateVerifier {
 public:
  bool Verify(grpc::experimental::TlsCustomVerificationCheckRequest*,
              std::function<void(grpc::Status)>, grpc::Status* status) override {
    *status = grpc::Status::OK;
    return true;
  }
  void Cancel(grpc::experimental::TlsCustomVerificationCheckRequest*) override {}
};

// Without a key: a client that shows no certificate.
inline std::shared_ptr<grpc::ChannelCredentials> CredulousClient(const std::string& key_pem,
                                                                 const std::string& certificate_pem,
                                                                 const std::string& roots_pem) {
  namespace ge = grpc::experimental;
  std::vector<ge::IdentityKeyCertPair> pairs;
  if (!key_pem.empty()) pairs.push_back({key_pem, certificate_pem});
  ge::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<ge::StaticDataCertificateProvider>(roots_pem, pairs));
  options.watch_root_certs();
  if (!key_pem.empty()) options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(false);
  options.set_check_call_host(false);
  options.set_certificate_verifier(ge::ExternalCertificateVerifier::Create<TrustAnything>());
  return ge::TlsCredentials(options);
}

// The same of a server, which lets gRPC end TLS.
inline std::shared_ptr<grpc::ServerCredentials> CredulousServer(const crypto::TlsIdentity& own) {
  namespace ge = grpc::experimental;
  ge::TlsServerCredentialsOptions options(std::make_shared<ge::StaticDataCertificateProvider>(
      own.certificate_pem,
      std::vector<ge::IdentityKeyCertPair>{{own.private_key_pem, own.certificate_pem}}));
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
  options.set_certificate_verifier(ge::ExternalCertificateVerifier::Create<TrustAnything>());
  return ge::TlsServerCredentials(options);
}

// The identity of a P-256 key, as some other tool might make it.
inline crypto::TlsIdentity P256Identity() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* cert = X509_new();
  X509_set_version(cert, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert), -600);
  X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
  X509_set_pubkey(cert, key);
  X509_sign(cert, key, EVP_sha256());
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, cert);
  char* data = nullptr;
  crypto::TlsIdentity identity;
  long size = BIO_get_mem_data(out, &data);
  identity.certificate_pem.assign(data, static_cast<size_t>(size));
  (void)BIO_reset(out);
  PEM_write_bio_PKCS8PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  size = BIO_get_mem_data(out, &data);
  identity.private_key_pem.assign(data, static_cast<size_t>(size));
  BIO_free(out);
  X509_free(cert);
  EVP_PKEY_free(key);
  return identity;
}

// Completes a handshake of exactly this version, with the client's own certificate.
inline bool HandshakeWith(int port, const crypto::SigningKey& key, int version) {
  SSL_CTX* context = TlsContext(TLS_client_method(), version, key);
  BIO* connection = BIO_new_ssl_connect(context);
  BIO_set_conn_hostname(connection, absl::StrCat("127.0.0.1:", port).c_str());
  SSL* ssl = nullptr;
  BIO_get_ssl(connection, &ssl);
  static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
  SSL_set_alpn_protos(ssl, kHttp2, sizeof(kHttp2));
  const bool done = BIO_do_connect(connection) == 1 && BIO_do_handshake(connection) == 1;
  BIO_free_all(connection);
  SSL_CTX_free(context);
  return done;
}

// A server that speaks this version only, at a port that `call` is to be told: whether the caller
// that comes finishes a handshake.
inline bool FinishesHandshakeAt(const crypto::SigningKey& key, int version,
                                const std::function<void(int port)>& call) {
  SSL_CTX* context = TlsContext(TLS_server_method(), version, key);
  SSL_CTX_set_alpn_select_cb(
      context,
      [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char*, unsigned,
         void*) {
        *out = reinterpret_cast<const unsigned char*>("h2");
        *size = 2;
        return SSL_TLSEXT_ERR_OK;
      },
      nullptr);
  BIO* listener = BIO_new_accept("127.0.0.1:0");
  BIO_set_accept_bios(listener, BIO_new_ssl(context, 0));
  BIO_do_accept(listener);  // the first time it only binds
  std::thread caller(call, std::stoi(BIO_get_accept_port(listener)));
  BIO_do_accept(listener);
  BIO* connection = BIO_pop(listener);
  const bool done = BIO_do_handshake(connection) == 1;
  BIO_free_all(connection);
  BIO_free_all(listener);
  caller.join();
  SSL_CTX_free(context);
  return done;
}

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_TLS_FOR_TEST_H_
