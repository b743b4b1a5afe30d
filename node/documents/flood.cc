#include "node/documents/flood.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/parallel.h"
#include "node/log/log.h"
#include "node/transport/guard.h"

namespace commons::node {
namespace {

constexpr size_t kParallel = 32;
constexpr absl::Duration kPatience = absl::Seconds(2);  // with one peer

// In pages of about limits::kBatchBytes, each of one organisation.
template <typename News>
std::vector<v1::LogPage> PagesOf(const News& news) {
  std::vector<v1::LogPage> pages;
  for (const auto& [issuer, documents] : news) {
    size_t bytes = limits::kBatchBytes;
    for (const auto& [id, document] : documents) {
      if (bytes >= limits::kBatchBytes) {
        pages.emplace_back().set_org_id(issuer.ToBytes());
        bytes = 0;
      }
      bytes += document->envelope.ByteSizeLong();
      *pages.back().add_sets() = document->envelope;
    }
  }
  return pages;
}

}  // namespace

Flood::Flood(const Snapshots* snapshots, Exchange* exchange,
             std::function<bool(const OrgId&)> reachable)
    : snapshots_(snapshots), exchange_(exchange), reachable_(std::move(reachable)) {}

Flood::~Flood() { Stop(); }

void Flood::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Flood::Stop() {
  {
    std::lock_guard lock(mu_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Flood::Add(const OrgId& issuer, const std::vector<DocumentPtr>& documents) {
  {
    std::lock_guard lock(mu_);
    for (const DocumentPtr& document : documents) news_[issuer][document->id] = document;
  }
  wake_.notify_all();
}

void Flood::Loop() {
  while (true) {
    News news;
    {
      std::unique_lock lock(mu_);
      wake_.wait(lock, [this] { return stopping_ || !news_.empty(); });
      if (stopping_) return;
      news.swap(news_);
    }
    // On a thread where whatever is thrown would end the process.
    (void)Guarded("Flood", [&] {
      Tell(news);
      return grpc::Status::OK;
    });
  }
}

// Those that were there last first: whoever is not takes long to call.
void Flood::Tell(const News& news) {
  const std::vector<v1::LogPage> pages = PagesOf(news);
  std::vector<Peer> there = snapshots_->latest()->peers;
  const auto rest = std::stable_partition(
      there.begin(), there.end(), [&](const Peer& peer) { return reachable_(peer.address.org); });
  const std::vector<Peer> others(rest, there.end());
  there.erase(rest, there.end());
  TellAll(there, pages);
  {
    std::lock_guard lock(mu_);
    if (stopping_ || !news_.empty()) return;
  }
  TellAll(others, pages);
}

void Flood::TellAll(const std::vector<Peer>& peers, const std::vector<v1::LogPage>& pages) {
  RunParallel(peers.size(), kParallel, [&](size_t i) {
    for (const v1::LogPage& page : pages) {
      const absl::Status told = exchange_->PushPages(peers[i], {&page, 1}, kPatience);
      if (told.ok()) continue;
      Log(LogLevel::kDebug, "flood_failed", {{"peer", peers[i].name}, {"reason", told.message()}});
      return;
    }
  });
}

}  // namespace commons::node
