// Every organisation's log as this node holds it, and the register folded from them: what the node
// knows. Whatever changes it is durable before anybody sees it.
#ifndef COMMONS_NODE_ARCHIVE_H_
#define COMMONS_NODE_ARCHIVE_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/merkle.h"
#include "governance/exchange/exchange.h"
#include "governance/fold/org_log.h"
#include "governance/register/register.h"
#include "node/peer_budgets.h"
#include "node/transport/peer_channels.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "storage/document_store.h"

namespace commons::node {

// An organisation to exchange with; never this node's own.
struct Peer {
  PeerAddress address;
  std::string name;  // or the id while its card is unknown
  Standing standing = Standing::kUnknown;
};

// Thread-safe.
class Archive {
 public:
  // One moment; immutable.
  struct Snapshot {
    std::shared_ptr<const governance::Register> reg;
    std::optional<CommonsId> commons;
    governance::Heads heads;  // of members and of this node
    Hash32 heads_hash;
    std::vector<Peer> peers;
    std::map<PublicKey, Standing> standing;  // by TLS key
    bool joining = false;   // an invitation has been accepted, its commons not yet reached
    uint64_t revision = 0;  // grows with every change
  };

  // Loads what is stored; appends the card to the own log at the first start. All outlive it.
  static absl::StatusOr<std::unique_ptr<Archive>> Open(storage::DocumentStore* store,
                                                       const OrgId& org,
                                                       const crypto::SigningKey* node_key,
                                                       const Clock* clock,
                                                       const v1::Envelope& card);

  std::shared_ptr<const Snapshot> snapshot() const;
  StandingOf standing_of() const;
  // Called after every change, on the thread that made it, without locks. Set before others call
  // in.
  void OnChange(std::function<void()> listener) { listener_ = std::move(listener); }

  // ---- own documents ----
  // Appends a document of the own organisation and signs the new checkpoint. A refusal names why it
  // would not count; nothing is stored then. One that is in the log already gains its signatures.
  absl::Status SubmitOwn(v1::Envelope envelope);
  // Signs and publishes where this node is reached, for 30 days.
  absl::Status MintNodeInfo(absl::Span<const std::string> endpoints, absl::string_view contact);

  // ---- joining ----
  // A Charter that names this organisation as a founder, with the founders' node infos, or an
  // invitation. WRONG_COMMONS: in another one already. NOT_A_MEMBER: not among the founders.
  absl::StatusOr<CommonsId> Join(const v1::RuleFile& file);

  // ---- exchange ----
  // Pages for what a peer lacks, within limits::kBatchBytes; the rest another time.
  std::vector<v1::LogPage> PagesFor(
      const google::protobuf::RepeatedPtrField<v1::Pull::Range>& ranges) const;
  // Takes what fits and proves itself, of organisations that the register expects. True if anything
  // was new. Pages that do not fit are left out; `problems` gets the reasons. The work is taken
  // from `spend`; signatures are verified while others may use the archive.
  absl::StatusOr<bool> AcceptPages(const google::protobuf::RepeatedPtrField<v1::LogPage>& pages,
                                   const Spend& spend, std::vector<absl::Status>* problems);

  // Every document, log by log; payload_type "" means all. The first `from` are passed over, and
  // those returned, at least one if there is any, have at most limits::kBatchBytes together. What
  // comes meanwhile shifts others back, never forth: whoever counts on misses nothing, and may get
  // one twice.
  std::vector<v1::Envelope> Documents(absl::string_view payload_type, uint64_t from) const;

