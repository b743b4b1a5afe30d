// Who may knock: connections that have not finished TLS, in all and of each address. Strangers can
// have as many addresses as they like, so in a full table the connection that has waited longest
// goes for a new one: an honest handshake takes two round trips.
#ifndef COMMONS_NODE_EDGE_WAITING_H_
#define COMMONS_NODE_EDGE_WAITING_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "base/limits.h"
#include "base/quota.h"

namespace commons::node {

// Not thread-safe.
class Waiting {
 public:
  struct Limits {
    size_t all = limits::kHandshakes;
    size_t each = limits::kHandshakesEach;
    // A handshake is about a millisecond of a core.
    TokenBucket::Allowance knocks = {256, 64};
    absl::Duration patience = absl::Seconds(limits::kHandshakeSeconds);
  };
  Waiting() : Waiting(Limits()) {}
  explicit Waiting(const Limits& limits) : limits_(limits) {}

  struct Verdict {
    bool admitted = false;             // false: this address knocks too often
    std::optional<uint64_t> goes_for;  // which one must go for it
  };
  // id: larger than every one before. An id that goes for it has left already.
  Verdict Enter(uint64_t id, const std::string& address, absl::Time now);
  void Leave(uint64_t id);
  absl::Duration patience() const { return limits_.patience; }
  size_t size() const { return address_of_.size(); }
  size_t addresses() const { return by_address_.size(); }

 private:
  struct Address {
    TokenBucket knocks;
    absl::Time last;
    std::set<uint64_t> ids;
  };
  void Forget(absl::Time now);

  const Limits limits_;
  std::map<uint64_t, std::string> address_of_;  // the first has waited longest
  std::map<std::string, Address> by_address_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_WAITING_H_
