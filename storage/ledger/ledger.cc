#include "storage/ledger/ledger.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "storage/ledger/books.h"
#include "storage/record.h"
#include "storage/release_store.h"

namespace commons::storage {
namespace {

// kLedger: 'e' | sequence -> head | entry;  'q' | query | attempt -> sequence of its reservation.
constexpr char kEntries[] = "e";
constexpr char kByAttempt[] = "q";

std::string EntryKey(uint64_t sequence) {
  return RecordWriter().Raw(kEntries).U64(sequence).bytes();
}

std::string AttemptKey(const LedgerAttempt& attempt) {
  return RecordWriter().Raw(kByAttempt).Id(attempt.first).U64(attempt.second).bytes();
}

std::string Named(const LedgerAttempt& attempt) {
  return absl::StrCat("ledger: question ", attempt.first.ToHex(), " attempt ", attempt.second);
}

absl::Status AboutEntry(uint64_t sequence, const absl::Status& fault) {
  return absl::Status(fault.code(), absl::StrCat("ledger: entry ", sequence, " ", fault.message()));
}

}  // namespace

struct Ledger::Impl {
  explicit Impl(Database& db) : db(db) {}
  int64_t Now(absl::Time now) const {
    return std::max(absl::ToUnixMicros(now), books.last_micros());
  }
  absl::StatusOr<bool> WasReserved(const LedgerAttempt& attempt) const;
  absl::Status Write(const LedgerEntry& entry);
  absl::Status Replay();
  absl::StatusOr<LedgerEntry> Read(absl::string_view key, absl::string_view value);

