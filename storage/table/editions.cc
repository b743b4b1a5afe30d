#include "storage/table/editions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons::storage {

using crypto::AeadKey;

namespace {

// Whether the record says that the edition is kept.
bool Named(const DatasetRecord& record, uint64_t edition) {
  return edition == record.edition || edition == record.before;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Editions>> Editions::Open(Database* db, const AeadKey* master,
                                                         crypto::RandomSource* random,
                                                         ChunkCache* cache) {
  std::unique_ptr<Editions> editions(new Editions(db, master, random, cache));
  ASSIGN_OR_RETURN(auto stored, editions->disk_.Load());
  for (auto& [name, one] : stored) {
    Dataset& dataset = editions->datasets_[name];
    dataset.record = one.record;
    dataset.key = one.key;
    for (auto& [number, record] : one.editions) {
      dataset.editions[number] = std::make_shared<Edition>(
          Edition{{one.record.number, number}, one.key, std::move(record)});
    }
  }
  return editions;
}

absl::StatusOr<const Editions::Dataset*> Editions::FindLocked(absl::string_view name) const {
  const auto found = datasets_.find(name);
  if (found == datasets_.end() || found->second.record.dropped) {
    return absl::NotFoundError(absl::StrCat("dataset \"", name, "\": not held here"));
  }
  return &found->second;
}

absl::StatusOr<std::shared_ptr<Edition>> Editions::Pin(absl::string_view name,
                                                       std::optional<uint64_t> edition) {
  std::lock_guard lock(mu_);
  ASSIGN_OR_RETURN(const Dataset* dataset, FindLocked(name));
  const uint64_t number = edition.value_or(dataset->record.edition);
  const auto found = dataset->editions.find(number);
  if (found == dataset->editions.end()) {
    return absl::NotFoundError(
        absl::StrCat("dataset \"", name, "\": epoch ", number, " is not held any more"));
  }
  ++found->second->pins;
  return found->second;
}

void Editions::Unpin(const std::shared_ptr<Edition>& edition) {
  {
    std::lock_guard lock(mu_);
    if (--edition->pins > 0 || edition->dropped) return;
    for (auto& [name, dataset] : datasets_) {
      if (dataset.record.number != edition->id.dataset) continue;
      if (Named(dataset.record, edition->id.edition)) return;
      dataset.editions.erase(edition->id.edition);
      break;
    }
  }
  Discard(edition->id);
}

bool Editions::Dropped(const Edition& edition) const {
  std::lock_guard lock(mu_);
  return edition.dropped;
}

absl::StatusOr<Editions::Holding> Editions::Find(absl::string_view name) const {
  std::lock_guard lock(mu_);
  ASSIGN_OR_RETURN(const Dataset* dataset, FindLocked(name));
  const DatasetRecord& record = dataset->record;
  Holding holding{dataset->editions.at(record.edition), nullptr, {}};
  if (record.before != 0) holding.before = dataset->editions.at(record.before);
  for (const auto& [number, edition] : dataset->editions) {
    if (number != record.edition) holding.readable.push_back(number);
  }
  holding.readable.push_back(record.edition);
  return holding;
}

std::vector<std::string> Editions::List() const {
  std::lock_guard lock(mu_);
  std::vector<std::string> names;
  for (const auto& [name, dataset] : datasets_) {
    if (!dataset.record.dropped) names.push_back(name);
  }
  return names;
}

absl::Status Editions::CheckCertain() const {
  if (!uncertain_) return absl::OkStatus();
  return absl::AbortedError(
      "whether the last change of editions was kept is known after the next start; start the node "
      "again");
}

absl::StatusOr<NextEdition> Editions::Prepare(absl::string_view name, uint64_t after) {
  RETURN_IF_ERROR(CheckCertain());
  RETURN_IF_ERROR(FinishDrop(name));
  return Next(name, after);
}

NextEdition Editions::Next(absl::string_view name, uint64_t after) const {
  std::lock_guard lock(mu_);
  NextEdition next;
  const auto found = datasets_.find(name);
  if (found != datasets_.end()) next = {found->second.record, found->second.key};
  if (next.key == nullptr) {
    next.key = std::make_shared<const AeadKey>(AeadKey::Generate(*random_));
    next.record.number = 0;
    for (const auto& [other, dataset] : datasets_) {
      next.record.number = std::max(next.record.number, dataset.record.number + 1);
    }
  }
  next.record.before = next.record.dropped ? 0 : next.record.edition;
  next.record.dropped = false;
  next.record.last = std::max(next.record.last, after) + 1;
  next.record.edition = next.record.last;
  return next;
}

absl::Status Editions::Add(absl::string_view name, const NextEdition& next, EditionRecord record) {
  const absl::Status committed = disk_.Commit(name, next.record, *next.key, record);
  uncertain_ = !committed.ok();
  RETURN_IF_ERROR(committed);
  std::vector<EditionId> unread;
  {
    std::lock_guard lock(mu_);
    Dataset& dataset = datasets_[std::string(name)];
    for (auto old = dataset.editions.begin(); old != dataset.editions.end();) {
      const auto here = old++;
      if (here->second->pins > 0 || Named(next.record, here->first)) continue;
      unread.push_back(here->second->id);
      dataset.editions.erase(here);
    }
    dataset.record = next.record;
    dataset.key = next.key;
    dataset.editions[next.record.edition] =
        std::make_shared<Edition>(Edition{next.id(), next.key, std::move(record)});
  }
  for (const EditionId& id : unread) Discard(id);
  return absl::OkStatus();
}

absl::Status Editions::Revert(absl::string_view name) {
  RETURN_IF_ERROR(CheckCertain());
  DatasetRecord record;
  std::shared_ptr<const AeadKey> key;
  {
    std::lock_guard lock(mu_);
    ASSIGN_OR_RETURN(const Dataset* dataset, FindLocked(name));
    record = dataset->record;
    key = dataset->key;
  }
  if (record.before == 0) {
    return absl::NotFoundError(absl::StrCat("dataset \"", name, "\": no edition before edition ",
                                            record.edition, " is kept"));
  }
  std::swap(record.edition, record.before);
  const absl::Status committed = disk_.Point(name, record, *key);
  uncertain_ = !committed.ok();
  RETURN_IF_ERROR(committed);
  std::lock_guard lock(mu_);
  datasets_.find(name)->second.record = record;
  return absl::OkStatus();
}

void Editions::Discard(const EditionId& id) {
  cache_->Erase(EditionPrefix(id.dataset, id.edition));
  disk_.RemoveEdition(id).IgnoreError();  // or at the next start
}

// Nobody can pin it any more. Returns its number.
absl::StatusOr<uint32_t> Editions::Bury(absl::string_view name) {
  std::lock_guard lock(mu_);
  RETURN_IF_ERROR(FindLocked(name).status());
  Dataset& dataset = datasets_.find(name)->second;
  RETURN_IF_ERROR(disk_.Bury(name, dataset.record));
  for (auto& [number, edition] : dataset.editions) edition->dropped = true;
  dataset.record.before = 0;
  dataset.record.dropped = true;
  dataset.record.key_left = true;
  dataset.key = nullptr;
  dataset.editions.clear();
  return dataset.record.number;
}

absl::Status Editions::FinishDrop(absl::string_view name) {
  DatasetRecord record;
  {
    std::lock_guard lock(mu_);
    const auto found = datasets_.find(name);
    if (found != datasets_.end()) record = found->second.record;
  }
  if (!record.key_left) return absl::OkStatus();
  RETURN_IF_ERROR(disk_.RemoveDataset(name, record));
  std::lock_guard lock(mu_);
  datasets_.find(name)->second.record.key_left = false;
  return absl::OkStatus();
}

absl::Status Editions::Drop(absl::string_view name) {
  ASSIGN_OR_RETURN(const uint32_t number, Bury(name));
  cache_->Erase(absl::string_view(EditionPrefix(number, 0)).substr(0, sizeof(number)));
  return FinishDrop(name);
}

}  // namespace commons::storage
