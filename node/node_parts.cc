#include "node/node_parts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/node_files.h"
#include "base/status.h"
#include "crypto/random.h"
#include "governance/document/refusal.h"
#include "node/edge/descriptors.h"
#include "node/log/log.h"
#include "node/peer/peer_fault.h"
#include "node/services/raw_files.h"
#include "query/member/executor.h"

namespace commons::node {
namespace {

constexpr absl::Duration kCompareTimeout = absl::Seconds(2);
constexpr absl::Duration kPageTimeout = absl::Seconds(10);
constexpr absl::Duration kMintInterval = absl::Hours(24);

// A directory whose mark is of a version before it named the keys may have another one.
absl::Status AboutStoreKey(const Home& home, const absl::Status& fault) {
  if (!absl::IsDataLoss(fault)) return fault;
  const std::string path = node_files::MachineKey(home.dir, node_files::kStoreKey);
  return absl::DataLossError(absl::StrCat(
      "datasets: ", fault.message(), ". They are sealed with ", path,
      ": if that is another key than before, put the right one back from a backup of this "
      "directory"));
}

}  // namespace

bool IsMintDue(absl::Time minted_at, absl::Time now) {
  return now < minted_at || now - minted_at > kMintInterval;
}

absl::Status NodeParts::OpenStores(bool accept_clock) {
  RETURN_IF_ERROR(CheckNodeMark(home));
  ASSIGN_OR_RETURN(db, storage::Database::Open(home.database()));
  mark = std::make_unique<NodeMarkKeeper>(&home, db.get());
  documents = std::make_unique<storage::DocumentStore>(*db);
  releases = std::make_unique<storage::ReleaseStore>(*db);
  ASSIGN_OR_RETURN(audit_log, storage::AuditLog::Open(*db));
  audit = std::make_unique<query::AuditTrail>(audit_log.get());
  ASSIGN_OR_RETURN(ledger, storage::Ledger::Open(*db));
  auto opened = storage::TableStore::Open(db.get(), &home.store_key, &crypto::SystemRandom(),
                                          {.cache_bytes = config.cache_bytes});
  if (!opened.ok()) return AboutStoreKey(home, opened.status());
  tables = *std::move(opened);
  ASSIGN_OR_RETURN(clock, NodeClock::Open(&machine, &running, documents.get(), accept_clock));
  ASSIGN_OR_RETURN(
      book, LogBook::Open(documents.get(), home.org, &home.node_key, clock.get(), home.card));
  intake = std::make_unique<PageIntake>(book.get(), clock.get());
  const auto is_charged = [this](const QueryId& query, uint32_t attempt) {
    return ledger->WasReserved(query, attempt);
  };
  RETURN_IF_ERROR(releases->BoundFree(is_charged, clock->Now()));
  return mark->Update();
}

absl::Status NodeParts::WireTransport() {
  // Certificates are about the machine's time: they must be valid in the eyes of others.
  ASSIGN_OR_RETURN(certificate, OwnCertificate::Create(home.tls_key, machine.Now()));
  channels = std::make_unique<PeerChannels>(*certificate, book->snapshots().standing_of(),
                                            clock.get(), PeerChannels::Options{config.http_proxy});
  exchange = std::make_unique<Exchange>(
      book.get(), intake.get(), &home.node_key, clock.get(), &crypto::SystemRandom(),
      [this](const Peer& peer, PeerMethod method, const v1::Envelope& request, absl::Time until) {
        const absl::Duration most = method == PeerMethod::kCompare ? kCompareTimeout : kPageTimeout;
        return channels->Call(peer.address, method, request, std::min(most, until - absl::Now()));
      });
  sync = std::make_unique<Sync>(&book->snapshots(), exchange.get(), home.org,
                                &crypto::SystemRandom(), config.sync_interval);
  flood = std::make_unique<Flood>(&book->snapshots(), exchange.get(),
                                  [this](const OrgId& peer) { return sync->Reachable(peer); });
  comparing = std::make_unique<Comparing>(&book->snapshots(), exchange.get());
  exchange->OnHeard([this](const OrgId& peer, bool same) { sync->NoteHeard(peer, same); });
  book->OnChange([this] { OnChange(); });
  book->OnNewSets([this](const OrgId& issuer, const std::vector<DocumentPtr>& documents) {
    flood->Add(issuer, documents);
  });
  return absl::OkStatus();
}

void NodeParts::OnChange() {
  const auto now = book->snapshot();
  std::vector<PeerAddress> addresses;
  for (const Peer& peer : now->peers) addresses.push_back(peer.address);
  channels->Keep(addresses);
  sync->Nudge();
  const absl::Status marked = mark->Update();
  if (!marked.ok()) Log(LogLevel::kError, "mark_failed", {{"reason", marked.message()}});
}

absl::Status NodeParts::Ready() const {
  RETURN_IF_ERROR(clock->Check());
  if (!db->Health().ok()) {
    return governance::Refuse(v1::INTERNAL, "this node's disk takes no writes; see its log");
  }
  return sync->CaughtUp();
}

query::MemberContext NodeParts::Context() {
  query::MemberContext context;
  context.org = home.org;
  context.node_key = &home.node_key;
  context.noise_secret = home.noise_secret;
  context.reg = [this] { return book->snapshot()->reg; };
  context.ready = [this] { return Ready(); };
  context.stopping = [this] { return stopping.load(); };
  context.clock = clock.get();
  context.random = &crypto::SystemRandom();
  context.compare = [this](const std::vector<query::Voted>& voted) {
    return comparing->With(voted);
  };
  context.ledger = ledger.get();
  context.releases = releases.get();
  context.audit = audit.get();
  context.execute = query::LocalExecutor(*tables);
  context.current_edition = [this](absl::string_view dataset) -> absl::StatusOr<uint64_t> {
    auto edition = tables->CurrentEdition(dataset);
    if (absl::IsNotFound(edition.status())) {
      return governance::Refuse(v1::NO_DATA, "no edition of the dataset on this node");
    }
    return edition;
  };
  context.wait = [](absl::Duration until_slot) { absl::SleepFor(until_slot); };
  context.fault = LogFault;
  return context;
}

void NodeParts::WireQuestions() {
  contributor = std::make_unique<query::Contributor>(Context());
  router = std::make_unique<PeerRouter>(PeerRouter::Parts{
      home.org, &book->snapshots(), exchange.get(), contributor.get(), channels.get(), sync.get()});
  sender = std::make_unique<FanOutSender>(
      [this](const OrgId& to, PeerMethod method, const v1::Envelope& message,
             absl::Duration timeout) { return router->Send(to, method, message, timeout); });
  asker = std::make_unique<query::Asker>(
      Context(), [this](query::Phase phase, const std::vector<query::Outgoing>& messages,
                        absl::Duration timeout) { return sender->Send(phase, messages, timeout); });
  ask = std::make_unique<AskService>(home.org, asker.get(), audit.get(), &book->snapshots(),
                                     clock.get(), &crypto::SystemRandom());
  audit_service = std::make_unique<AuditService>(&home, audit_log.get());
  admin = std::make_unique<AdminService>(
      AdminService::Parts{&home, book.get(), sync.get(), tables.get(), ledger.get(), audit.get(),
                          clock.get(), [this] { return Ready(); }, [this] { return address(); }});
}

std::string NodeParts::address() const {
  const size_t colon = config.listen.rfind(':');
  return absl::StrCat(config.listen.substr(0, colon), ":", peer_server->port());
}

absl::Status NodeParts::Listen() {
  // A node can reach itself whatever the register says, and then ask for no more than documents.
  const auto standing_of = [others = book->snapshots().standing_of(),
                            own = home.tls_key.public_key()](const PublicKey& key) {
    return key == own ? std::max(others(key), Standing::kInvited) : others(key);
  };
  const PeerEdge::Who who = {[this] { return certificate->latest(); }, standing_of, clock.get()};
  const auto handle = [this](PeerMethod method, const v1::Envelope& request) {
    return router->Handle(method, request);
  };
  PeerEdge::Limits limits;
  const size_t descriptors = RaiseDescriptorLimit();
  limits.keys.all = PeerConnectionsFor(descriptors);
  if (descriptors < DescriptorsWanted()) {
    LogWarning("few_descriptors", {{"limit", descriptors},
                                   {"wanted", DescriptorsWanted()},
                                   {"peer_connections", limits.keys.all}});
  }
  ASSIGN_OR_RETURN(peer_server, PeerServer::Start(config.listen, who, handle, limits));
  RETURN_IF_ERROR(Mint());
  ClearPlacedFiles(home, absl::InfiniteFuture());  // no import is under way yet
  ASSIGN_OR_RETURN(local_server,
                   LocalServer::Start(home.dir, {ask.get(), admin.get(), audit_service.get()}));
  flood->Start();
  sync->Start();
  return absl::OkStatus();
}

absl::Status NodeParts::Mint() {
  RETURN_IF_ERROR(certificate->Renew(machine.Now()));
  const std::vector<std::string> endpoints =
      config.endpoints.empty() ? std::vector<std::string>{address()} : config.endpoints;
  RETURN_IF_ERROR(book->MintNodeInfo(endpoints, config.contact));
  minted_at = machine.Now();
  return absl::OkStatus();
}

}  // namespace commons::node
