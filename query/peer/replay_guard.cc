#include "query/peer/replay_guard.h"

#include "crypto/hash.h"
#include "governance/document/refusal.h"

namespace commons::query {

using governance::Refuse;

namespace {
// Going through all takes some milliseconds: not at every message of somebody who sends too many.
constexpr absl::Duration kForgetsEvery = absl::Minutes(1), kFullForgetsEvery = absl::Seconds(1);
}  // namespace

bool ReplayGuard::IsFull(size_t of_sender) const {
  return of_sender >= kPerSender || (held_ >= kAll && of_sender >= kAlways);
}

void ReplayGuard::Forget(absl::Time now) {
  held_ = 0;
  for (auto& [sender, seen] : seen_) {
    std::erase_if(seen, [&](const auto& entry) { return entry.second < now; });
    held_ += seen.size();
  }
  std::erase_if(seen_, [](const auto& of_sender) { return of_sender.second.empty(); });
  forgot_at_ = now;
}

absl::Status ReplayGuard::Admit(const OrgId& sender, absl::string_view what, absl::Time now,
                                absl::Time forget_at) {
  const Hash32 key = crypto::FieldHasher("commons/seen/1").Add(what).Finish();
  std::lock_guard lock(mu_);
  const absl::Duration every = IsFull(seen_[sender].size()) ? kFullForgetsEvery : kForgetsEvery;
  if (absl::AbsDuration(now - forgot_at_) >= every) Forget(now);
  Seen& seen = seen_[sender];
  const auto found = seen.find(key);
  if (found != seen.end() && found->second >= now) {
    return Refuse(v1::REPLAYED, "peer message: seen before");
  }
  if (found == seen.end()) {
    if (IsFull(seen.size())) {
      return Refuse(v1::BUSY, "peer message: too many from this member, try again in some minutes");
    }
    ++held_;
  }
  seen[key] = forget_at;
  return absl::OkStatus();
}

}  // namespace commons::query
