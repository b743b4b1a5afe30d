#include "tests/bench/soak/memory_watch.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/time/clock.h"
#include "tests/attacks/daemon_process.h"
#include "tests/bench/soak/federation.h"

namespace commons::soak {
namespace {

constexpr absl::Duration kBetweenSamples = absl::Milliseconds(100);

// 0 while it is being started anew.
int PidOf(const attacks::Lab& lab, const std::string& member) {
  int pid = 0;
  std::ifstream(lab.DirOf(member) + "/pid") >> pid;
  return pid;
}

int MedianOf(const std::vector<int>& values, size_t from, size_t count) {
  std::vector<int> part(values.begin() + static_cast<long>(from),
                        values.begin() + static_cast<long>(from + count));
  std::sort(part.begin(), part.end());
  return part[part.size() / 2];
}

}  // namespace

MemoryWatch::MemoryWatch(const attacks::Lab& lab) : lab_(lab), thread_([this] { Watch(); }) {}

MemoryWatch::~MemoryWatch() {
  over_ = true;
  thread_.join();
}

std::map<std::string, int> MemoryWatch::Now() const {
  std::map<std::string, int> now;
  for (const std::string& member : kHonest) {
    now[member] = attacks::MemoryMib(PidOf(lab_, member), "VmRSS");
  }
  return now;
}

int MemoryWatch::TakeMost() {
  std::lock_guard lock(mu_);
  return std::exchange(most_, 0);
}

int MemoryWatch::Trend() const {
  std::lock_guard lock(mu_);
  const size_t sixth = lasting_.size() / 6;
  if (sixth == 0) return 0;
  return MedianOf(lasting_, lasting_.size() - sixth, sixth) - MedianOf(lasting_, 2 * sixth, sixth);
}

void MemoryWatch::Watch() {
  while (!over_) {
    const auto now = Now();
    {
      std::lock_guard lock(mu_);
      for (const auto& [member, mib] : now) most_ = std::max(most_, mib);
      lasting_.push_back(now.at(kLasting));
    }
    absl::SleepFor(kBetweenSamples);
  }
}

}  // namespace commons::soak
