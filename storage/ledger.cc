#include "storage/ledger.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "storage/ledger_entry.h"
#include "storage/ledger_share.h"
#include "storage/record.h"
#include "storage/release_store.h"

namespace commons::storage {
namespace {

// kLedger: 'e' | sequence -> head | entry;  'q' | query | attempt -> sequence of its reservation.
constexpr char kEntries[] = "e";
constexpr char kByQuestion[] = "q";
constexpr int64_t kLifetimeMicros = int64_t{limits::kReservationSeconds} * 1'000'000;
const int64_t kPublishMicros = absl::ToInt64Microseconds(Ledger::kPublishWithin);

using Question = std::pair<QueryId, uint32_t>;

std::string EntryKey(uint64_t sequence) {
  return RecordWriter().Raw(kEntries).U64(sequence).bytes();
}

std::string QuestionKey(const Question& question) {
  return RecordWriter().Raw(kByQuestion).Id(question.first).U64(question.second).bytes();
}

uint64_t SaturatingAdd(uint64_t a, uint64_t b) {
  return a > std::numeric_limits<uint64_t>::max() - b ? std::numeric_limits<uint64_t>::max()
                                                      : a + b;
}

int64_t YearOf(int64_t micros) {
  return absl::ToCivilYear(absl::FromUnixMicros(micros), absl::UTCTimeZone()).year();
}

}  // namespace

struct Ledger::Impl {
  struct Reservation {
    std::string dataset;
    uint64_t cost_micro_rho;
    OrgId asking_org;
    int64_t at_micros;
    // Subtraction first: at_micros may be anything.
    bool Lapsed(int64_t now) const { return now - kLifetimeMicros >= at_micros; }
  };

  explicit Impl(Database& db) : db(db) {}
  // A final charge whose release may still come.
  struct Awaited {
    Reservation charge;
    int64_t final_micros;
    bool Aborted(int64_t now) const { return now - kPublishMicros > final_micros; }
  };

  int64_t Now(absl::Time now) const { return std::max(absl::ToUnixMicros(now), last_micros); }
  Balance BalanceAt(const std::string& dataset, int64_t now) const;
  uint64_t Unspent(const Charge& charge, int64_t now) const;
  absl::Status MayReserve(const Charge& charge, int64_t now) const;
  absl::Status Apply(const LedgerEntry& entry);
  absl::Status Write(const LedgerEntry& entry);
  absl::Status Replay();
  absl::Status ForgetPublished();
  void SettleAborted(int64_t now);

