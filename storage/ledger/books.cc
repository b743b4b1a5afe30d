#include "storage/ledger/books.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status.h"

namespace commons::storage {
namespace {

constexpr int64_t kLifetimeMicros = int64_t{limits::kReservationSeconds} * 1'000'000;
const int64_t kPublishMicros = absl::ToInt64Microseconds(LedgerUnpublished::kWithin);

int64_t YearOf(int64_t micros) {
  return absl::ToCivilYear(absl::FromUnixMicros(micros), absl::UTCTimeZone()).year();
}

}  // namespace

// Subtraction first: at_micros may be anything.
bool LedgerBooks::Reservation::Lapsed(int64_t now) const {
  return now - kLifetimeMicros >= at_micros;
}

LedgerSpending LedgerBooks::SpendingAt(const std::string& dataset, int64_t now) const {
  LedgerSpending spending;
  const auto years = spent_.find(dataset);
  if (years == spent_.end()) return spending;
  for (const auto& [year, amount] : years->second) {
    spending.since_start += amount;
    if (year == YearOf(now)) spending.this_year = amount;
  }
  return spending;
}

LedgerBalance LedgerBooks::BalanceAt(const std::string& dataset, int64_t now) const {
  const LedgerSpending spending = SpendingAt(dataset, now);
  LedgerBalance balance{.spent_micro_rho = spending.this_year.total_micro_rho(),
                        .spent_ever_micro_rho = spending.since_start.total_micro_rho()};
  for (const auto& [attempt, held] : live_) {
    if (held.dataset == dataset && !held.Lapsed(now) && YearOf(held.at_micros) == YearOf(now)) {
      balance.reserved_micro_rho =
          SaturatingAdd(balance.reserved_micro_rho, held.cost.total_micro_rho());
    }
  }
  return balance;
}

LedgerBalance LedgerBooks::AccountAt(const LedgerAccount& account, int64_t now) const {
  LedgerBalance balance;
  const auto years = accounts_.find(account);
  if (years != accounts_.end()) {
    for (const auto& [year, amount] : years->second) {
      const uint64_t spent = amount.total_micro_rho();
      balance.spent_ever_micro_rho = SaturatingAdd(balance.spent_ever_micro_rho, spent);
      if (year == YearOf(now)) balance.spent_micro_rho = spent;
    }
  }
  for (const auto& [attempt, held] : live_) {
    if (held.Lapsed(now) || YearOf(held.at_micros) != YearOf(now)) continue;
    if (std::find(held.accounts.begin(), held.accounts.end(), account) == held.accounts.end()) {
      continue;
    }
    balance.reserved_micro_rho =
        SaturatingAdd(balance.reserved_micro_rho, held.cost.total_micro_rho());
  }
  return balance;
}

uint64_t LedgerBooks::Unspent(const LedgerCharge& charge, int64_t now) const {
  const uint64_t spent = BalanceAt(charge.dataset, now).spent_micro_rho;
  return charge.budget_micro_rho - std::min(charge.budget_micro_rho, spent);
}

absl::Status LedgerBooks::MayReserve(const LedgerCharge& charge, int64_t now) const {
  size_t open = 0;
  uint64_t held = 0;
  for (const auto& [attempt, reservation] : live_) {
    if (reservation.asking_org != charge.asking_org || reservation.Lapsed(now)) continue;
    ++open;
    if (reservation.dataset == charge.dataset) {
      held = SaturatingAdd(held, reservation.cost.total_micro_rho());
    }
  }
  if (open >= limits::kOpenProposalsPerOrg) {
    return absl::ResourceExhaustedError(absl::StrCat("ledger: the asking organisation has ", open,
                                                     " open questions; wait for them to end"));
  }
  const LedgerBalance balance = BalanceAt(charge.dataset, now);
  const uint64_t used = SaturatingAdd(balance.spent_micro_rho, balance.reserved_micro_rho);
  const uint64_t cost = charge.cost.total_micro_rho();
  if (used > charge.budget_micro_rho || cost > charge.budget_micro_rho - used) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "ledger: dataset ", charge.dataset, ": ", used, " of ", charge.budget_micro_rho,
        " micro-rho are used this year, the question costs ", cost));
  }
  RETURN_IF_ERROR(CheckAccounts(charge, now));
  return shares_.MayHold(charge, held, Unspent(charge, now), now);
}

