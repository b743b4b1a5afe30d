// The logs of all organisations as this node holds them, and what it knows from them: the own
// documents, joining, and pages for peers. Whatever changes it is durable before anybody sees it.
#ifndef COMMONS_NODE_DOCUMENTS_LOG_BOOK_H_
#define COMMONS_NODE_DOCUMENTS_LOG_BOOK_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "node/documents/held_logs.h"
#include "node/documents/log_pages.h"
#include "node/documents/own_log.h"
#include "node/documents/snapshot.h"
#include "node/peer/peer_budgets.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "storage/document_store.h"

namespace commons::node {

// Thread-safe. One lock covers the logs, in memory and on disk: a method or a Hold has it while it
// reads or changes them, and publishes a snapshot before it lets go. Snapshots are read without it.
class LogBook {
 public:
  // Loads what is stored; appends the card to the own log at the first start. All outlive it.
  static absl::StatusOr<std::unique_ptr<LogBook>> Open(storage::DocumentStore* store,
                                                       const OrgId& org,
                                                       const crypto::SigningKey* node_key,
                                                       const Clock* clock,
                                                       const v1::Envelope& card);

  const OrgId& org() const { return own_.org(); }
  const Snapshots& snapshots() const { return snapshots_; }
  std::shared_ptr<const Snapshot> snapshot() const { return snapshots_.latest(); }
  // Called after every change, on the thread that made it, without locks. Set before others call
  // in.
  void OnChange(std::function<void()> listener) { listener_ = std::move(listener); }

  // Called with documents of an organisation's set that are new here, or have new signatures, as
  // OnChange is and after it.
  using SetListener = std::function<void(const OrgId& issuer, const std::vector<DocumentPtr>&)>;
  void OnNewSets(SetListener listener) { set_listener_ = std::move(listener); }

  // Appends a document of the own organisation and signs the new checkpoint. A refusal names why it
  // would not count; nothing is stored then. One that is in the log already gains its signatures.
  // What stands in no log is kept beside it, and acts when this returns.
  absl::Status SubmitOwn(v1::Envelope envelope);
  // Signs and publishes where this node is reached, for 30 days.
  absl::Status MintNodeInfo(absl::Span<const std::string> endpoints, absl::string_view contact);
  // A Charter that names this organisation as a founder, with the founders' node infos, or an
  // invitation. WRONG_COMMONS: in another one already. NOT_A_MEMBER: not among the founders.
  absl::StatusOr<CommonsId> Join(const v1::RuleFile& file);

  // As in log_pages.h.
  std::vector<v1::LogPage> PagesFor(const PageRanges& ranges) const;
  std::vector<PlacedDocument> Documents(const Selection& selection, uint64_t from) const;

  // Where a log ends. The rest is filled in only where it ends at `at`.
  struct End {
    uint64_t size = 0;
    size_t bytes = 0;
    crypto::MerkleTree tree;
    std::string node_key;  // "" while the log is empty
  };
  End EndOf(const OrgId& org, uint64_t at) const;
  // A log as it is folded, with its set; nullptr: nothing is held.
  std::shared_ptr<const governance::OrgLog> OpenedLog(const OrgId& org) const;

  // Whose logs are known to have two histories, and since when.
  std::map<OrgId, absl::Time> Forks() const;
  // Holds what a peer says of the ends of logs against what is held. Whose log has two histories,
  // by the signatures of its node, is kept with the proof and returned; at most a few at a time.
  // The own log is left to whoever else holds it. Verifying is taken from the peer's `spend`; none
  // is noted where that says BUSY.
  std::vector<OrgId> NoteForks(const governance::Heads& theirs, const Spend& spend);

  // While one lives, nobody else reads or changes the logs. Not to be held while signatures are
  // verified or peers waited for, nor two at once on one thread.
  class Hold {
   public:
    explicit Hold(LogBook& book) : book_(book), lock_(book.mu_) {}
    HeldLogs& logs() { return book_.logs_; }
    // The logs as they are now, folded: `folded` if the caller has done it.
    void Publish(governance::FoldedLogs folded);
    void Publish() { Publish(book_.logs_.Fold()); }

   private:
    LogBook& book_;
    std::lock_guard<std::mutex> lock_;
  };
  // To be called after a change, with no Hold.
  void TellListener() const;
  void TellNewSets(const OrgId& issuer, const std::vector<DocumentPtr>& documents) const;

 private:
  struct Suspect {
    OrgId org;
    std::string node_key;
    v1::ForkProof proof;  // not verified yet
  };
  std::vector<Suspect> Suspects(const governance::Heads& theirs) const;
  LogBook(HeldLogs logs, const OrgId& org, const crypto::SigningKey* node_key, const Clock* clock)
      : node_key_(node_key),
        clock_(clock),
        logs_(std::move(logs)),
        own_(&logs_, org, node_key, clock) {}

  const crypto::SigningKey* const node_key_;
  const Clock* const clock_;
  absl::Status SubmitToSet(const governance::Document& document);

  std::function<void()> listener_;
  SetListener set_listener_;
  mutable std::mutex mu_;
  HeldLogs logs_;  // under mu_
  OwnLog own_;     // under mu_, but for org()
  Snapshots snapshots_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_LOG_BOOK_H_