  Database& db;
  mutable std::mutex mu;
  Position position;
  int64_t last_micros = 0;
  std::map<Question, Reservation> live;  // some of them lapsed: pruned when an entry is written
  std::map<std::string, std::map<int64_t, uint64_t>> spent;  // dataset, year
  LedgerShare shares;
  std::map<Question, Awaited> unpublished;  // aborted ones move on when an entry is written
  std::map<std::pair<OrgId, std::string>, std::map<int64_t, uint64_t>> aborted;  // dataset, year
};

Ledger::Balance Ledger::Impl::BalanceAt(const std::string& dataset, int64_t now) const {
  Balance balance;
  if (auto years = spent.find(dataset); years != spent.end()) {
    for (const auto& [year, amount] : years->second) {
      balance.spent_ever_micro_rho = SaturatingAdd(balance.spent_ever_micro_rho, amount);
      if (year == YearOf(now)) balance.spent_micro_rho = amount;
    }
  }
  for (const auto& [question, held] : live) {
    if (held.dataset == dataset && !held.Lapsed(now) && YearOf(held.at_micros) == YearOf(now)) {
      balance.reserved_micro_rho = SaturatingAdd(balance.reserved_micro_rho, held.cost_micro_rho);
    }
  }
  return balance;
}

uint64_t Ledger::Impl::Unspent(const Charge& charge, int64_t now) const {
  const uint64_t spent = BalanceAt(charge.dataset, now).spent_micro_rho;
  return charge.budget_micro_rho - std::min(charge.budget_micro_rho, spent);
}

absl::Status Ledger::Impl::MayReserve(const Charge& charge, int64_t now) const {
  std::string value;
  rocksdb::Status known = db.raw()->Get({}, db.family(Family::kLedger),
                                        QuestionKey({charge.query, charge.attempt}), &value);
  if (known.ok()) {
    return absl::AlreadyExistsError(absl::StrCat("ledger: question ", charge.query.ToHex(),
                                                 " attempt ", charge.attempt,
                                                 " was reserved before"));
  }
  if (!known.IsNotFound()) return FromRocks(known, "ledger");
  size_t open = 0;
  uint64_t held = 0;
  for (const auto& [question, reservation] : live) {
    if (reservation.asking_org != charge.asking_org || reservation.Lapsed(now)) continue;
    ++open;
    if (reservation.dataset == charge.dataset) {
      held = SaturatingAdd(held, reservation.cost_micro_rho);
    }
  }
  if (open >= limits::kOpenProposalsPerOrg) {
    return absl::ResourceExhaustedError(absl::StrCat("ledger: the asking organisation has ", open,
                                                     " open questions; wait for them to end"));
  }
  const Balance balance = BalanceAt(charge.dataset, now);
  const uint64_t used = SaturatingAdd(balance.spent_micro_rho, balance.reserved_micro_rho);
  if (used > charge.budget_micro_rho || charge.cost_micro_rho > charge.budget_micro_rho - used) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "ledger: dataset ", charge.dataset, ": ", used, " of ", charge.budget_micro_rho,
        " micro-rho are used this year, the question costs ", charge.cost_micro_rho));
  }
  return shares.MayHold(charge, held, Unspent(charge, now), now);
}

// What an entry means; the same at writing and at reading back.
absl::Status Ledger::Impl::Apply(const LedgerEntry& entry) {
  const Question question(entry.charge.query, entry.charge.attempt);
  if (entry.at_micros < last_micros) return absl::DataLossError("ledger: time goes back");
  if (entry.kind == LedgerEntry::kReserve) {
    std::erase_if(live, [&](const auto& held) { return held.second.Lapsed(entry.at_micros); });
    live[question] = {entry.charge.dataset, entry.charge.cost_micro_rho, entry.charge.asking_org,
                      entry.at_micros};
    shares.Reserved(entry.charge, Unspent(entry.charge, entry.at_micros), entry.at_micros);
  } else {
    auto held = live.find(question);
    if (held == live.end()) return absl::DataLossError("ledger: final without a reservation");
    uint64_t& sum = spent[held->second.dataset][YearOf(held->second.at_micros)];
    sum = SaturatingAdd(sum, held->second.cost_micro_rho);
    shares.Paid(held->second.asking_org, held->second.dataset, question.first, question.second);
    unpublished[question] = {std::move(held->second), entry.at_micros};
    live.erase(held);
  }
  last_micros = entry.at_micros;
  return absl::OkStatus();
}

