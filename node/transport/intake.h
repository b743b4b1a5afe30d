// What a peer's message may be before anything of it is parsed; how many bytes of messages are in
// hand at once, since parsing and handling take some times their size, on every thread for peers;
// and how many calls of one peer, or small ones that wait could hold all those threads.
#ifndef COMMONS_NODE_TRANSPORT_INTAKE_H_
#define COMMONS_NODE_TRANSPORT_INTAKE_H_

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/limits.h"
#include "node/peer/peer_method.h"

namespace commons::node {

// Thread-safe; outlives what it hands out.
class Intake {
 public:
  struct Limits {
    size_t all_bytes = limits::kPeerBytesInHand;
    size_t each_bytes = limits::kPeerBytesInHandEach;
    size_t each_calls = limits::kPeerCallsInHandEach;
    absl::Duration patience = absl::Milliseconds(500);
  };
  Intake() : Intake(Limits()) {}
  explicit Intake(const Limits& limits) : limits_(limits) {}

  // A place for one message, until it goes. Movable.
  class Place {
   public:
    Place(Place&& other) noexcept
        : intake_(other.intake_), peer_(other.peer_), bytes_(other.bytes_) {
      other.intake_ = nullptr;
    }
    Place& operator=(Place&&) = delete;
    ~Place();

   private:
    friend class Intake;
    Place(Intake* intake, const PublicKey& peer, size_t bytes)
        : intake_(intake), peer_(peer), bytes_(bytes) {}
    Intake* intake_;
    PublicKey peer_;
    size_t bytes_;
  };

  // kResourceExhausted: larger than messages of that kind ever are; at once when this peer has too
  // much or too many in hand; after `patience` when all have too much.
  absl::StatusOr<Place> Take(const PublicKey& peer, PeerMethod method, size_t bytes);

 private:
  struct InHand {
    size_t bytes = 0;
    size_t calls = 0;
  };
  void Return(const PublicKey& peer, size_t bytes);

  const Limits limits_;
  std::mutex mu_;
  std::condition_variable room_;
  size_t all_bytes_ = 0;
  std::map<PublicKey, InHand> by_peer_;
};

// The most bytes of a request.
size_t MostBytes(PeerMethod method);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_INTAKE_H_
