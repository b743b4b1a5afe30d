#include "node/documents/log_pages.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "governance/document/chains.h"
#include "governance/document/id_prefix.h"
#include "governance/document/payload_types.h"
#include "governance/exchange/exchange.h"
#include "governance/register/reign.h"

namespace commons::node {
namespace {

class PageMaker {
 public:
  PageMaker(const HeldLogs& logs, const OrgId& own, const crypto::SigningKey& node_key,
            uint64_t draw)
      : logs_(logs), own_(own), node_key_(node_key), draw_(draw) {}

  std::optional<v1::LogPage> PageFrom(const OrgId& org, uint64_t from, size_t budget_bytes) const {
    const HeldLogs::Log* log = logs_.Find(org);
    if (log == nullptr) return std::nullopt;
    const auto& entries = log->entries;
    uint64_t to = from;
    for (size_t bytes = 0; to < entries.size() && to - from < limits::kDocumentsPerBatch; ++to) {
      bytes += entries[to]->envelope.ByteSizeLong();
      if (bytes > budget_bytes) break;
    }
    auto before = PageWithin(org, *log, from, std::min(to, TurnBehind(org, from)));
    return before.has_value() ? std::move(before) : PageWithin(org, *log, from, to);
  }

  // A page ends where a checkpoint stands: the end of the log, or where an earlier page ended.
  std::optional<v1::LogPage> PageWithin(const OrgId& org, const HeldLogs::Log& log, uint64_t from,
                                        uint64_t to) const {
    for (; to > from; --to) {
      auto checkpoint = CheckpointAt(org, log, to);
      if (!checkpoint.ok()) continue;
      v1::LogPage page;
      page.set_org_id(org.ToBytes());
      page.set_from(from);
      for (uint64_t i = from; i < to; ++i) *page.add_entries() = log.entries[i]->envelope;
      page.set_checkpoint(*std::move(checkpoint));
      if (!governance::AddConsistencyProof(log.tree, page).ok()) return std::nullopt;
      return page;
    }
    return std::nullopt;
  }

  // Where the next document behind `from` stands that put a recovery card into force after its wait
  // here. Who was away takes the card first, so that its own wait begins, and sets aside the rest.
  uint64_t TurnBehind(const OrgId& org, uint64_t from) const {
    uint64_t next = UINT64_MAX;
    const governance::Stops* stops = logs_.folded().reg()->StopsOf(org);
    if (stops == nullptr) return next;
    for (const auto& [id, each] : stops->in_log->recoveries) {
      const bool waited =
          each.turned_at.value_or(absl::InfinitePast()) >= each.seen_at + governance::kRecoveryWait;
      if (waited && each.turned_index > from) next = std::min(next, each.turned_index);
    }
    return next;
  }

  // What this node has for a range: entries, the node info, both or nothing.
  std::optional<v1::LogPage> PageFor(const OrgId& org, const v1::Pull::Range& range,
                                     size_t budget_bytes) const {
    const bool has_entries = range.to() > range.from();
    // Neither waits for the other: an organisation's cards say what of its set counts.
    const std::vector<const v1::Envelope*> sets =
        range.sets() ? SetsWithin(org, has_entries ? budget_bytes / 2 : budget_bytes)
                     : std::vector<const v1::Envelope*>();
    for (const v1::Envelope* each : sets) budget_bytes -= BytesInPage(*each);
    auto page = has_entries ? PageFrom(org, range.from(), budget_bytes) : std::nullopt;
    const auto opened = logs_.opened().find(org);
    const bool has_info = opened != logs_.opened().end() && opened->second->node_info.has_value();
    const HeldLogs::Log* log = logs_.Find(org);
    const bool forked = log != nullptr && log->fork.has_value();
    const bool has_rest = range.to() == 0 && (has_info || forked);
    if (!page.has_value() && !has_rest && sets.empty()) return std::nullopt;
    if (!page.has_value()) {
      page.emplace();
      page->set_org_id(org.ToBytes());
    }
    if (forked) *page->mutable_fork() = *log->fork;
    if (has_info) *page->mutable_node_info() = opened->second->node_info->envelope;
    for (const v1::Envelope* each : sets) *page->add_sets() = *each;
    return page;
  }

 private:
  static size_t BytesInPage(const v1::Envelope& envelope) { return envelope.ByteSizeLong() + 8; }

  // All but what a lifted key alone stopped.
  std::vector<const v1::Envelope*> HandedOn(const OrgId& org) const {
    std::vector<const v1::Envelope*> all;
    const auto opened = logs_.opened().find(org);
    if (opened == logs_.opened().end() || opened->second->sets == nullptr) return all;
    const governance::Stops* stops = logs_.folded().reg()->StopsOf(org);
    for (const auto& [id, entry] : *opened->second->sets) {
      if (stops != nullptr && stops->left_out.contains(id)) continue;
      all.push_back(&entry.document->envelope);
    }
    return all;
  }

  // As many of its set as fit. Nobody says which of them the peer has, so those of a set that does
  // not fit begin anywhere in it: what is missing comes with one of the next pages.
  std::vector<const v1::Envelope*> SetsWithin(const OrgId& org, size_t budget_bytes) const {
    std::vector<const v1::Envelope*> all = HandedOn(org);
    const size_t bytes = std::accumulate(
        all.begin(), all.end(), size_t{0},
        [](size_t sum, const v1::Envelope* each) { return sum + BytesInPage(*each); });
    if (bytes <= budget_bytes) return all;
    std::rotate(all.begin(), all.begin() + static_cast<int64_t>(draw_ % all.size()), all.end());
    const auto fits = [&](const v1::Envelope* each) {
      const bool room = BytesInPage(*each) <= budget_bytes;
      if (room) budget_bytes -= BytesInPage(*each);
      return room;
    };
    all.erase(std::find_if_not(all.begin(), all.end(), fits), all.end());
    return all;
  }