absl::Status LedgerBooks::CheckAccounts(const LedgerCharge& charge, int64_t now) const {
  const uint64_t cost = charge.cost.total_micro_rho();
  for (const auto& [bearer, limit] : charge.limits_micro_rho) {
    const LedgerBalance balance = AccountAt(charge.AccountOf(bearer), now);
    const uint64_t used = SaturatingAdd(balance.spent_micro_rho, balance.reserved_micro_rho);
    if (used <= limit && cost <= limit - used) continue;
    return absl::ResourceExhaustedError(
        absl::StrCat("ledger: an account has used ", used, " of ", limit,
                     " micro-rho this year, the question costs ", cost));
  }
  return absl::OkStatus();
}

bool LedgerBooks::Holds(const LedgerAttempt& attempt, int64_t now) const {
  const auto held = live_.find(attempt);
  return held != live_.end() && !held->second.Lapsed(now);
}

absl::Status LedgerBooks::Apply(const LedgerEntry& entry) {
  const LedgerAttempt attempt = AttemptOf(entry.charge);
  if (entry.at_micros < last_micros_) return absl::DataLossError("goes back in time");
  if (entry.kind == LedgerEntry::kFinalise) {
    if (!live_.contains(attempt)) return absl::DataLossError("is final without a reservation");
    Finalise(attempt, entry.at_micros);
  } else {
    Reserve(entry.charge, entry.at_micros);
  }
  last_micros_ = entry.at_micros;
  return absl::OkStatus();
}

absl::Status LedgerBooks::ApplyStored(const LedgerEntry& entry, IsPublished is_published) {
  RETURN_IF_ERROR(Apply(entry));
  if (entry.kind == LedgerEntry::kFinalise) {
    const LedgerAttempt attempt = AttemptOf(entry.charge);
    ASSIGN_OR_RETURN(const bool published, is_published(attempt));
    if (published) Published(attempt);
  }
  Settle(entry.at_micros);
  return absl::OkStatus();
}

void LedgerBooks::Reserve(const LedgerCharge& charge, int64_t now) {
  std::erase_if(live_, [&](const auto& held) { return held.second.Lapsed(now); });
  std::vector<LedgerAccount> accounts;
  accounts.reserve(std::size(kLedgerBearers));
  for (const LedgerBearer bearer : kLedgerBearers) accounts.push_back(charge.AccountOf(bearer));
  live_[AttemptOf(charge)] = {charge.dataset, charge.cost, charge.asking_org, now,
                              std::move(accounts)};
  shares_.Reserved(charge, Unspent(charge, now), now);
}

void LedgerBooks::Finalise(const LedgerAttempt& attempt, int64_t now) {
  Reservation held = std::move(live_.extract(attempt).mapped());
  spent_[held.dataset][YearOf(held.at_micros)] += held.cost;
  for (const LedgerAccount& account : held.accounts) {
    accounts_[account][YearOf(held.at_micros)] += held.cost;
  }
  shares_.Paid(held.asking_org, held.dataset, attempt);
  unpublished_[attempt] = {std::move(held), now};
}

void LedgerBooks::Settle(int64_t now) {
  std::erase_if(unpublished_, [&](const auto& entry) {
    const Reservation& charge = entry.second.charge;
    if (now - kPublishMicros <= entry.second.final_micros) return false;
    aborted_[{charge.asking_org, charge.dataset}][YearOf(charge.at_micros)] += charge.cost;
    return true;
  });
}

uint64_t LedgerBooks::AbortedBy(const OrgId& asking_org, const std::string& dataset,
                                int64_t now) const {
  const auto years = aborted_.find({asking_org, dataset});
  if (years == aborted_.end()) return 0;
  const auto year = years->second.find(YearOf(now));
  return year == years->second.end() ? 0 : year->second.total_micro_rho();
}

LedgerUnpublished LedgerBooks::UnpublishedBy(const OrgId& asking_org, const std::string& dataset,
                                             int64_t now) const {
  LedgerUnpublished sum;
  const auto add = [&](const Reservation& charge) {
    if (charge.asking_org != asking_org || charge.dataset != dataset) return;
    ++sum.questions;
    sum.micro_rho = SaturatingAdd(sum.micro_rho, charge.cost.total_micro_rho());
  };
  for (const auto& [attempt, held] : live_) {
    if (!held.Lapsed(now)) add(held);
  }
  for (const auto& [attempt, awaited] : unpublished_) add(awaited.charge);
  return sum;
}

}  // namespace commons::storage
