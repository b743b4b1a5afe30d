#include "query/asker/restraint.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"

namespace commons::query {

void Restraint::Count::Add(size_t times, double forgotten_a_second, absl::Time now) {
  if (at < now) {
    lately = std::max(0.0, lately - forgotten_a_second * absl::ToDoubleSeconds(now - at));
    at = now;
  }
  lately += static_cast<double>(times);
  today.Add(times, now);
}

void Restraint::VoteDropped(absl::Time now) {
  std::lock_guard lock(mu_);
  votes_.Add(1, kVotesForgottenASecond, now);
}

void Restraint::ScanDropped(size_t weight, absl::Time now) {
  std::lock_guard lock(mu_);
  scans_.Add(weight, kScansForgottenASecond, now);
}

bool Restraint::MayBegin(absl::Time now) {
  std::lock_guard lock(mu_);
  votes_.Add(0, kVotesForgottenASecond, now);
  scans_.Add(0, kScansForgottenASecond, now);
  return votes_.lately < kVotes && scans_.lately < kScans;
}

absl::Status Restraint::Today(absl::Time now) {
  std::lock_guard lock(mu_);
  const size_t votes = votes_.today.Today(now), scans = scans_.today.Today(now);
  if (votes + kUnderWay <= kVotesADay && scans + kUnderWay <= kScansADay) return absl::OkStatus();
  return governance::Refuse(
      v1::BUSY,
      absl::StrCat("today ", votes, " votes and ", scans,
                   " counts for this node's questions came to nothing, as many as members allow; "
                   "ask again tomorrow"));
}

}  // namespace commons::query
