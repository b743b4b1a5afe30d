// The parts of a running node and how they are wired together.
#ifndef COMMONS_NODE_NODE_PARTS_H_
#define COMMONS_NODE_NODE_PARTS_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "node/documents/comparing.h"
#include "node/documents/exchange.h"
#include "node/documents/flood.h"
#include "node/documents/log_book.h"
#include "node/documents/page_intake.h"
#include "node/documents/sync.h"
#include "node/machine/config.h"
#include "node/machine/home.h"
#include "node/machine/node_clock.h"
#include "node/machine/node_mark.h"
#include "node/peer_router.h"
#include "node/services/admin_service.h"
#include "node/services/ask_service.h"
#include "node/services/audit_service.h"
#include "node/services/fan_out.h"
#include "node/transport/peer_channels.h"
#include "node/transport/servers.h"
#include "node/transport/tls.h"
#include "query/asker/asker.h"
#include "query/member/contributor.h"
#include "storage/db.h"
#include "storage/document_store.h"
#include "storage/ledger/ledger.h"
#include "storage/release_store.h"
#include "storage/table/table_store.h"

namespace commons::node {

// Whether the certificate and the node info are to be made anew: daily, and at once when the clock
// was set back, since to peers a certificate of a time to come is not yet valid.
bool IsMintDue(absl::Time minted_at, absl::Time now);

// In the order in which they lean on each other; they go in reverse. Stays where it is: the parts
// point at each other. The functions are for one thread, and each for once but Mint.
struct NodeParts {
  NodeParts(Home opened, Config read) : home(std::move(opened)), config(std::move(read)) {}
  NodeParts(const NodeParts&) = delete;
  NodeParts& operator=(const NodeParts&) = delete;

  // In this order. An error is one line for the operator; the parts are then only good to go.
  absl::Status OpenStores(bool accept_clock);
  absl::Status WireTransport();
  void WireQuestions();
  absl::Status Listen();

  // A fresh certificate and a fresh node info.
  absl::Status Mint();
  // "host:port" where peers are served, once it listens.
  std::string address() const;

  Home home;
  Config config;
  SystemClock machine;
  RunningClock running;
  std::unique_ptr<storage::Database> db;
  std::unique_ptr<NodeMarkKeeper> mark;
  std::unique_ptr<storage::DocumentStore> documents;
  std::unique_ptr<storage::ReleaseStore> releases;
  std::unique_ptr<storage::AuditLog> audit_log;
  std::unique_ptr<query::AuditTrail> audit;
  std::unique_ptr<storage::Ledger> ledger;
  std::unique_ptr<storage::TableStore> tables;
  std::unique_ptr<NodeClock> clock;
  std::unique_ptr<LogBook> book;
  std::unique_ptr<PageIntake> intake;
  std::unique_ptr<OwnCertificate> certificate;
  std::unique_ptr<PeerChannels> channels;
  std::unique_ptr<Exchange> exchange;
  std::unique_ptr<Sync> sync;
  std::unique_ptr<Flood> flood;
  std::unique_ptr<Comparing> comparing;
  std::unique_ptr<query::Contributor> contributor;
  std::unique_ptr<PeerRouter> router;
  std::unique_ptr<FanOutSender> sender;
  std::unique_ptr<query::Asker> asker;
  std::unique_ptr<AskService> ask;
  std::unique_ptr<AuditService> audit_service;
  std::unique_ptr<AdminService> admin;
  std::unique_ptr<PeerServer> peer_server;
  std::unique_ptr<LocalServer> local_server;
  absl::Time minted_at;
  std::atomic<bool> stopping = false;

 private:
  query::MemberContext Context();
  absl::Status Ready() const;  // CLOCK, INTERNAL, STALE: this node neither signs nor answers
  void OnChange();
};

}  // namespace commons::node

#endif  // COMMONS_NODE_NODE_PARTS_H_