  absl::StatusOr<std::string> CheckpointAt(const OrgId& org, const HeldLogs::Log& log,
                                           uint64_t size) const {
    if (org != own_ || size == log.entries.size()) return logs_.CheckpointAt(org, size);
    return crypto::SignCheckpoint({governance::LogOrigin(org), size, log.tree.RootAt(size)},
                                  node_key_);
  }

  const HeldLogs& logs_;
  const OrgId& own_;
  const crypto::SigningKey& node_key_;
  const uint64_t draw_;
};

// The chains of a selection, and those that it always has: who is a member, and by whose yes, hangs
// on them.
class SelectedChains {
 public:
  SelectedChains(const HeldLogs& logs, const Selection& selection)
      : all_(selection.chains.empty() && selection.id_begins.empty()) {
    Add(governance::kOrgChain);
    Add(governance::kCommonsChain);
    Add(governance::kApprovalChains);
    Add(governance::kWithdrawalChains);
    Add(governance::kLeaveChain);
    for (const std::string& chain : selection.chains) Add(chain);
    if (selection.id_begins.empty()) return;
    for (const auto& [org, log] : logs.opened()) {
      for (const auto& entry : log->entries) {
        if (!governance::IdBegins(selection.id_begins, entry.document->id)) continue;
        Add(entry.document->header->chain());
      }
      if (log->sets == nullptr) continue;
      const bool in_set = std::any_of(log->sets->begin(), log->sets->end(), [&](const auto& each) {
        return governance::IdBegins(selection.id_begins, each.first);
      });
      if (in_set) Add(governance::kSetChains);
    }
  }

  bool all() const { return all_; }
  bool Hold(absl::string_view chain) const {
    return all_ || exact_.contains(chain) ||
           std::any_of(begins_.begin(), begins_.end(),
                       [&](const std::string& begin) { return absl::StartsWith(chain, begin); });
  }

 private:
  void Add(absl::string_view chain) {
    if (absl::EndsWith(chain, "/")) {
      begins_.emplace_back(chain);
    } else {
      exact_.emplace(chain);
    }
  }

  const bool all_;
  std::set<std::string, std::less<>> exact_;
  std::vector<std::string> begins_;
};

bool IsAnObjection(const governance::Document& document) {
  return document.kind() == governance::kinds::kObjection;
}

// What put recovery cards into force, of whichever chain: whose word counts behind it hangs on it,
// as it does on objections.
std::set<DocId> TurnsIn(const HeldLogs& logs) {
  std::set<DocId> turns;
  for (const auto& [org, stops] : logs.folded().reg()->stops()) {
    for (const auto& [id, each] : stops->in_log->recoveries) {
      if (each.turned_at.has_value()) turns.insert(each.turned_by);
    }
  }
  return turns;
}

}  // namespace

std::vector<v1::LogPage> PagesFor(const HeldLogs& logs, const OrgId& own,
                                  const crypto::SigningKey& node_key, const PageRanges& ranges,
                                  uint64_t draw) {
  const PageMaker maker(logs, own, node_key, draw);
  std::vector<v1::LogPage> pages;
  size_t budget = limits::kBatchBytes;
  // Looking for a page costs something also where there is none.
  const int asked = std::min(ranges.size(), static_cast<int>(limits::kMembers));
  for (int i = 0; i < asked; ++i) {
    const auto org = OrgId::FromBytes(ranges[i].org_id());
    if (!org.ok()) break;
    auto page = maker.PageFor(*org, ranges[i], budget);
    if (!page.has_value()) continue;
    const size_t bytes = page->ByteSizeLong();
    if (bytes > budget && !pages.empty()) break;
    budget -= std::min(budget, bytes);
    pages.push_back(*std::move(page));
  }
  return pages;
}

std::vector<PlacedDocument> DocumentsFrom(const HeldLogs& logs, const Selection& selection,
                                          uint64_t from) {
  std::vector<PlacedDocument> page;
  size_t bytes = 0;
  // False when the page is full.
  const auto add = [&](const v1::Envelope& envelope, const OrgId& log, absl::Time seen_at,
                       bool beside, uint64_t index = 0) {
    if (from > 0) {
      --from;
      return true;
    }
    bytes += envelope.ByteSizeLong();
    if (!page.empty() && bytes > limits::kBatchBytes) return false;
    page.push_back({envelope, log, seen_at, index, beside});
    return true;
  };
  const SelectedChains chains(logs, selection);
  const std::set<DocId> turns = TurnsIn(logs);
  for (const auto& [org, log] : logs.opened()) {
    // What was passed over as a whole is not looked at again for every page.
    uint64_t first = chains.all() ? std::min<uint64_t>(from, log->entries.size()) : 0;
    from -= first;
    for (; first < log->entries.size(); ++first) {
      const auto& entry = log->entries[first];
      if (!chains.Hold(entry.document->header->chain()) && !turns.contains(entry.document->id)) {
        continue;
      }
      if (!add(entry.document->envelope, org, entry.seen_at, false, entry.index)) return page;
    }
    if (log->sets != nullptr) {
      for (const auto& [id, entry] : *log->sets) {
        if (!chains.Hold(governance::kSetChains) && !IsAnObjection(*entry.document)) continue;
        if (!add(entry.document->envelope, org, entry.seen_at, true)) return page;
      }
    }
    if (log->node_info.has_value() &&
        !add(log->node_info->envelope, org, absl::InfinitePast(), true)) {
      return page;
    }
  }
  if (logs.invitation().has_value()) {
    add(logs.invitation()->charter(), OrgId(), absl::InfinitePast(), false);
  }
  return page;
}

}  // namespace commons::node
