#include "node/daemon.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "crypto/random.h"
#include "node/documents/sync.h"
#include "node/log/log.h"
#include "node/machine/home.h"
#include "node/machine/node_clock.h"
#include "node/node_parts.h"
#include "node/services/admin_service.h"
#include "node/services/ask_service.h"
#include "node/services/fan_out.h"
#include "node/services/raw_files.h"
#include "node/transport/guard.h"
#include "node/transport/peer_channels.h"
#include "node/transport/self_probe.h"
#include "node/transport/servers.h"
#include "node/transport/tls.h"
#include "storage/db.h"
#include "storage/document_store.h"
#include "storage/table/table_store.h"

namespace commons::node {
namespace {

// A client that placed a file asks for its import at once.
constexpr absl::Duration kPlacedPatience = absl::Minutes(10);

}  // namespace

Daemon::Daemon(std::unique_ptr<NodeParts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() {
  // Nothing may call in any more before the parts go.
  parts_->stopping = true;
  if (parts_->sync != nullptr) parts_->sync->Stop();
  if (parts_->flood != nullptr) parts_->flood->Stop();
  Drain();
}

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Start(const Options& options,
                                                      const Config& config) {
  ASSIGN_OR_RETURN(Home home, OpenHome(options.dir, crypto::SystemRandom()));
  if (home.root.name() != config.name) {
    return absl::InvalidArgumentError(
        absl::StrCat(node_files::kConfig, ": name \"", config.name, "\" is not \"",
                     home.root.name(), "\", the name on ", node_files::kCard, "; use that one"));
  }
  std::unique_ptr<Daemon> daemon(new Daemon(std::make_unique<NodeParts>(std::move(home), config)));
  NodeParts& parts = *daemon->parts_;
  RETURN_IF_ERROR(parts.OpenStores(options.accept_clock));
  RETURN_IF_ERROR(parts.WireTransport());
  parts.WireQuestions();
  RETURN_IF_ERROR(parts.Listen());
  return daemon;
}

std::string Daemon::address() const { return parts_->address(); }

void Daemon::Tick() {
  absl::Status status = parts_->clock->Persist();
  status.Update(parts_->mark->Update());
  if (status.ok() && IsMintDue(parts_->minted_at, parts_->machine.Now())) {
    status = parts_->Mint();
  }
  ClearPlacedFiles(parts_->home, parts_->machine.Now() - kPlacedPatience);
  if (!status.ok()) Log(LogLevel::kError, "tick_failed", {{"reason", status.message()}});
}

absl::Status Daemon::WatchDisk() {
  const absl::Status health = parts_->db->Health();
  if (health.ok() && writes_) return absl::OkStatus();
  const absl::Status recovered = parts_->db->Recover();
  if (recovered.ok() != writes_) {
    writes_ = recovered.ok();
    parts_->peer_server->SetServing(writes_);
    parts_->local_server->SetServing(writes_);
    if (writes_) {
      LogInfo("disk_writes_again");
    } else {
      Log(LogLevel::kError, "disk_takes_no_writes", {{"reason", health.message()}});
    }
  }
  return absl::IsInternal(recovered) ? recovered : absl::OkStatus();
}

void Daemon::Reload(const Config& config) {
  Config& current = parts_->config;
  std::vector<std::string> waiting;
  if (config.name != current.name) waiting.push_back("name");
  if (config.listen != current.listen) waiting.push_back("listen");
  if (config.cache_bytes != current.cache_bytes) waiting.push_back("cache_mib");
  if (config.http_proxy != current.http_proxy) waiting.push_back("http_proxy");
  const bool announce = config.endpoints != current.endpoints || config.contact != current.contact;
  current.endpoints = config.endpoints;
  current.contact = config.contact;
  current.sync_interval = config.sync_interval;
  current.log_level = config.log_level;
  SetUpLog(config.log_level);
  parts_->sync->SetInterval(config.sync_interval);
  const absl::Status minted = announce ? parts_->Mint() : absl::OkStatus();
  LogInfo("reloaded", {{"waits_for_restart", absl::StrJoin(waiting, ",")},
                       {"outcome", minted.ok() ? "ok" : minted.message()}});
}

absl::Status Daemon::ProbeSelf() const {
  constexpr absl::Duration kPatience = absl::Seconds(5);
  RETURN_IF_ERROR(ProbeLocalSocket(parts_->home.dir, kPatience));
  return ProbePeerPort(parts_->peer_server->reached_at(), *parts_->certificate,
                       parts_->home.tls_key.public_key(), parts_->clock.get(), kPatience);
}

void Daemon::Drain() {
  parts_->stopping = true;
  if (parts_->local_server != nullptr) {
    parts_->local_server->Shutdown(absl::Seconds(limits::kQuestionSeconds));
  }
  if (parts_->peer_server != nullptr) {
    parts_->peer_server->Shutdown(absl::Seconds(limits::kPhaseSeconds));
  }
  if (parts_->local_server == nullptr) return;  // it never ran
  const absl::Status marked = parts_->mark->Update();
  if (!marked.ok()) Log(LogLevel::kError, "mark_failed", {{"reason", marked.message()}});
}

}  // namespace commons::node
