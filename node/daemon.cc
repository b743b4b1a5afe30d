#include "node/daemon.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/random.h"
#include "governance/refusal.h"
#include "node/admin_service.h"
#include "node/archive.h"
#include "node/ask_service.h"
#include "node/exchange.h"
#include "node/fan_out.h"
#include "node/home.h"
#include "node/log.h"
#include "node/node_clock.h"
#include "node/peer_fault.h"
#include "node/sync.h"
#include "node/transport/grpc_status.h"
#include "node/transport/guard.h"
#include "node/transport/peer_channels.h"
#include "node/transport/servers.h"
#include "node/transport/tls.h"
#include "query/asker/asker.h"
#include "query/member/contributor.h"
#include "query/member/executor.h"
#include "storage/db.h"
#include "storage/document_store.h"
#include "storage/ledger.h"
#include "storage/release_store.h"
#include "storage/table/table_store.h"

namespace commons::node {
namespace {

constexpr absl::Duration kCompareTimeout = absl::Seconds(2);
constexpr absl::Duration kPageTimeout = absl::Seconds(10);
constexpr absl::Duration kMintInterval = absl::Hours(24);

}  // namespace

// In the order in which they lean on each other; they go in reverse.
struct Daemon::Parts {
  Parts(Home opened, Config read) : home(std::move(opened)), config(std::move(read)) {}

  absl::Status OpenStores(bool accept_clock);
  absl::Status WireTransport();
  void WireQuestions();
  absl::Status Listen();
  absl::Status Mint();

  query::MemberContext Context();
  absl::Status Ready() const;
  v1::Envelope Handle(PeerMethod method, const v1::Envelope& request);
  absl::StatusOr<v1::Envelope> Send(const OrgId& to, PeerMethod method, const v1::Envelope& message,
                                    absl::Duration timeout);
  void OnChange();
  std::string address() const;

