// The server's end of TLS 1.3 (RFC 8446) over sockets that never block: HTTP/2 only (RFC 7301), and
// a certificate demanded of every client (OpenSSL). What key may come in is the caller's to say.
#ifndef COMMONS_CRYPTO_TLS_TLS_SERVER_H_
#define COMMONS_CRYPTO_TLS_TLS_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/tls/x509.h"

namespace commons::crypto {

class TlsConnection;

// One certificate's worth of connections. Thread-safe.
class TlsServer : public std::enable_shared_from_this<TlsServer> {
 public:
  // Asked during each handshake, on its thread; the handshake itself proves the private key.
  using Admit = std::function<absl::Status(const CertifiedKey& client)>;

  // kInternal: OpenSSL could not, or the two halves of `own` do not fit together.
  static absl::StatusOr<std::shared_ptr<TlsServer>> Create(const TlsIdentity& own, Admit admit);
  ~TlsServer();
  // The socket must not block; it is the connection's from here on, also when this fails.
  absl::StatusOr<std::unique_ptr<TlsConnection>> Accept(int socket);

 private:
  friend class TlsConnection;
  struct Context;
  TlsServer(std::unique_ptr<Context> context, Admit admit);
  const std::unique_ptr<Context> context_;
  const Admit admit_;
};

// For one thread at a time. OpenSSL writes to the socket without MSG_NOSIGNAL: the thread has
// SIGPIPE blocked. Closes the socket when it goes.
class TlsConnection {
 public:
  // What an honest client sends before the handshake is done: two flights of a few records. Without
  // bounds a hello cut into records of one byte keeps the thread busy for a quarter of a second.
  static constexpr size_t kHandshakeBytes = 16 << 10;
  static constexpr uint64_t kHandshakeRecords = 64;
  enum class Turn {
    kDone,
    kWaitToRead,   // call again with the same arguments when the socket can be read,
    kWaitToWrite,  // or written
    kOver,         // the other side has ended it, broke the protocol, or says too much before it
                   // is known
  };
  ~TlsConnection();

  Turn Handshake();
  // Of the certificate. After a handshake only.
  const CertifiedKey& client() const { return *client_; }
  // Why `admit` said no, if it did.
  const absl::Status& refused() const { return refused_; }

  // Bytes were read or written when it is kDone. A record is 16 KiB at most: with that much room
  // nothing stays behind that the socket would not tell of.
  static constexpr size_t kRecordBytes = 16 << 10;
  Turn Read(char* into, size_t room, size_t& bytes);
  Turn Write(absl::string_view from, size_t& bytes);
  // Records of less than 1 KiB that came since this was last asked, whatever was in them: renewals
  // of keys never show as bytes.
  uint64_t TakeSmallRecords() { return std::exchange(small_records_, 0); }
  // Says goodbye if that needs no waiting.
  void Close();
  int socket() const { return socket_; }

 private:
  friend class TlsServer;
  struct Session;
  struct Socket;  // its reads, bounded
  friend struct Socket;
  TlsConnection(std::shared_ptr<const TlsServer> server, int socket);
  Turn TurnAfter(int result);

  const std::shared_ptr<const TlsServer> server_;
  const int socket_;
  std::unique_ptr<Session> session_;
  std::optional<CertifiedKey> client_;
  absl::Status refused_;
  bool known_ = false;  // the handshake is done
  size_t bytes_ = 0;    // read before that
  uint64_t records_ = 0, small_records_ = 0;
};

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_TLS_TLS_SERVER_H_
