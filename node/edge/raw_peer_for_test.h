// A peer that finishes TLS with any key and then sends whatever bytes it likes. Tests only.
#ifndef COMMONS_NODE_EDGE_RAW_PEER_FOR_TEST_H_
#define COMMONS_NODE_EDGE_RAW_PEER_FOR_TEST_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "crypto/keys.h"
#include "node/edge/http2/http2_for_test.h"
#include "node/edge/tls_identity_for_test.h"

namespace commons::node {

// A TCP connection to this machine, and nothing said on it.
class RawSocket {
 public:
  explicit RawSocket(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawSocket() { close(fd_); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  int fd() const { return fd_; }
  bool connected() const { return connected_; }
  bool Send(absl::string_view bytes) const {
    return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // Whether the other side ends it before `patience` is over. What comes meanwhile is lost.
  bool IsEnded(absl::Duration patience = absl::Seconds(20)) const {
    for (const absl::Time until = absl::Now() + patience; absl::Now() < until;) {
      pollfd waits = {fd_, POLLIN, 0};
      char bytes[4096];
      if (poll(&waits, 1, 100) == 1 && recv(fd_, bytes, sizeof(bytes), 0) <= 0) return true;
    }
    return false;
  }

 private:
  const int fd_;
  bool connected_ = false;
};

class RawPeer {
 public:
  // Says the preface and its settings when it comes in.
  RawPeer(int port, const crypto::SigningKey& key) : socket_(port) {
    signal(SIGPIPE, SIG_IGN);
    context_ = SSL_CTX_new(TLS_client_method());
    UseIdentity(context_, key);
    ssl_ = SSL_new(context_);
    static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
    SSL_set_alpn_protos(ssl_, kHttp2, sizeof(kHttp2));
    SSL_set_fd(ssl_, socket_.fd());
    // In TLS 1.3 a client is done before its certificate was looked at: the server's first frame
    // says that it came in.
    came_in_ = socket_.connected() && SSL_connect(ssl_) == 1 &&
               Send(absl::StrCat(kClientPreface, Frame(FrameType::kSettings))) &&
               Receive(9).size() == 9;
  }
  ~RawPeer() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  bool came_in() const { return came_in_; }
  // It takes little more than this until it receives: the kernel makes no more room meanwhile.
  void TakeAtMost(int bytes) const {
    setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  }
  bool Send(absl::string_view bytes) {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }
  // As many bytes, or fewer when the other side ended it.
  std::string Receive(size_t size) {
    std::string bytes(size, '\0');
    size_t got = 0;
    for (size_t once = 0; got < size; got += once) {
      if (SSL_read_ex(ssl_, bytes.data() + got, size - got, &once) != 1) break;
    }
    bytes.resize(got);
    return bytes;
  }
  bool IsEnded(absl::Duration patience = absl::Seconds(20)) const {
    return socket_.IsEnded(patience);
  }
  // Renews its keys again and again until the other side has ended the connection.
  bool IsEndedByRenewals(int times) {
    for (int i = 0; i < times; ++i) {
      if (SSL_key_update(ssl_, SSL_KEY_UPDATE_NOT_REQUESTED) != 1 || SSL_do_handshake(ssl_) != 1) {
        return true;
      }
    }
    return IsEnded();
  }
  // Sends it again and again until the other side has ended the connection; at most so often.
  bool IsEndedBy(absl::string_view bytes, int times) {
    for (int i = 0; i < times; ++i) {
      if (!Send(bytes)) return true;
    }
    return IsEnded();
  }

 private:
  RawSocket socket_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  bool came_in_ = false;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_RAW_PEER_FOR_TEST_H_