  Home home;
  Config config;
  SystemClock machine;
  RunningClock running;
  std::unique_ptr<storage::Database> db;
  std::unique_ptr<storage::DocumentStore> documents;
  std::unique_ptr<storage::ReleaseStore> releases;
  std::unique_ptr<storage::Ledger> ledger;
  std::unique_ptr<storage::TableStore> tables;
  std::unique_ptr<NodeClock> clock;
  std::unique_ptr<Archive> archive;
  std::unique_ptr<OwnCertificate> certificate;
  std::unique_ptr<PeerChannels> channels;
  std::unique_ptr<Exchange> exchange;
  std::unique_ptr<Sync> sync;
  std::unique_ptr<query::Contributor> contributor;
  std::unique_ptr<FanOutSender> sender;
  std::unique_ptr<query::Asker> asker;
  std::unique_ptr<AskService> ask;
  std::unique_ptr<AdminService> admin;
  std::unique_ptr<PeerServer> peer_server;
  std::unique_ptr<LocalServer> local_server;
  absl::Time minted_at;
};

absl::Status Daemon::Parts::OpenStores(bool accept_clock) {
  ASSIGN_OR_RETURN(db, storage::Database::Open(home.database()));
  documents = std::make_unique<storage::DocumentStore>(*db);
  releases = std::make_unique<storage::ReleaseStore>(*db);
  ASSIGN_OR_RETURN(ledger, storage::Ledger::Open(*db));
  ASSIGN_OR_RETURN(tables,
                   storage::TableStore::Open(db.get(), &home.store_key, &crypto::SystemRandom(),
                                             {.cache_bytes = config.cache_bytes}));
  ASSIGN_OR_RETURN(clock, NodeClock::Open(&machine, &running, documents.get(), accept_clock));
  ASSIGN_OR_RETURN(
      archive, Archive::Open(documents.get(), home.org, &home.node_key, clock.get(), home.card));
  return absl::OkStatus();
}

absl::Status Daemon::Parts::WireTransport() {
  // Certificates are about the machine's time: they must be valid in the eyes of others.
  ASSIGN_OR_RETURN(certificate, OwnCertificate::Create(home.tls_key, machine.Now()));
  channels = std::make_unique<PeerChannels>(*certificate, archive->standing_of(), clock.get(),
                                            PeerChannels::Options{config.http_proxy});
  exchange = std::make_unique<Exchange>(
      archive.get(), home.org, &home.node_key, clock.get(), &crypto::SystemRandom(),
      [this](const Peer& peer, PeerMethod method, const v1::Envelope& request) {
        return channels->Call(peer.address, method, request,
                              method == PeerMethod::kCompare ? kCompareTimeout : kPageTimeout);
      });
  sync = std::make_unique<Sync>(archive.get(), exchange.get(), home.org, &crypto::SystemRandom(),
                                config.sync_interval);
  archive->OnChange([this] { OnChange(); });
  return absl::OkStatus();
}

void Daemon::Parts::OnChange() {
  const auto now = archive->snapshot();
  std::vector<PeerAddress> addresses;
  for (const Peer& peer : now->peers) addresses.push_back(peer.address);
  channels->Keep(addresses);
  sync->Nudge();
}

absl::Status Daemon::Parts::Ready() const {
  RETURN_IF_ERROR(clock->Check());
  return sync->CaughtUp();
}

query::MemberContext Daemon::Parts::Context() {
  query::MemberContext context;
  context.org = home.org;
  context.node_key = &home.node_key;
  context.noise_secret = home.noise_secret;
  context.reg = [this] { return archive->snapshot()->reg; };
  context.ready = [this] { return Ready(); };
  context.clock = clock.get();
  context.random = &crypto::SystemRandom();
  context.ledger = ledger.get();
  context.releases = releases.get();
  context.execute = query::LocalExecutor(*tables);
  context.current_epoch = [this](absl::string_view dataset) -> absl::StatusOr<uint64_t> {
    auto epoch = tables->CurrentEpoch(dataset);
    if (absl::IsNotFound(epoch.status())) {
      return governance::Refuse(v1::NO_DATA, "no edition of the dataset on this node");
    }
    return epoch;
  };
  context.wait = [](absl::Duration until_slot) { absl::SleepFor(until_slot); };
  context.fault = LogFault;
  return context;
}

void Daemon::Parts::WireQuestions() {
  contributor = std::make_unique<query::Contributor>(Context());
  sender = std::make_unique<FanOutSender>(
      [this](const OrgId& to, PeerMethod method, const v1::Envelope& message,
             absl::Duration timeout) { return Send(to, method, message, timeout); });
  asker = std::make_unique<query::Asker>(
      Context(), [this](query::Phase phase, const std::vector<query::Outgoing>& messages,
                        absl::Duration timeout) { return sender->Send(phase, messages, timeout); });
  ask = std::make_unique<AskService>(asker.get(), archive.get(), clock.get(),
                                     &crypto::SystemRandom());
  admin = std::make_unique<AdminService>(
      AdminService::Parts{&home, archive.get(), sync.get(), tables.get(), ledger.get(), clock.get(),
                          [this] { return Ready(); }, [this] { return address(); }});
}

v1::Envelope Daemon::Parts::Handle(PeerMethod method, const v1::Envelope& request) {
  switch (method) {
    case PeerMethod::kCompare:
      return exchange->OnCompare(request);
    case PeerMethod::kPull:
      return exchange->OnPull(request);
    case PeerMethod::kPush:
      return exchange->OnPush(request);
    case PeerMethod::kPreview:
      return contributor->OnPreview(request);
    case PeerMethod::kPropose:
      return contributor->OnPropose(request);
    case PeerMethod::kSeal:
      return contributor->OnSeal(request);
    case PeerMethod::kSubmit:
      return contributor->OnSubmit(request);
    case PeerMethod::kPublish:
      return contributor->OnPublish(request);
  }
  return v1::Envelope();
}

absl::StatusOr<v1::Envelope> Daemon::Parts::Send(const OrgId& to, PeerMethod method,
                                                 const v1::Envelope& message,
                                                 absl::Duration timeout) {
  if (to == home.org) {
    v1::Envelope reply;
    const grpc::Status done = Guarded(PeerMethodName(method), [&] {
      reply = Handle(method, message);
      return grpc::Status::OK;
    });
    if (!done.ok()) return FromGrpc(done, "this node");
    return reply;
  }
  const auto now = archive->snapshot();
  for (const Peer& peer : now->peers) {
    if (peer.address.org != to) continue;
    auto reply = channels->Call(peer.address, method, message, timeout);
    sync->NoteContact(to, reply.ok());
    if (!reply.ok()) {
      LogInfo("no_answer", {{"peer", peer.name}, {"reason", reply.status().message()}});
    }
    return reply;
  }
  return absl::UnavailableError("no address is known");
}

std::string Daemon::Parts::address() const {
  const size_t colon = config.listen.rfind(':');
  return absl::StrCat(config.listen.substr(0, colon), ":", peer_server->port());
}

absl::Status Daemon::Parts::Listen() {
  ASSIGN_OR_RETURN(
      peer_server,
      PeerServer::Start(config.listen,
                        PeerServerCredentials(*certificate, archive->standing_of(), clock.get()),
                        [this](PeerMethod method, const v1::Envelope& request) {
                          return Handle(method, request);
                        }));
  RETURN_IF_ERROR(Mint());
  ASSIGN_OR_RETURN(local_server, LocalServer::Start(home.dir, {ask.get(), admin.get()}));
  sync->Start();
  return absl::OkStatus();
}

absl::Status Daemon::Parts::Mint() {
  RETURN_IF_ERROR(certificate->Renew(machine.Now()));
  const std::vector<std::string> endpoints =
      config.endpoints.empty() ? std::vector<std::string>{address()} : config.endpoints;
  RETURN_IF_ERROR(archive->MintNodeInfo(endpoints, config.contact));
  minted_at = machine.Now();
  return absl::OkStatus();
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() {
  // Nothing may call in any more before the parts go.
  if (parts_->sync != nullptr) parts_->sync->Stop();
  Drain();
}

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Start(const Options& options,
                                                      const Config& config) {
  ASSIGN_OR_RETURN(Home home, OpenHome(options.dir, crypto::SystemRandom()));
  if (home.root.name() != config.name) {
    return absl::InvalidArgumentError(absl::StrCat("node.toml: name \"", config.name,
                                                   "\" is not \"", home.root.name(),
                                                   "\", the name on card.rule; use that one"));
  }
  std::unique_ptr<Daemon> daemon(new Daemon(std::make_unique<Parts>(std::move(home), config)));
  Parts& parts = *daemon->parts_;
  RETURN_IF_ERROR(parts.OpenStores(options.accept_clock));
  RETURN_IF_ERROR(parts.WireTransport());
  parts.WireQuestions();
  RETURN_IF_ERROR(parts.Listen());
  return daemon;
}

std::string Daemon::address() const { return parts_->address(); }

void Daemon::Tick() {
  absl::Status status = parts_->clock->Persist();
  if (status.ok() && parts_->machine.Now() - parts_->minted_at > kMintInterval) {
    status = parts_->Mint();
  }
  if (!status.ok()) Log(LogLevel::kError, "tick_failed", {{"reason", status.message()}});
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

void Daemon::Drain() {
  if (parts_->local_server != nullptr) {
    parts_->local_server->Shutdown(absl::Seconds(limits::kQuestionSeconds));
  }
  if (parts_->peer_server != nullptr) {
    parts_->peer_server->Shutdown(absl::Seconds(limits::kPhaseSeconds));
  }
}

}  // namespace commons::node
