#include "node/documents/held_logs.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/late_signatures.h"
#include "governance/kinds/open_document.h"

namespace commons::node {
namespace {

using governance::Document;

constexpr char kCommonsFact[] = "commons_id";
constexpr char kInvitationFact[] = "invitation";

std::string CheckpointFact(const OrgId& org, uint64_t size) {
  return absl::StrCat("checkpoint/", org.ToHex(), "/", size);
}

std::string ForkFact(const OrgId& org) { return absl::StrCat("fork/", org.ToHex()); }
std::string ForkSeenFact(const OrgId& org) { return absl::StrCat("fork-seen/", org.ToHex()); }

std::string NodeKeyOn(const Document& card) { return card.As<v1::OrgRoot>().node().node_key(); }

}  // namespace

void AddTo(governance::OrgLog& log, const Gain& gain, uint64_t first, absl::Time now) {
  for (const auto& [place, signed_again] : gain.signed_again) {
    log.entries[place].document = signed_again.document;
    log.entries[place].index = first + signed_again.at;
  }
  for (const Gain::Placed& added : gain.added) {
    log.entries.push_back({added.document, now, first + added.at});
  }
}

absl::Status CheckRoom(size_t bytes) {
  if (bytes <= limits::kLogBytesPerOrg) return absl::OkStatus();
  return governance::Refuse(v1::MESSAGE_TOO_LARGE, absl::StrCat("an organisation's log may hold ",
                                                                limits::kLogBytesPerOrg, " bytes"));
}

absl::StatusOr<HeldLogs> HeldLogs::Load(storage::DocumentStore* store, const Clock* clock) {
  HeldLogs held(store, clock);
  ASSIGN_OR_RETURN(const auto stored, store->Load());
  for (const auto& [org, log] : stored) RETURN_IF_ERROR(held.LoadLog(org, log));
  RETURN_IF_ERROR(held.LoadJoined());
  return held;
}

absl::Status HeldLogs::LoadLog(const OrgId& org, const storage::DocumentStore::Log& stored) {
  Log& log = logs_[org];
  governance::OrgLog& opened = ChangeIn(opened_, org);
  for (const auto& entry : stored.entries) {
    v1::Envelope envelope;
    if (!envelope.ParseFromString(entry.envelope)) {
      return absl::DataLossError(absl::StrCat("log of ", org.ToHex(), ": an entry is damaged"));
    }
    ASSIGN_OR_RETURN(Document opened_entry, governance::OpenDocument(envelope));
    const auto document = std::make_shared<const Document>(std::move(opened_entry));
    if (log.entries.empty()) log.node_key = NodeKeyOn(*document);
    log.tree.Append(governance::LogLeaf(envelope));
    log.bytes += envelope.ByteSizeLong();
    Remember(org, GainOf(org, {document}), log.entries.size(), entry.seen_at, opened);
    log.entries.push_back(document);
  }
  log.checkpoint = stored.checkpoint;
  RETURN_IF_ERROR(LoadFork(org));
  RETURN_IF_ERROR(LoadSets(org, stored));
  if (stored.node_info.empty()) return absl::OkStatus();
  v1::Envelope envelope;
  if (!envelope.ParseFromString(stored.node_info)) {
    return absl::DataLossError(absl::StrCat("node info of ", org.ToHex(), " is damaged"));
  }
  ASSIGN_OR_RETURN(ChangeIn(opened_, org).node_info, governance::OpenDocument(envelope));
  return absl::OkStatus();
}

absl::Status HeldLogs::LoadSets(const OrgId& org, const storage::DocumentStore::Log& stored) {
  if (stored.sets.empty()) return absl::OkStatus();
  auto sets = std::make_shared<governance::DocumentSet>();
  for (const auto& [id, entry] : stored.sets) {
    v1::Envelope envelope;
    if (!envelope.ParseFromString(entry.envelope) || governance::IdOf(envelope) != id) {
      return absl::DataLossError(absl::StrCat("sets of ", org.ToHex(), ": one is damaged"));
    }
    ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
    (*sets)[id] = {std::make_shared<const Document>(std::move(document)), entry.seen_at};
  }
  ChangeIn(opened_, org).sets = std::move(sets);
  return absl::OkStatus();
}

absl::Status HeldLogs::LoadFork(const OrgId& org) {
  const auto stored = store_->GetFact(ForkFact(org));
  if (absl::IsNotFound(stored.status())) return absl::OkStatus();
  RETURN_IF_ERROR(stored.status());
  ASSIGN_OR_RETURN(const std::string seen, store_->GetFact(ForkSeenFact(org)));
  v1::ForkProof proof;
  int64_t microseconds = 0;
  if (!proof.ParseFromString(*stored) || !absl::SimpleAtoi(seen, &microseconds)) {
    return absl::DataLossError(absl::StrCat("proof against ", org.ToHex(), " is damaged"));
  }
  logs_[org].fork = std::move(proof);
  ChangeIn(opened_, org).forked_at = absl::FromUnixMicros(microseconds);
  return absl::OkStatus();
}

absl::Status HeldLogs::PutFork(const OrgId& org, const v1::ForkProof& proof, absl::Time now) {
  if (logs_[org].fork.has_value()) return absl::OkStatus();
  // The time first: it counts for nothing without its proof.
  RETURN_IF_ERROR(store_->PutFact(ForkSeenFact(org), absl::StrCat(absl::ToUnixMicros(now))));
  RETURN_IF_ERROR(store_->PutFact(ForkFact(org), proof.SerializeAsString()));
  logs_[org].fork = proof;
  // As exact as the times of entries are stored: none behind it is ever before it.
  ChangeIn(opened_, org).forked_at = absl::FromUnixMicros(absl::ToUnixMicros(now));
  return absl::OkStatus();
}

absl::Status HeldLogs::LoadJoined() {
  const auto commons = store_->GetFact(kCommonsFact);
  if (absl::IsNotFound(commons.status())) return absl::OkStatus();
  RETURN_IF_ERROR(commons.status());
  ASSIGN_OR_RETURN(commons_, CommonsId::FromBytes(*commons));
  const auto invitation = store_->GetFact(kInvitationFact);
  if (absl::IsNotFound(invitation.status())) return absl::OkStatus();
  RETURN_IF_ERROR(invitation.status());
  v1::Invitation parsed;
  if (!parsed.ParseFromString(*invitation)) return absl::DataLossError("invitation: damaged");
  invitation_ = parsed;
  OpenInvited();
  return absl::OkStatus();
}

// The invitation's charter names the founders before any of their logs has come. It lies in no
// organisation's log, so it counts for nothing else.
void HeldLogs::OpenInvited() {
  auto charter = governance::OpenDocument(invitation_->charter());
  if (!charter.ok()) return;
  auto log = std::make_shared<governance::OrgLog>();
  log->entries.push_back({std::make_shared<const Document>(*std::move(charter)), clock_->Now()});
  invited_ = std::move(log);
}

const HeldLogs::Log* HeldLogs::Find(const OrgId& org) const {
  const auto it = logs_.find(org);
  return it == logs_.end() ? nullptr : &it->second;
}

uint64_t HeldLogs::SizeOf(const OrgId& org) const {
  const Log* log = Find(org);
  return log == nullptr ? 0 : log->tree.size();
}

governance::Heads HeldLogs::Heads() const {
  governance::Heads heads;
  for (const auto& [org, log] : logs_) {
    governance::Head& head = heads[org];
    head.size = log.tree.size();
    head.root = log.tree.Root();
    head.checkpoint = log.checkpoint;
    head.forked = log.fork.has_value();
    if (const auto* stops = folded_.reg()->StopsOf(org)) head.sets_hash = stops->sets_hash;
    const auto opened = opened_.find(org);
    if (opened != opened_.end() && opened->second->node_info.has_value()) {
      head.node_info_counter = opened->second->node_info->As<v1::NodeInfo>().counter();
    }
  }
  return heads;
}

absl::StatusOr<std::string> HeldLogs::CheckpointAt(const OrgId& org, uint64_t size) const {
  const Log* log = Find(org);
  if (log != nullptr && size == log->entries.size()) return log->checkpoint;
  return store_->GetFact(CheckpointFact(org, size));
}

Gain HeldLogs::GainOf(const OrgId& org, absl::Span<const DocumentPtr> documents) const {
  const auto opened = opened_.find(org);
  const Log* held = Find(org);
  const bool begun = opened != opened_.end() && !opened->second->entries.empty();
  const size_t size = begun ? opened->second->entries.size() : 0;
  Gain gain;
  governance::CardPlaces cards = begun ? held->cards.Last() : governance::CardPlaces();
  std::map<DocId, size_t> added;
  for (size_t came = 0; came < documents.size(); ++came) {
    const DocumentPtr& document = documents[came];
    size_t at = size + gain.added.size();
    if (const auto it = added.find(document->id); it != added.end()) {
      at = it->second;
    } else if (begun && held->position.count(document->id) > 0) {
      at = held->position.at(document->id);
    }
    if (at == size + gain.added.size()) {
      added.emplace(document->id, at);
      gain.added.push_back({document, came});
      cards.Add(at, document);
      continue;
    }
    Gain::Placed& known =
        at >= size ? gain.added[at - size]
                   : gain.signed_again
                         .try_emplace(at, Gain::Placed{opened->second->entries[at].document, came})
                         .first->second;
    const v1::OrgRoot* card = cards.Before(at);
    if (card == nullptr) card = held->cards.Before(at);
    auto merged = governance::WithSignaturesOf(*document, *card, *known.document);
    if (merged.ok()) {
      known = {std::make_shared<const Document>(*std::move(merged)), came};
    } else {
      gain.repeated.push_back(document);
    }
  }
  return gain;
}

governance::Logs HeldLogs::LogsToFold() const {
  governance::Logs logs = opened_;
  if (invited_ != nullptr) logs.emplace(OrgId(), invited_);
  return logs;
}

void HeldLogs::Remember(const OrgId& org, const Gain& gain, uint64_t first, absl::Time now,
                        governance::OrgLog& opened) {
  for (size_t i = 0; i < gain.added.size(); ++i) {
    logs_[org].position.emplace(gain.added[i].document->id, opened.entries.size() + i);
  }
  size_t behind = opened.entries.size();
  AddTo(opened, gain, first, now);
  governance::CardPlaces& cards = logs_[org].cards;
  for (const auto& [at, again] : gain.signed_again) {
    if (!cards.SignedAgain(at, again.document)) continue;
    behind = at + 1;
    break;
  }
  for (; behind < opened.entries.size(); ++behind) {
    cards.Add(behind, opened.entries[behind].document);
  }
}

absl::Status HeldLogs::Append(const OrgId& org, Extension more, absl::Time now) {
  std::vector<std::string> serialised;
  for (const DocumentPtr& entry : more.entries) {
    serialised.push_back(entry->envelope.SerializeAsString());
  }
  RETURN_IF_ERROR(store_->Append(org, SizeOf(org), serialised, more.checkpoint, now));
  Log& log = logs_[org];
  const uint64_t first = log.entries.size();
  if (first == 0) log.node_key = NodeKeyOn(*more.gain.added[0].document);
  for (DocumentPtr& entry : more.entries) {
    log.bytes += entry->envelope.ByteSizeLong();
    log.entries.push_back(std::move(entry));
  }
  log.tree = std::move(more.tree);
  log.checkpoint = std::move(more.checkpoint);
  Remember(org, more.gain, first, now, ChangeIn(opened_, org));
  return absl::OkStatus();
}

absl::Status HeldLogs::KeepCheckpoint(const OrgId& org) {
  const Log* log = Find(org);
  if (log == nullptr || log->entries.empty()) return absl::OkStatus();
  return store_->PutFact(CheckpointFact(org, log->entries.size()), log->checkpoint);
}

absl::Status HeldLogs::PutSets(const OrgId& org, const std::vector<DocumentPtr>& changed,
                               absl::Time now) {
  if (changed.empty()) return absl::OkStatus();
  governance::OrgLog& log = ChangeIn(opened_, org);
  auto sets = log.sets == nullptr ? std::make_shared<governance::DocumentSet>()
                                  : std::make_shared<governance::DocumentSet>(*log.sets);
  std::map<DocId, storage::DocumentStore::Entry> stored;
  for (const DocumentPtr& document : changed) {
    // As exact as times are stored. What came while the time could not be told was in time: it is
    // an objection to a recovery alone that may be too late.
    const bool in_time = document->kind() == governance::kinds::kObjection && !clock_->Check().ok();
    const absl::Time seen =
        in_time ? absl::UnixEpoch() : absl::FromUnixMicros(absl::ToUnixMicros(now));
    auto& entry =
        sets->try_emplace(document->id, governance::SetEntry{nullptr, seen}).first->second;
    entry.document = document;
    stored[document->id] = {document->envelope.SerializeAsString(), entry.seen_at};
  }
  RETURN_IF_ERROR(store_->PutSets(org, stored));
  log.sets = std::move(sets);
  return absl::OkStatus();
}

absl::Status HeldLogs::PutNodeInfo(const OrgId& org, const Document& node_info) {
  RETURN_IF_ERROR(store_->PutNodeInfo(org, node_info.envelope.SerializeAsString()));
  ChangeIn(opened_, org).node_info = node_info;
  logs_[org];  // so that it has a head
  return absl::OkStatus();
}

absl::Status HeldLogs::PutJoined(const CommonsId& commons, const v1::Invitation* invitation) {
  // The invitation first: it counts for nothing without its commons.
  if (invitation != nullptr) {
    RETURN_IF_ERROR(store_->PutFact(kInvitationFact, invitation->SerializeAsString()));
  }
  RETURN_IF_ERROR(store_->PutFact(kCommonsFact, commons.view()));
  commons_ = commons;
  if (invitation != nullptr) {
    invitation_ = *invitation;
    OpenInvited();
  }
  return absl::OkStatus();
}

}  // namespace commons::node
