#include "node/documents/page_intake.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/limits.h"
#include "governance/document/refusal.h"
#include "governance/exchange/exchange.h"
#include "node/documents/page_batch.h"
#include "node/documents/page_check.h"
#include "node/documents/set_check.h"
#include "node/documents/set_gain.h"
#include "node/log/log.h"

namespace commons::node {
namespace {

// Another page may bring what this one lacks: a member, the entries before, signatures.
bool MayFitLater(const absl::Status& status) {
  const v1::Reason reason = governance::ReasonOf(status);
  return reason == v1::UNKNOWN_ISSUER || reason == v1::OUT_OF_ORDER || reason == v1::UNDER_SIGNED;
}

// All of them to be checked, log by log and in the order of each.
PageBatch BatchOf(const google::protobuf::RepeatedPtrField<v1::LogPage>& pages) {
  PageBatch batch;
  for (const v1::LogPage& page : pages) {
    const auto org = OrgId::FromBytes(page.org_id());
    if (org.ok()) {
      batch.later.emplace_back().page = &page;
      batch.later.back().org = *org;
    } else {
      batch.refused.push_back(org.status());
    }
  }
  std::stable_sort(batch.later.begin(), batch.later.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.org, a.page->from()) < std::tuple(b.org, b.page->from());
  });
  return batch;
}

// When an entry came is what all waits for it are counted from. It comes again once the node's time
// can be trusted.
void SetAsideUntrusted(const Clock& clock, PageBatch& batch) {
  const absl::Status trusted = clock.Check();
  if (trusted.ok()) return;
  for (IncomingPage& each : std::exchange(batch.later, {})) {
    if (each.page->entries().empty()) {
      batch.later.push_back(std::move(each));
    } else {
      batch.refused.push_back(trusted);
    }
  }
}

void CheckThoseWaiting(const LogBook& book, const Spend& spend, PageBatch& batch) {
  batch.waiting.clear();
  batch.fitting.clear();
  for (IncomingPage& each : std::exchange(batch.later, {})) {
    const absl::Status checked = CheckPage(book, spend, each);
    if (checked.ok()) {
      batch.fitting.push_back(std::move(each));
    } else if (MayFitLater(checked)) {
      batch.SetAside(std::move(each), checked);
    } else {
      batch.refused.push_back(checked);
    }
  }
}

}  // namespace

bool PageIntake::TakeSets(const v1::LogPage& page, const Spend& spend,
                          std::vector<absl::Status>* problems) {
  const auto org = OrgId::FromBytes(page.org_id());
  if (!org.ok()) return false;
  const std::vector<governance::Document> documents =
      CheckSets(*book_, spend, *org, page, problems);
  if (documents.empty()) return false;
  SetGain gain;
  {
    LogBook::Hold hold(*book_);
    HeldLogs& logs = hold.logs();
    gain = SetGainOf(logs, *org, documents);
    if (!gain.refused.empty()) problems->push_back(gain.refused.front());
    if (gain.changed.empty()) return false;
    absl::Status kept =
        spend(Work::kFolded, logs.folded().Ahead(logs.LogsToFold()) + gain.changed.size());
    if (kept.ok()) kept = logs.PutSets(*org, gain.changed, clock_->Now());
    if (!kept.ok()) {
      problems->push_back(kept);
      return false;
    }
    hold.Publish();
  }
  book_->TellListener();
  book_->TellNewSets(*org, gain.changed);
  return true;
}

absl::StatusOr<bool> PageIntake::Accept(
    const google::protobuf::RepeatedPtrField<v1::LogPage>& pages, const Spend& spend,
    std::vector<absl::Status>* problems) {
  if (pages.size() > static_cast<int>(limits::kMembers)) {
    return governance::Refuse(v1::MALFORMED, "too many pages");
  }
  PageBatch batch = BatchOf(pages);
  SetAsideUntrusted(*clock_, batch);
  bool any = false;
  // A page may admit the organisation of another one: go on while anything changes.
  for (bool changed = true; changed && !batch.later.empty();) {
    CheckThoseWaiting(*book_, spend, batch);
    LogBook::Hold hold(*book_);
    changed = TakeBatch(hold, clock_->Now(), spend, batch);
    any = any || changed;
  }
  *problems = std::move(batch.refused);
  problems->insert(problems->end(), batch.waiting.begin(), batch.waiting.end());
  if (any) book_->TellListener();
  for (const v1::LogPage& page : pages) {
    if (!page.sets().empty()) any = TakeSets(page, spend, problems) || any;
  }
  for (const OrgId& forked : book_->NoteForks(governance::HeadsOfPages(pages), spend)) {
    LogWarning("forked_log", {{"org_id", forked.ToHex()}, {"proof", "another history came"}});
    any = true;
  }
  return any;
}

}  // namespace commons::node
