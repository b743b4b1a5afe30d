// How many calls of the organisation's own people are under way, each until its reply has left.
#ifndef COMMONS_NODE_TRANSPORT_LOCAL_CALLS_H_
#define COMMONS_NODE_TRANSPORT_LOCAL_CALLS_H_

#include <grpcpp/server_builder.h>

#include <cstddef>
#include <functional>
#include <mutex>

namespace commons::node {

// Thread-safe. Outlives the server that is built.
class LocalCalls {
 public:
  void CountThoseOf(grpc::ServerBuilder& builder);
  // Calls `then` when none is under way: at once, or on the thread of the last one. nullptr: no
  // more, and nothing that was to be called is being called.
  void WhenNone(std::function<void()> then);

 private:
  class Counted;
  class Factory;
  void Begin();
  void End();

  std::mutex mu_;
  size_t under_way_ = 0;
  std::function<void()> then_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_LOCAL_CALLS_H_
