// Every organisation's log as this node holds it, verbatim, plus NodeInfos, checkpoints and what
// stands in no log.
#ifndef COMMONS_STORAGE_DOCUMENT_STORE_H_
#define COMMONS_STORAGE_DOCUMENT_STORE_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "storage/db.h"

namespace commons::storage {

// Thread-safe; `db` must outlive it. Every write is one synced batch: stored wholly or not at all.
class DocumentStore {
 public:
  struct Entry {
    std::string envelope;  // serialised, as received
    absl::Time seen_at;
  };
  struct Log {
    std::vector<Entry> entries;
    std::string checkpoint;       // signed note over exactly entries.size()
    std::string node_info;        // serialised envelope, or ""
    std::map<DocId, Entry> sets;  // what stands in no log
  };

  explicit DocumentStore(Database& db) : db_(db) {}

  // kDataLoss: a key or value is damaged, an entry is missing, or a checkpoint stands over another
  // number of entries.
  absl::StatusOr<std::map<OrgId, Log>> Load() const;
  // Appends entries at `from` (kFailedPrecondition unless the log has exactly `from` entries) and
  // replaces the checkpoint. kResourceExhausted: more than limits::kLogEntriesPerOrg in all.
  absl::Status Append(const OrgId& org, uint64_t from, absl::Span<const std::string> envelopes,
                      absl::string_view checkpoint, absl::Time seen_at);
  // How many entries the stored log of `org` has; also of a database opened to read. kDataLoss.
  static absl::StatusOr<uint64_t> CountEntries(const Database& db, const OrgId& org);
  absl::Status PutNodeInfo(const OrgId& org, absl::string_view envelope);
  // Adds these to the set of `org`, all or none; one with an id that is there takes its place.
  absl::Status PutSets(const OrgId& org, const std::map<DocId, Entry>& documents);

  // Small durable facts of the node: "commons_id", "last_time". kNotFound when never written.
  absl::StatusOr<std::string> GetFact(absl::string_view name) const;
  absl::Status PutFact(absl::string_view name, absl::string_view value);

 private:
  Database& db_;
  std::mutex write_mu_;  // a write that depends on what is stored
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_DOCUMENT_STORE_H_