 private:
  struct Held {
    std::vector<v1::Envelope> entries;
    size_t bytes = 0;  // of the entries
    crypto::MerkleTree tree;
    std::string checkpoint;
    std::string node_key;              // raw bytes, from the card in entry 0
    std::map<DocId, size_t> position;  // of each document in logs_, where it stands once
  };
  // What a page adds to a log in logs_: documents, and signatures for those that are there.
  struct Gain {
    std::vector<std::shared_ptr<const governance::Document>> added;
    std::vector<std::shared_ptr<const governance::Document>> repeated;  // nothing new
    std::map<size_t, std::shared_ptr<const governance::Document>> signed_again;
  };
  // A page on its way in.
  struct Incoming {
    const v1::LogPage* page = nullptr;
    OrgId org;
    bool checked = false;  // what follows is filled in
    crypto::MerkleTree tree;
    std::vector<std::shared_ptr<const governance::Document>> documents;
    std::optional<governance::Document> node_info;
    Gain gain;
  };
  struct Batch {
    void SetAside(Incoming incoming, const absl::Status& why) {
      later.push_back(std::move(incoming));
      waiting.push_back(why);
    }
    std::vector<Incoming> fitting;
    std::vector<Incoming> later;
    std::vector<absl::Status> waiting;  // why those in `later` do not fit yet
    std::vector<absl::Status> refused;
  };

  Archive(storage::DocumentStore* store, const OrgId& org, const crypto::SigningKey* node_key,
          const Clock* clock)
      : store_(store), org_(org), node_key_(node_key), clock_(clock) {}
  absl::Status Load();
  absl::Status LoadLog(const OrgId& org, const storage::DocumentStore::Log& log);
  absl::Status LoadJoined();
  void Publish(std::shared_ptr<const governance::Register> reg);
  std::map<OrgId, governance::OrgLog> LogsToFold() const;
  void Refold();
  void Changed();
  std::vector<Peer> PeersOf(const governance::Register& reg) const;

  absl::Status AppendOwn(const governance::Document& document, absl::Time now);
  absl::Status AppendSignatures(const governance::Document& document, absl::Time now);
  absl::Status MayAppend(const governance::Document& document) const;
  absl::Status WouldCount(const std::shared_ptr<const governance::Document>& document) const;
  absl::Status Follow(const v1::Invitation& invitation);
  absl::Status Found(const v1::Envelope& charter);

  // MESSAGE_TOO_LARGE: more than limits::kLogBytesPerOrg.
  static absl::Status CheckRoom(size_t bytes);
  absl::Status Check(Incoming& incoming, const Spend& spend) const;
  absl::Status CheckEntries(Incoming& incoming, const Spend& spend) const;
  // nullopt: nothing new.
  absl::StatusOr<std::optional<governance::Document>> OpenNodeInfo(
      const v1::Envelope& envelope) const;
  Gain GainOf(const OrgId& org,
              absl::Span<const std::shared_ptr<const governance::Document>> documents) const;
  static void AddTo(governance::OrgLog& log, const Gain& gain, absl::Time now);
  void Remember(const OrgId& org, const Gain& gain, absl::Time now);
  // One fold for all that fits, one more for each time that some of it was under-signed.
  bool TakeBatch(Batch& batch, const Spend& spend);
  void KeepNews(Batch& batch) const;
  absl::StatusOr<std::shared_ptr<const governance::Register>> FoldWith(const Batch& batch,
                                                                       absl::Time now,
                                                                       const Spend& spend) const;
  static bool SetAsideUnderSigned(const governance::Register& reg, Batch& batch);
  absl::Status Keep(Incoming& incoming, absl::Time now);
  absl::Status KeepNodeInfo(const OrgId& org, const governance::Document& node_info);
  static std::string CheckpointFact(const OrgId& org, uint64_t size);
  std::optional<v1::LogPage> PageFrom(const OrgId& org, uint64_t from, size_t budget_bytes) const;
  absl::StatusOr<std::string> CheckpointAt(const OrgId& org, const Held& held, uint64_t size) const;

  storage::DocumentStore* const store_;
  const OrgId org_;
  const crypto::SigningKey* const node_key_;
  const Clock* const clock_;
  std::function<void()> listener_;

  mutable std::mutex mu_;  // everything below
  std::map<OrgId, governance::OrgLog> logs_;
  std::map<OrgId, Held> held_;
  std::optional<CommonsId> commons_;
  std::optional<v1::Invitation> invitation_;

  mutable std::mutex snapshot_mu_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_ARCHIVE_H_
