#include "crypto/tls/tls_server.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "crypto/tls/openssl_ptr.h"

namespace commons::crypto {
namespace {

using internal::Bio;
using internal::Freer;

constexpr unsigned char kHttp2[] = {2, 'h', '2'};
// A node's certificate has 0.4 KiB.
constexpr long kCertificateBytes = 8 << 10;

int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_size,
                   const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp2, sizeof(kHttp2), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

absl::StatusOr<CertifiedKey> ReadCertificate(X509* certificate) {
  const Bio text(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (certificate == nullptr || !text || PEM_write_bio_X509(text.get(), certificate) != 1) {
    return absl::UnauthenticatedError("certificate: cannot be read");
  }
  const long size = BIO_get_mem_data(text.get(), &data);
  return ReadCertificatePem({data, static_cast<size_t>(size)});
}

bool UseIdentity(SSL_CTX* context, const TlsIdentity& own) {
  const auto bio = [](const std::string& pem) {
    return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  };
  const Bio certificate_text = bio(own.certificate_pem), key_text = bio(own.private_key_pem);
  if (!certificate_text || !key_text) return false;
  const internal::Certificate certificate(
      PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
  const internal::Key key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
  return certificate && key && SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
         SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

struct TlsServer::Context {
  std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> ssl;
};
struct TlsConnection::Session {
  std::unique_ptr<SSL, Freer<SSL_free>> ssl;
};

// A filter over the socket (BIO_meth_new(3)) that reads no more than a handshake needs before it is
// done; OpenSSL would take whatever is there.
struct TlsConnection::Socket {
  static int Read(BIO* bio, char* into, int room) {
    auto& connection = *static_cast<TlsConnection*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (!connection.known_ &&
        (connection.bytes_ >= kHandshakeBytes || connection.records_ > kHandshakeRecords)) {
      return -1;
    }
    const int got = BIO_read(BIO_next(bio), into, room);
    BIO_copy_next_retry(bio);
    if (got > 0 && !connection.known_) connection.bytes_ += static_cast<size_t>(got);
    return got;
  }
  static int Write(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    const int sent = BIO_write(BIO_next(bio), from, size);
    BIO_copy_next_retry(bio);
    return sent;
  }
  static long Control(BIO* bio, int command, long number, void* pointer) {
    return BIO_ctrl(BIO_next(bio), command, number, pointer);
  }
  static const BIO_METHOD* Method() {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_FILTER, "bounded");
      BIO_meth_set_read(made, Read);
      BIO_meth_set_write(made, Write);
      BIO_meth_set_ctrl(made, Control);
      BIO_meth_set_create(made, [](BIO* bio) {
        BIO_set_init(bio, 1);
        return 1;
      });
      return made;
    }();
    return method;
  }
  static bool Attach(SSL* ssl, TlsConnection* connection) {
    BIO* const filter = BIO_new(Method());
    BIO* const socket = BIO_new_socket(connection->socket_, BIO_NOCLOSE);
    if (filter == nullptr || socket == nullptr) {
      BIO_free(filter);
      BIO_free(socket);
      return false;
    }
    BIO_set_data(filter, connection);
    BIO* const both = BIO_push(filter, socket);
    SSL_set_bio(ssl, both, both);  // takes it over
    return true;
  }
  // Of the header of every record that comes in (SSL_set_msg_callback(3)).
  static void Count(int write, int, int type, const void* header, size_t size, SSL*, void* owner) {
    if (write != 0 || type != SSL3_RT_HEADER || size != 5) return;
    const auto* bytes = static_cast<const unsigned char*>(header);
    auto& connection = *static_cast<TlsConnection*>(owner);
    ++connection.records_;
    if (connection.known_ && bytes[3] * 256 + bytes[4] < 1024) ++connection.small_records_;
  }
};

TlsServer::TlsServer(std::unique_ptr<Context> context, Admit admit)
    : context_(std::move(context)), admit_(std::move(admit)) {}
TlsServer::~TlsServer() = default;

absl::StatusOr<std::shared_ptr<TlsServer>> TlsServer::Create(const TlsIdentity& own, Admit admit) {
  auto context = std::make_unique<Context>();
  context->ssl.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* ssl = context->ssl.get();
  const bool made = ssl != nullptr && SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_num_tickets(ssl, 0) == 1 && UseIdentity(ssl, own);
  ERR_clear_error();
  if (!made) return absl::InternalError("TLS: OpenSSL could not take the certificate");
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
  SSL_CTX_set_max_cert_list(ssl, kCertificateBytes);
  SSL_CTX_set_alpn_select_cb(ssl, ChooseProtocol, nullptr);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  // No chain to an authority is looked at. The connection is found through its SSL.
  SSL_CTX_set_cert_verify_callback(
      ssl,
      [](X509_STORE_CTX* store, void*) {
        const auto* ssl = static_cast<SSL*>(
            X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
        auto* connection = static_cast<TlsConnection*>(SSL_get_app_data(ssl));
        const auto certified = ReadCertificate(X509_STORE_CTX_get0_cert(store));
        connection->refused_ =
            certified.ok() ? connection->server_->admit_(*certified) : certified.status();
        if (certified.ok()) connection->client_ = *certified;
        if (!connection->refused_.ok()) X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
        return connection->refused_.ok() ? 1 : 0;
      },
      nullptr);
  // Idle connections hold no buffers. Without auto-retry a flood of records that hold no data
  // returns to the caller after each of them.
  SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_clear_mode(ssl, SSL_MODE_AUTO_RETRY);
  return std::shared_ptr<TlsServer>(new TlsServer(std::move(context), std::move(admit)));
}

absl::StatusOr<std::unique_ptr<TlsConnection>> TlsServer::Accept(int socket) {
  std::unique_ptr<TlsConnection> connection(new TlsConnection(shared_from_this(), socket));
  SSL* ssl = connection->session_->ssl.get();
  if (ssl == nullptr || !TlsConnection::Socket::Attach(ssl, connection.get()) ||
      SSL_set_app_data(ssl, connection.get()) != 1) {
    ERR_clear_error();
    return absl::InternalError("TLS: OpenSSL has no memory");
  }
  SSL_set_msg_callback(ssl, TlsConnection::Socket::Count);
  SSL_set_msg_callback_arg(ssl, connection.get());
  SSL_set_accept_state(ssl);
  return connection;
}

TlsConnection::TlsConnection(std::shared_ptr<const TlsServer> server, int socket)
    : server_(std::move(server)), socket_(socket), session_(std::make_unique<Session>()) {
  session_->ssl.reset(SSL_new(server_->context_->ssl.get()));
}

TlsConnection::~TlsConnection() {
  session_.reset();
  close(socket_);
}

TlsConnection::Turn TlsConnection::TurnAfter(int result) {
  const int error = SSL_get_error(session_->ssl.get(), result);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return Turn::kWaitToRead;
  if (error == SSL_ERROR_WANT_WRITE) return Turn::kWaitToWrite;
  return Turn::kOver;
}

TlsConnection::Turn TlsConnection::Handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(session_->ssl.get());
  if (result != 1) return TurnAfter(result);
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(session_->ssl.get(), &protocol, &size);
  // A client that names no protocol is not asked by OpenSSL to choose one.
  known_ = client_.has_value() && size == 2;
  return known_ ? Turn::kDone : Turn::kOver;
}

TlsConnection::Turn TlsConnection::Read(char* into, size_t room, size_t& bytes) {
  ERR_clear_error();
  bytes = 0;
  const int result = SSL_read_ex(session_->ssl.get(), into, room, &bytes);
  return result == 1 ? Turn::kDone : TurnAfter(result);
}

TlsConnection::Turn TlsConnection::Write(absl::string_view from, size_t& bytes) {
  ERR_clear_error();
  bytes = 0;
  const int result = SSL_write_ex(session_->ssl.get(), from.data(), from.size(), &bytes);
  return result == 1 ? Turn::kDone : TurnAfter(result);
}

void TlsConnection::Close() {
  ERR_clear_error();
  SSL_shutdown(session_->ssl.get());
  ERR_clear_error();
}

}  // namespace commons::crypto
