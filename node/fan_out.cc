#include "node/fan_out.h"

#include <memory>
#include <thread>
#include <utility>

namespace commons::node {
namespace {

PeerMethod MethodOf(query::Phase phase) {
  switch (phase) {
    case query::Phase::kPreview:
      return PeerMethod::kPreview;
    case query::Phase::kPropose:
      return PeerMethod::kPropose;
    case query::Phase::kSeal:
      return PeerMethod::kSeal;
    case query::Phase::kSubmit:
      return PeerMethod::kSubmit;
    case query::Phase::kPublish:
      return PeerMethod::kPublish;
  }
  return PeerMethod::kPreview;
}

struct Round {
  std::mutex mu;
  std::condition_variable done;
  std::vector<absl::StatusOr<v1::Envelope>> replies;
  size_t missing = 0;
};

}  // namespace

FanOutSender::~FanOutSender() {
  std::unique_lock lock(mu_);
  idle_.wait(lock, [this] { return running_ == 0; });
}

std::vector<absl::StatusOr<v1::Envelope>> FanOutSender::Send(
    query::Phase phase, const std::vector<query::Outgoing>& messages, absl::Duration timeout) {
  auto round = std::make_shared<Round>();
  round->replies.resize(messages.size(), absl::DeadlineExceededError("no answer in time"));
  round->missing = messages.size();
  const PeerMethod method = MethodOf(phase);
  for (size_t i = 0; i < messages.size(); ++i) {
    {
      std::lock_guard lock(mu_);
      ++running_;
    }
    std::thread([this, round, i, method, timeout, outgoing = messages[i]] {
      auto reply = call_(outgoing.to, method, outgoing.message, timeout);
      {
        std::lock_guard lock(round->mu);
        round->replies[i] = std::move(reply);
        --round->missing;
      }
      round->done.notify_one();
      std::lock_guard lock(mu_);
      --running_;
      idle_.notify_all();
    }).detach();
  }
  std::unique_lock lock(round->mu);
  round->done.wait_for(lock, absl::ToChronoNanoseconds(timeout),
                       [&] { return round->missing == 0; });
  return round->replies;
}

}  // namespace commons::node
