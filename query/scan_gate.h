// Reading rows before anything is paid for it: how much of that an asking organisation may cause.
// It could otherwise propose, seal and withdraw for ever, free of charge.
#ifndef COMMONS_QUERY_SCAN_GATE_H_
#define COMMONS_QUERY_SCAN_GATE_H_

#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/limits.h"

namespace commons::query {

// Thread-safe. Turns must not outlive it.
class ScanGate {
 public:
  static constexpr size_t kRunning = 16;
  static constexpr size_t kRunningPerOrg = limits::kConcurrentQuestions;
  // Without a Submit, in limits::kReservationSeconds.
  static constexpr size_t kUnpaidPerOrg = 32;

  // Held while a scan runs.
  using Turn = std::shared_ptr<void>;

  // BUSY when one of the three limits is reached.
  absl::StatusOr<Turn> Enter(const OrgId& asking_org, absl::Time now);
  // One of the organisation's scans came to a Submit.
  void Paid(const OrgId& asking_org);

 private:
  struct Asker {
    size_t running = 0;
    std::deque<absl::Time> unpaid;  // when they began
  };
  void Leave(const OrgId& asking_org);

  std::mutex mu_;
  size_t running_ = 0;
  std::map<OrgId, Asker> askers_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_SCAN_GATE_H_