absl::Status Ledger::Impl::Write(const LedgerEntry& entry) {
  const std::string bytes = Serialize(entry);
  const Position next = Extend(position, bytes);
  rocksdb::ColumnFamilyHandle* ledger = db.family(Family::kLedger);
  rocksdb::WriteBatch batch;
  batch.Put(ledger, EntryKey(next.sequence), RecordWriter().Id(next.head).Raw(bytes).bytes());
  if (entry.kind == LedgerEntry::kReserve) {
    batch.Put(ledger, QuestionKey({entry.charge.query, entry.charge.attempt}),
              RecordWriter().U64(next.sequence).bytes());
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  RETURN_IF_ERROR(FromRocks(db.raw()->Write(synced, &batch), "ledger"));
  position = next;
  RETURN_IF_ERROR(Apply(entry));
  SettleAborted(entry.at_micros);
  return absl::OkStatus();
}

void Ledger::Impl::SettleAborted(int64_t now) {
  std::erase_if(unpublished, [&](const auto& entry) {
    if (!entry.second.Aborted(now)) return false;
    const Reservation& charge = entry.second.charge;
    uint64_t& sum = aborted[{charge.asking_org, charge.dataset}][YearOf(charge.at_micros)];
    sum = SaturatingAdd(sum, charge.cost_micro_rho);
    return true;
  });
}

// A release is stored before anybody is told of it, and never without its charge.
absl::Status Ledger::Impl::ForgetPublished() {
  const ReleaseStore releases(db);
  for (auto it = unpublished.begin(); it != unpublished.end();) {
    const absl::Status stored = releases.Get(it->first.first, it->first.second).status();
    if (!stored.ok() && !absl::IsNotFound(stored)) return stored;
    it = stored.ok() ? unpublished.erase(it) : std::next(it);
  }
  return absl::OkStatus();
}

absl::Status Ledger::Impl::Replay() {
  std::unique_ptr<rocksdb::Iterator> it(
      db.raw()->NewIterator(rocksdb::ReadOptions(), db.family(Family::kLedger)));
  for (it->Seek(kEntries); it->Valid() && it->key().starts_with(kEntries); it->Next()) {
    RecordReader reader({it->value().data(), it->value().size()});
    Hash32 head;
    reader.Id(&head);
    const std::string bytes = reader.Rest();
    const Position next = Extend(position, bytes);
    if (!reader.ok() || it->key() != EntryKey(next.sequence) || head != next.head) {
      return absl::DataLossError(
          absl::StrCat("ledger: entry ", next.sequence, " is missing or was changed"));
    }
    position = next;
    ASSIGN_OR_RETURN(const LedgerEntry entry, ParseLedgerEntry(bytes));
    RETURN_IF_ERROR(Apply(entry));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "ledger"));
  return ForgetPublished();
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
  RETURN_IF_ERROR(impl_->MayReserve(charge, at));
  RETURN_IF_ERROR(impl_->Write({LedgerEntry::kReserve, at, charge}));
  return impl_->position;
}

absl::Status Ledger::Finalise(const QueryId& query, uint32_t attempt, absl::Time now) {
  std::lock_guard lock(impl_->mu);
  const int64_t at = impl_->Now(now);
  auto held = impl_->live.find({query, attempt});
  if (held == impl_->live.end() || held->second.Lapsed(at)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "ledger: question ", query.ToHex(), " attempt ", attempt, " holds no live reservation"));
  }
  LedgerEntry entry{LedgerEntry::kFinalise, at, {}};
  entry.charge.query = query;
  entry.charge.attempt = attempt;
  return impl_->Write(entry);
}

void Ledger::Release(const QueryId& query, uint32_t attempt) {
  std::lock_guard lock(impl_->mu);
  impl_->live.erase({query, attempt});
}

void Ledger::Published(const QueryId& query, uint32_t attempt) {
  std::lock_guard lock(impl_->mu);
  impl_->unpublished.erase({query, attempt});
}

uint64_t Ledger::AbortedBy(const OrgId& asking_org, absl::string_view dataset,
                           absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  const int64_t at = impl_->Now(now);
  impl_->SettleAborted(at);
  const auto years = impl_->aborted.find({asking_org, std::string(dataset)});
  if (years == impl_->aborted.end()) return 0;
  const auto year = years->second.find(YearOf(at));
  return year == years->second.end() ? 0 : year->second;
}

Ledger::Unpublished Ledger::UnpublishedBy(const OrgId& asking_org, absl::string_view dataset,
                                          absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  impl_->SettleAborted(impl_->Now(now));
  Unpublished sum;
  for (const auto& [question, awaited] : impl_->unpublished) {
    if (awaited.charge.asking_org != asking_org || awaited.charge.dataset != dataset) continue;
    ++sum.questions;
    sum.spent_micro_rho = SaturatingAdd(sum.spent_micro_rho, awaited.charge.cost_micro_rho);
  }
  return sum;
}

Ledger::Balance Ledger::BalanceOf(absl::string_view dataset, absl::Time now) const {
  std::lock_guard lock(impl_->mu);
  return impl_->BalanceAt(std::string(dataset), impl_->Now(now));
}

Ledger::Position Ledger::position() const {
  std::lock_guard lock(impl_->mu);
  return impl_->position;
}

}  // namespace commons::storage