  Database& db;
  mutable std::mutex mu;
  Position position;
  LedgerBooks books;
};

absl::StatusOr<bool> Ledger::Impl::WasReserved(const LedgerAttempt& attempt) const {
  std::string value;
  const rocksdb::Status known =
      db.raw()->Get({}, db.family(Family::kLedger), AttemptKey(attempt), &value);
  if (known.IsNotFound()) return false;
  RETURN_IF_ERROR(FromRocks(known, "ledger"));
  return true;
}

absl::Status Ledger::Impl::Write(const LedgerEntry& entry) {
  const std::string bytes = Serialize(entry);
  const Position next = Extend(position, bytes);
  rocksdb::ColumnFamilyHandle* ledger = db.family(Family::kLedger);
  rocksdb::WriteBatch batch;
  batch.Put(ledger, EntryKey(next.sequence), RecordWriter().Id(next.head).Raw(bytes).bytes());
  if (entry.kind == LedgerEntry::kReserve) {
    batch.Put(ledger, AttemptKey(AttemptOf(entry.charge)),
              RecordWriter().U64(next.sequence).bytes());
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  RETURN_IF_ERROR(FromRocks(db.raw()->Write(synced, &batch), "ledger"));
  position = next;
  RETURN_IF_ERROR(books.Apply(entry));
  books.Settle(entry.at_micros);
  return absl::OkStatus();
}

absl::StatusOr<LedgerEntry> Ledger::Impl::Read(absl::string_view key, absl::string_view value) {
  RecordReader reader(value);
  Hash32 head;
  reader.Id(&head);
  const std::string bytes = reader.Rest();
  const Position next = Extend(position, bytes);
  if (!reader.ok() || key != EntryKey(next.sequence) || head != next.head) {
    return absl::DataLossError("is missing or was changed");
  }
  position = next;
  return ParseLedgerEntry(bytes);
}

// A release is stored before anybody is told of it, and never without its charge: so it says of
// what is final whether it came to nothing.
absl::Status Ledger::Impl::Replay() {
  const ReleaseStore releases(db);
  const auto is_published = [&](const LedgerAttempt& attempt) {
    return releases.Has(attempt.first, attempt.second);
  };
  rocksdb::ReadOptions once;
  once.fill_cache = false;
  std::unique_ptr<rocksdb::Iterator> it(db.raw()->NewIterator(once, db.family(Family::kLedger)));
  for (it->Seek(kEntries); it->Valid() && it->key().starts_with(kEntries); it->Next()) {
    const uint64_t sequence = position.sequence + 1;
    const auto entry =
        Read({it->key().data(), it->key().size()}, {it->value().data(), it->value().size()});
    absl::Status fits = entry.status();
    if (fits.ok()) fits = books.ApplyStored(*entry, is_published);
    if (!fits.ok()) return AboutEntry(sequence, fits);
  }
  return FromRocks(it->status(), "ledger");
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(Database& db) {
  auto impl = std::make_unique<Impl>(db);
  RETURN_IF_ERROR(impl->Replay());
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

absl::StatusOr<Ledger::Position> Ledger::Reserve(const Charge& charge, absl::Time now) {
  std::lock_guard lock(impl_->mu);
  const int64_t at = impl_->Now(now);
  ASSIGN_OR_RETURN(const bool before, impl_->WasReserved(AttemptOf(charge)));
  if (before) {
    return absl::AlreadyExistsError(absl::StrCat(Named(AttemptOf(charge)), " was reserved before"));
  }
  RETURN_IF_ERROR(impl_->books.MayReserve(charge, at));
  RETURN_IF_ERROR(impl_->Write({LedgerEntry::kReserve, at, charge}));
  return impl_->position;
}

absl::Status Ledger::Finalise(const QueryId& query, uint32_t attempt, absl::Time now) {
  std::lock_guard lock(impl_->mu);
  const int64_t at = impl_->Now(now);
  if (!impl_->books.Holds({query, attempt}, at)) {
    return absl::FailedPreconditionError(
        absl::StrCat(Named({query, attempt}), " holds no live reservation"));
  }
  LedgerEntry entry{LedgerEntry::kFinalise, at, {}};
  entry.charge.query = query;
  entry.charge.attempt = attempt;
  return impl_->Write(entry);
}

absl::StatusOr<bool> Ledger::WasReserved(const QueryId& query, uint32_t attempt) const {
  return impl_->WasReserved({query, attempt});
}

void Ledger::Release(const QueryId& query, uint32_t attempt) {
  std::lock_guard lock(impl_->mu);
  impl_->books.Release({query, attempt});
}

void Ledger::Published(const QueryId& query, uint32_t attempt) {
  std::lock_guard lock(impl_->mu);
  impl_->books.Published({query, attempt});
}

uint64_t Ledger::AbortedBy(const OrgId& asking_org, absl::string_view dataset,
                           absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  const int64_t at = impl_->Now(now);
  impl_->books.Settle(at);
  return impl_->books.AbortedBy(asking_org, std::string(dataset), at);
}

Ledger::Unpublished Ledger::UnpublishedBy(const OrgId& asking_org, absl::string_view dataset,
                                          absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  const int64_t at = impl_->Now(now);
  impl_->books.Settle(at);
  return impl_->books.UnpublishedBy(asking_org, std::string(dataset), at);
}

Ledger::Balance Ledger::BalanceOf(absl::string_view dataset, absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  return impl_->books.BalanceAt(std::string(dataset), impl_->Now(now));
}

Ledger::Balance Ledger::BalanceOf(const LedgerAccount& account, absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  return impl_->books.AccountAt(account, impl_->Now(now));
}

LedgerSpending Ledger::SpendingOf(absl::string_view dataset, absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  return impl_->books.SpendingAt(std::string(dataset), impl_->Now(now));
}

absl::StatusOr<uint64_t> Ledger::CountEntries(const Database& db) {
  if (db.family(Family::kLedger) == nullptr) return 0;
  std::unique_ptr<rocksdb::Iterator> it(
      db.raw()->NewIterator(rocksdb::ReadOptions(), db.family(Family::kLedger)));
  it->SeekForPrev(EntryKey(std::numeric_limits<uint64_t>::max()));
  RETURN_IF_ERROR(FromRocks(it->status(), "ledger"));
  if (!it->Valid() || !it->key().starts_with(kEntries)) return 0;
  RecordReader key({it->key().data(), it->key().size()});
  key.Raw(1);
  const uint64_t sequence = key.U64();
  if (!key.AtEnd()) return absl::DataLossError("ledger: a key is damaged");
  return sequence;
}

Ledger::Position Ledger::position() const {
  std::lock_guard lock(impl_->mu);
  return impl_->position;
}

}  // namespace commons::storage
