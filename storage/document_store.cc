#include "storage/document_store.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "storage/record.h"

namespace commons::storage {
namespace {

// kLog: org | 'c' -> entry count | checkpoint;  org | 'e' | index -> seen_at | envelope.
// kDocuments: org -> NodeInfo;  org | doc_id -> seen_at | envelope.  kDefault: name -> fact.
constexpr char kCheckpoint = 'c';
constexpr char kEntry = 'e';

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

std::string CheckpointKey(const OrgId& org) {
  return RecordWriter().Id(org).Raw({&kCheckpoint, 1}).bytes();
}

std::string EntryKey(const OrgId& org, uint64_t index) {
  return RecordWriter().Id(org).Raw({&kEntry, 1}).U64(index).bytes();
}

std::string SetKey(const OrgId& org, const DocId& document) {
  return RecordWriter().Id(org).Id(document).bytes();
}

std::string EntryValue(absl::string_view envelope, absl::Time seen_at) {
  return RecordWriter().U64(absl::ToUnixMicros(seen_at)).Raw(envelope).bytes();
}

std::string Named(const OrgId& org) { return absl::StrCat("log of ", org.ToHex()); }

rocksdb::Slice AsSlice(absl::string_view bytes) { return {bytes.data(), bytes.size()}; }

// One key of kLog, in key order: 'c' comes before the entries it counts.
absl::Status AddToLog(char kind, uint64_t index, absl::string_view value, uint64_t* expected,
                      DocumentStore::Log* log) {
  RecordReader reader(value);
  const uint64_t number = reader.U64();
  if (!reader.ok()) return absl::DataLossError("a record is cut off");
  if (kind == kCheckpoint) {
    *expected = number;
    log->checkpoint = reader.Rest();
    return absl::OkStatus();
  }
  if (index != log->entries.size()) return absl::DataLossError("an entry is missing");
  log->entries.push_back({reader.Rest(), absl::FromUnixMicros(static_cast<int64_t>(number))});
  return absl::OkStatus();
}

absl::Status LoadLogs(const Database& db, std::map<OrgId, DocumentStore::Log>* logs) {
  std::map<OrgId, uint64_t> expected;
  std::unique_ptr<rocksdb::Iterator> it(
      db.raw()->NewIterator(rocksdb::ReadOptions(), db.family(Family::kLog)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    RecordReader key({it->key().data(), it->key().size()});
    OrgId org;
    key.Id(&org);
    const std::string kind = key.Raw(1);
    const uint64_t index = kind == std::string(1, kEntry) ? key.U64() : 0;
    if (!key.AtEnd()) return absl::DataLossError("log: a key is damaged");
    absl::Status added = AddToLog(kind[0], index, {it->value().data(), it->value().size()},
                                  &expected[org], &(*logs)[org]);
    if (!added.ok()) return absl::DataLossError(absl::StrCat(Named(org), ": ", added.message()));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "log"));
  for (const auto& [org, count] : expected) {
    if ((*logs)[org].entries.size() != count) {
      return absl::DataLossError(absl::StrCat(Named(org), ": the checkpoint covers ", count,
                                              " entries, found ", (*logs)[org].entries.size()));
    }
  }
  return absl::OkStatus();
}

// One key of kDocuments.
absl::Status AddBeside(absl::string_view key_bytes, absl::string_view value,
                       std::map<OrgId, DocumentStore::Log>* logs) {
  RecordReader key(key_bytes);
  OrgId org;
  key.Id(&org);
  if (key.AtEnd()) {
    (*logs)[org].node_info = std::string(value);
    return absl::OkStatus();
  }
  DocId document;
  key.Id(&document);
  RecordReader reader(value);
  const auto seen_at = static_cast<int64_t>(reader.U64());
  if (!key.AtEnd() || !reader.ok()) {
    return absl::DataLossError("beside the logs: a key or a value is damaged");
  }
  (*logs)[org].sets[document] = {reader.Rest(), absl::FromUnixMicros(seen_at)};
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::map<OrgId, DocumentStore::Log>> DocumentStore::Load() const {
  std::map<OrgId, Log> logs;
  RETURN_IF_ERROR(LoadLogs(db_, &logs));
  std::unique_ptr<rocksdb::Iterator> it(
      db_.raw()->NewIterator(rocksdb::ReadOptions(), db_.family(Family::kDocuments)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    RETURN_IF_ERROR(AddBeside({it->key().data(), it->key().size()},
                              {it->value().data(), it->value().size()}, &logs));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "beside the logs"));
  return logs;
}

// The number of entries that the stored checkpoint stands over; 0 when there is none.
absl::StatusOr<uint64_t> DocumentStore::CountEntries(const Database& db, const OrgId& org) {
  if (db.family(Family::kLog) == nullptr) return 0;
  std::string value;
  rocksdb::Status read = db.raw()->Get({}, db.family(Family::kLog), CheckpointKey(org), &value);
  if (read.IsNotFound()) return 0;
  if (!read.ok()) return FromRocks(read, Named(org));
  RecordReader reader(value);
  const uint64_t count = reader.U64();
  if (!reader.ok()) return absl::DataLossError(absl::StrCat(Named(org), ": damaged checkpoint"));
  return count;
}

absl::Status DocumentStore::Append(const OrgId& org, uint64_t from,
                                   absl::Span<const std::string> envelopes,
                                   absl::string_view checkpoint, absl::Time seen_at) {
  std::lock_guard lock(write_mu_);
  ASSIGN_OR_RETURN(const uint64_t count, CountEntries(db_, org));
  if (count != from) {
    return absl::FailedPreconditionError(
        absl::StrCat(Named(org), " has ", count, " entries, not ", from));
  }
  if (envelopes.size() > limits::kLogEntriesPerOrg - from) {
    return absl::ResourceExhaustedError(
        absl::StrCat(Named(org), ": more than ", limits::kLogEntriesPerOrg, " entries"));
  }
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* log = db_.family(Family::kLog);
  for (size_t i = 0; i < envelopes.size(); ++i) {
    batch.Put(log, EntryKey(org, from + i), EntryValue(envelopes[i], seen_at));
  }
  batch.Put(log, CheckpointKey(org),
            RecordWriter().U64(from + envelopes.size()).Raw(checkpoint).bytes());
  return FromRocks(db_.raw()->Write(Synced(), &batch), Named(org));
}

absl::Status DocumentStore::PutNodeInfo(const OrgId& org, absl::string_view envelope) {
  return FromRocks(db_.raw()->Put(Synced(), db_.family(Family::kDocuments), AsSlice(org.view()),
                                  AsSlice(envelope)),
                   absl::StrCat("node info of ", org.ToHex()));
}

absl::Status DocumentStore::PutSets(const OrgId& org, const std::map<DocId, Entry>& documents) {
  rocksdb::WriteBatch batch;
  for (const auto& [id, entry] : documents) {
    batch.Put(db_.family(Family::kDocuments), SetKey(org, id),
              EntryValue(entry.envelope, entry.seen_at));
  }
  return FromRocks(db_.raw()->Write(Synced(), &batch), absl::StrCat("sets of ", org.ToHex()));
}

absl::StatusOr<std::string> DocumentStore::GetFact(absl::string_view name) const {
  std::string value;
  RETURN_IF_ERROR(
      FromRocks(db_.raw()->Get({}, db_.family(Family::kDefault), AsSlice(name), &value), name));
  return value;
}

absl::Status DocumentStore::PutFact(absl::string_view name, absl::string_view value) {
  return FromRocks(
      db_.raw()->Put(Synced(), db_.family(Family::kDefault), AsSlice(name), AsSlice(value)), name);
}

}  // namespace commons::storage
