// Connections that say nothing, half of something or far too much.
#ifndef COMMONS_TESTS_ATTACKS_CONNECTIONS_H_
#define COMMONS_TESTS_ATTACKS_CONNECTIONS_H_

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "crypto/keys.h"
#include "node/edge/raw_peer_for_test.h"

namespace commons::attacks {

// As many connections of a stranger as come about, at most `count` and what this process may open.
// Every second one sends the head of a TLS record that holds a ClientHello, and no more of it, when
// `half_hellos`. `each` is called between them, with their number.
std::list<node::RawSocket> Knock(int port, size_t count, bool half_hellos,
                                 const std::function<void(size_t)>& each = nullptr);

// What a member's connection is ended for, and the reason in the log.
struct FrameFlood {
  std::string name, frames, reason;
};
std::vector<FrameFlood> FrameFloods();
const FrameFlood& FrameFloodNamed(const std::string& name);

// Sends it again and again on two connections of this key, until it is let in no more.
void FloodUntilRefused(int port, const crypto::SigningKey& key, const std::string& frames);
// Whether this key comes in before `patience` is over: this machine's address may have knocked too
// often a moment ago.
bool ComesIn(int port, const crypto::SigningKey& key, absl::Duration patience);

// Calls whose headers go out and whose message never does, to all methods in turn, ten on a
// connection; cancelled with the object.
class UnfinishedCalls {
 public:
  UnfinishedCalls(int port, const crypto::SigningKey& tls_key, size_t count);
  ~UnfinishedCalls();

 private:
  struct Call {
    explicit Call(std::shared_ptr<grpc::Channel> channel) : stub(std::move(channel)) {}
    grpc::ClientContext context;
    grpc::GenericStub stub;
    std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
  };
  grpc::CompletionQueue queue_;
  std::list<Call> calls_;
};

}  // namespace commons::attacks

#endif  // COMMONS_TESTS_ATTACKS_CONNECTIONS_H_
