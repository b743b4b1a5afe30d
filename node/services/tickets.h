// Questions that are prepared and wait for their researcher's signature.
#ifndef COMMONS_NODE_SERVICES_TICKETS_H_
#define COMMONS_NODE_SERVICES_TICKETS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "query/asker/prepared.h"

namespace commons::node {

// Thread-safe. There is always room: of more than kMost the oldest goes of the researcher who has
// most, so that whoever prepares and never runs takes it from nobody else.
class Tickets {
 public:
  static constexpr size_t kMost = 2 * limits::kQuestionsWaiting;

  explicit Tickets(crypto::RandomSource* random) : random_(random) {}

  // The ticket, which nobody can guess; good once, until the question's not_after.
  std::string Keep(query::Prepared prepared, absl::Time now);
  std::optional<query::Prepared> Take(const std::string& ticket, absl::Time now);

 private:
  struct Waiting {
    query::Prepared prepared;
    uint64_t number;  // as they came
  };
  void MakeRoom();

  crypto::RandomSource* const random_;
  std::mutex mu_;
  uint64_t next_ = 0;
  std::map<std::string, Waiting> waiting_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_TICKETS_H_
