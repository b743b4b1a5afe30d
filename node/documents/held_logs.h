// Every organisation's log as this node holds it, and which commons it has joined: in memory, and
// before that on disk.
#ifndef COMMONS_NODE_DOCUMENTS_HELD_LOGS_H_
#define COMMONS_NODE_DOCUMENTS_HELD_LOGS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/merkle/merkle.h"
#include "governance/document/document.h"
#include "governance/exchange/exchange.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/organisation/card_places.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "storage/document_store.h"

namespace commons::node {

using DocumentPtr = std::shared_ptr<const governance::Document>;

// What documents add to a log: new ones, and signatures for those that are there.
struct Gain {
  struct Placed {
    DocumentPtr document;
    size_t at = 0;  // among those that are appended together, where its last signature came
  };
  std::vector<Placed> added;
  std::vector<DocumentPtr> repeated;      // nothing new
  std::map<size_t, Placed> signed_again;  // by where it stands in the opened log
};
// `first`: where in the log itself the first of those that are appended stands.
void AddTo(governance::OrgLog& log, const Gain& gain, uint64_t first, absl::Time now);

// MESSAGE_TOO_LARGE: more than an organisation's log may hold (limits::kLogBytesPerOrg).
absl::Status CheckRoom(size_t bytes);

// Not thread-safe: whoever uses it holds the lock of its LogBook. What changes it is stored before
// it is seen, and on an error nothing has changed.
class HeldLogs {
 public:
  struct Log {
    std::vector<DocumentPtr> entries;  // as they came
    size_t bytes = 0;                  // of the entries
    crypto::MerkleTree tree;
    std::string checkpoint;
    std::string node_key;              // raw bytes, from the card in entry 0: no other changes it
    std::map<DocId, size_t> position;  // of each document, where it stands once in its opened log
    governance::CardPlaces cards;      // ... and there by which card it is signed
    std::optional<v1::ForkProof> fork;
  };
  // Entries that stand behind those of a log, and the log as it is with them.
  struct Extension {
    std::vector<DocumentPtr> entries;  // at least one
    crypto::MerkleTree tree;
    std::string checkpoint;
    Gain gain;
  };

  // kDataLoss: what is stored cannot be read. `store` and `clock` outlive it.
  static absl::StatusOr<HeldLogs> Load(storage::DocumentStore* store, const Clock* clock);

  const Log* Find(const OrgId& org) const;  // nullptr: nothing is held
  uint64_t SizeOf(const OrgId& org) const;  // entries; 0: nothing is held
  // The same logs as they are folded: each document once, with all its signatures.
  const governance::Logs& opened() const { return opened_; }
  const std::optional<CommonsId>& commons() const { return commons_; }
  const std::optional<v1::Invitation>& invitation() const { return invitation_; }
  governance::Heads Heads() const;  // what sets hold as it was folded last
  // A signed note over exactly `size` entries, if a page ended there. kNotFound: none did.
  absl::StatusOr<std::string> CheckpointAt(const OrgId& org, uint64_t size) const;

  Gain GainOf(const OrgId& org, absl::Span<const DocumentPtr> documents) const;
  // What the register is folded from.
  governance::Logs LogsToFold() const;
  // What was kept last: from there the next fold goes on.
  const governance::FoldedLogs& folded() const { return folded_; }
  governance::FoldedLogs Fold() const { return folded_.Then(LogsToFold(), commons_); }
  void KeepFold(governance::FoldedLogs folded) { folded_ = std::move(folded); }

  // Whose node this is, once its log has begun.
  void MarkOwn(const OrgId& org) { ChangeIn(opened_, org).own = true; }
  absl::Status Append(const OrgId& org, Extension more, absl::Time now);
  // So that a page of another's log can end here also when the log has grown.
  absl::Status KeepCheckpoint(const OrgId& org);
  // Documents of its set as they are from now on, new ones among them.
  absl::Status PutSets(const OrgId& org, const std::vector<DocumentPtr>& changed, absl::Time now);
  absl::Status PutNodeInfo(const OrgId& org, const governance::Document& node_info);
  // A verified proof that a log which is held has two histories; the first is kept.
  absl::Status PutFork(const OrgId& org, const v1::ForkProof& proof, absl::Time now);
  // Joins a commons: by its charter, or by an invitation.
  absl::Status PutJoined(const CommonsId& commons, const v1::Invitation* invitation);

 private:
  HeldLogs(storage::DocumentStore* store, const Clock* clock) : store_(store), clock_(clock) {}
  absl::Status LoadLog(const OrgId& org, const storage::DocumentStore::Log& stored);
  absl::Status LoadSets(const OrgId& org, const storage::DocumentStore::Log& stored);
  absl::Status LoadJoined();
  absl::Status LoadFork(const OrgId& org);
  void Remember(const OrgId& org, const Gain& gain, uint64_t first, absl::Time now,
                governance::OrgLog& opened);
  void OpenInvited();

  storage::DocumentStore* store_;
  const Clock* clock_;
  std::map<OrgId, Log> logs_;
  governance::Logs opened_;
  std::shared_ptr<const governance::OrgLog> invited_;  // the invitation's charter; may be nullptr
  governance::FoldedLogs folded_;
  std::optional<CommonsId> commons_;
  std::optional<v1::Invitation> invitation_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_HELD_LOGS_H_
