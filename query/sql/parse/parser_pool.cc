#include "query/sql/parse/parser_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

constexpr size_t kStackBytes = size_t{64} << 20;

}  // namespace

absl::StatusOr<Select> ParserPool::Parse(absl::string_view text, absl::string_view who) {
  const auto job = std::make_shared<Job>();
  job->text = std::string(text);
  job->who = std::string(who);
  std::unique_lock<std::mutex> lock(mutex_);
  if (waiting_.size() >= idle_ && started_ < threads_) {
    const absl::Status started = StartThread();
    if (!started.ok() && started_ == 0) return started;
  }
  waiting_.push_back(job);
  changed_.notify_all();
  changed_.wait_for(lock, absl::ToChronoNanoseconds(patience_),
                    [&] { return job->result.has_value(); });
  if (job->result.has_value()) return *std::move(job->result);
  if (job->begun) {
    return RefuseAt(v1::SQL_TOO_LARGE, -1, "the question took longer to read than ",
                    absl::FormatDuration(patience_), "; make it simpler");
  }
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), job));
  return RefuseAt(v1::BUSY, -1, "other questions are still being read; ask again in a moment");
}

absl::Status ParserPool::StartThread() {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  const int error = pthread_create(
      &thread, &attributes,
      [](void* pool) -> void* {
        static_cast<ParserPool*>(pool)->Loop();
        return nullptr;
      },
      this);
  pthread_attr_destroy(&attributes);
  if (error != 0) return absl::ResourceExhaustedError("no thread to parse the question on");
  ++started_;
  return absl::OkStatus();
}

std::shared_ptr<ParserPool::Job> ParserPool::TakeJob() {
  const auto next = std::find_if(waiting_.begin(), waiting_.end(),
                                 [this](const auto& job) { return parsing_.count(job->who) == 0; });
  if (next == waiting_.end()) return nullptr;
  std::shared_ptr<Job> job = *next;
  waiting_.erase(next);
  return job;
}

void ParserPool::Loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    std::shared_ptr<Job> job;
    ++idle_;
    changed_.wait(lock, [&] { return (job = TakeJob()) != nullptr; });
    --idle_;
    job->begun = true;
    parsing_.insert(job->who);
    lock.unlock();
    absl::StatusOr<Select> result = parser_(job->text);
    lock.lock();
    job->result = std::move(result);
    parsing_.erase(job->who);
    changed_.notify_all();
  }
}

}  // namespace commons::query::sql
