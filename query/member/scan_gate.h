// Reading rows before anything is paid for it: how much of that an asking organisation may cause.
// It could otherwise propose, seal and withdraw for ever, free of charge.
#ifndef COMMONS_QUERY_MEMBER_SCAN_GATE_H_
#define COMMONS_QUERY_MEMBER_SCAN_GATE_H_

#include <map>
#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/quota.h"

namespace commons::query {

// Thread-safe. Turns must not outlive it.
class ScanGate {
 public:
  static constexpr size_t kRunning = 16;
  static constexpr size_t kRunningPerOrg = limits::kConcurrentQuestions;
  // Without a Submit, in limits::kReservationSeconds and in a day. How long scans take tells a
  // little about the rows that match, and an average over many of them more.
  static constexpr size_t kUnpaidPerOrg = 32;
  static constexpr size_t kUnpaidPerOrgADay = 256;

  // Held while a scan runs.
  using Turn = std::shared_ptr<void>;

  // BUSY when one of the four limits is reached. weight: 1 to kRunningPerOrg.
  absl::StatusOr<Turn> Enter(const OrgId& asking_org, absl::Time now, size_t weight = 1);
  // One of the organisation's scans came to a Submit.
  void Paid(const OrgId& asking_org, size_t weight = 1);

 private:
  struct Asker {
    size_t running = 0;
    // When they began, as often as they weigh.
    RecentEvents<> unpaid{absl::Seconds(limits::kReservationSeconds), kUnpaidPerOrg};
    DailyCount unpaid_today;
  };
  void Leave(const OrgId& asking_org, size_t weight);

  std::mutex mu_;
  size_t running_ = 0;
  std::map<OrgId, Asker> askers_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_SCAN_GATE_H_
