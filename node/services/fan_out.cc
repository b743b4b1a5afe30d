#include "node/services/fan_out.h"

#include <chrono>
#include <memory>
#include <utility>

#include "node/transport/grpc_status.h"
#include "node/transport/guard.h"

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
  std::vector<query::Incoming> replies;
  size_t missing = 0;
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

void Settle(Round& round, size_t i, absl::StatusOr<v1::Envelope> reply) {
  {
    std::lock_guard lock(round.mu);
    round.replies[i] = {std::move(reply),
                        absl::FromChrono(std::chrono::steady_clock::now() - round.began)};
    --round.missing;
  }
  round.done.notify_one();
}

}  // namespace

FanOutSender::~FanOutSender() {
  std::unique_lock lock(mu_);
  idle_.wait(lock, [this] { return running_ == 0; });
}

std::vector<query::Incoming> FanOutSender::Send(query::Phase phase,
                                                const std::vector<query::Outgoing>& messages,
                                                absl::Duration timeout) {
  auto round = std::make_shared<Round>();
  round->replies.resize(messages.size(),
                        {absl::DeadlineExceededError("no answer in time"), timeout});
  round->missing = messages.size();
  const PeerMethod method = MethodOf(phase);
  for (size_t i = 0; i < messages.size(); ++i) {
    auto one = [this, round, i, method, timeout, outgoing = messages[i]] {
      absl::StatusOr<v1::Envelope> reply = absl::InternalError("the call failed");
      // What it throws would end the process: there is nobody else on this thread.
      const grpc::Status done = Guarded(PeerMethodName(method), [&] {
        reply = call_(outgoing.to, method, outgoing.message, timeout);
        return grpc::Status::OK;
      });
      if (!done.ok()) reply = FromGrpc(done, "this node");
      Settle(*round, i, std::move(reply));
      std::lock_guard lock(mu_);
      --running_;
      idle_.notify_all();
    };
    {
      std::lock_guard lock(mu_);
      ++running_;
    }
    const absl::Status started = start_(std::move(one));
    if (started.ok()) continue;
    Settle(*round, i, started);
    std::lock_guard lock(mu_);
    --running_;
  }
  std::unique_lock lock(round->mu);
  round->done.wait_for(lock, absl::ToChronoNanoseconds(timeout),
                       [&] { return round->missing == 0; });
  return round->replies;
}

}  // namespace commons::node
