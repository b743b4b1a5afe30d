#include "node/documents/log_book.h"

#include <optional>
#include <utility>

#include "base/status.h"
#include "governance/document/document.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/exchange/fork.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/table.h"
#include "node/documents/joining.h"
#include "node/documents/node_info.h"
#include "node/documents/set_gain.h"
#include "node/documents/set_submission.h"

namespace commons::node {
namespace {

// Proofs that are verified for one message of a peer; what is left comes with the next.
constexpr size_t kSuspects = 8;

}  // namespace

namespace kinds = governance::kinds;
using governance::Document;

absl::StatusOr<std::unique_ptr<LogBook>> LogBook::Open(storage::DocumentStore* store,
                                                       const OrgId& org,
                                                       const crypto::SigningKey* node_key,
                                                       const Clock* clock,
                                                       const v1::Envelope& card) {
  ASSIGN_OR_RETURN(HeldLogs logs, HeldLogs::Load(store, clock));
  std::unique_ptr<LogBook> book(new LogBook(std::move(logs), org, node_key, clock));
  Hold hold(*book);
  if (book->logs_.SizeOf(org) == 0) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(card));
    RETURN_IF_ERROR(book->own_.Append(document));
  }
  book->logs_.MarkOwn(org);
  hold.Publish();
  return book;
}

void LogBook::Hold::Publish(governance::FoldedLogs folded) {
  HeldLogs& logs = book_.logs_;
  logs.KeepFold(std::move(folded));
  book_.snapshots_.Publish(Snapshot::Of(
      {book_.org(), logs.commons(), logs.invitation(), logs.Heads(), logs.folded().reg()}));
}

void LogBook::TellListener() const {
  if (listener_) listener_();
}

void LogBook::TellNewSets(const OrgId& issuer, const std::vector<DocumentPtr>& documents) const {
  if (set_listener_ && !documents.empty()) set_listener_(issuer, documents);
}

absl::Status LogBook::SubmitToSet(const Document& document) {
  SetGain gain;
  // Whose node is in other hands objects at any other.
  const bool anywhere = document.kind() == kinds::kObjection;
  const OrgId issuer = anywhere ? governance::IssuerOf(document) : org();
  {
    Hold hold(*this);
    gain = SetGainOf(logs_, issuer, {document});
    RETURN_IF_ERROR(gain.refused.empty() ? absl::OkStatus() : gain.refused.front());
    RETURN_IF_ERROR(CheckSubmission(logs_, issuer, document, *clock_));
    RETURN_IF_ERROR(logs_.PutSets(issuer, gain.changed, clock_->Now()));
    hold.Publish();
  }
  TellListener();
  TellNewSets(issuer, gain.changed);
  return absl::OkStatus();
}

absl::Status LogBook::SubmitOwn(v1::Envelope envelope) {
  if (envelope.payload_type() == kinds::kManifest) {
    // A steward's edition needs the node's signature beside theirs.
    governance::AddSignature(envelope, *node_key_);
  }
  ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
  if (governance::KindOf(document).home == governance::Kind::Home::kSet) {
    return SubmitToSet(document);
  }
  {
    Hold hold(*this);
    RETURN_IF_ERROR(own_.Submit(document));
    hold.Publish();
  }
  TellListener();
  return absl::OkStatus();
}

absl::Status LogBook::MintNodeInfo(absl::Span<const std::string> endpoints,
                                   absl::string_view contact) {
  {
    Hold hold(*this);
    RETURN_IF_ERROR(own_.MintNodeInfo(endpoints, contact));
    hold.Publish();
  }
  TellListener();
  return absl::OkStatus();
}

absl::StatusOr<CommonsId> LogBook::Join(const v1::RuleFile& file) {
  CommonsId id;
  {
    Hold hold(*this);
    ASSIGN_OR_RETURN(id, JoinBy(file, logs_, own_));
    hold.Publish();  // who the members are, before they say where they are reached
    for (const v1::Envelope& envelope : file.envelopes()) {
      if (envelope.payload_type() != kinds::kNodeInfo) continue;
      ASSIGN_OR_RETURN(const std::optional<Document> node_info,
                       OpenNewNodeInfo(*snapshot(), org(), envelope));
      if (!node_info.has_value()) continue;
      ASSIGN_OR_RETURN(const OrgId member,
                       OrgId::FromBytes(node_info->As<v1::NodeInfo>().org_id()));
      RETURN_IF_ERROR(logs_.PutNodeInfo(member, *node_info));
    }
    hold.Publish();
  }
  TellListener();
  return id;
}

std::vector<v1::LogPage> LogBook::PagesFor(const PageRanges& ranges) const {
  uint64_t draw = 0;
  crypto::SystemRandom().Fill(&draw, sizeof(draw));
  std::lock_guard lock(mu_);
  return node::PagesFor(logs_, org(), *node_key_, ranges, draw);
}

std::vector<PlacedDocument> LogBook::Documents(const Selection& selection, uint64_t from) const {
  std::lock_guard lock(mu_);
  return DocumentsFrom(logs_, selection, from);
}

std::map<OrgId, absl::Time> LogBook::Forks() const {
  std::lock_guard lock(mu_);
  std::map<OrgId, absl::Time> forks;
  for (const auto& [org, log] : logs_.opened()) {
    if (log->forked_at != absl::InfiniteFuture()) forks.emplace(org, log->forked_at);
  }
  return forks;
}

std::vector<LogBook::Suspect> LogBook::Suspects(const governance::Heads& theirs) const {
  std::lock_guard lock(mu_);
  std::vector<Suspect> suspects;
  for (const auto& [org, head] : theirs) {
    const HeldLogs::Log* log = logs_.Find(org);
    if (log == nullptr || log->fork.has_value() || org == own_.org() || head.size == 0 ||
        head.size > log->tree.size() || log->tree.RootAt(head.size) == head.root) {
      continue;
    }
    auto proof = governance::MakeForkProof(log->tree, log->checkpoint, head.checkpoint, head.size);
    if (proof.ok()) suspects.push_back({org, log->node_key, *std::move(proof)});
    if (suspects.size() == kSuspects) break;
  }
  return suspects;
}

std::vector<OrgId> LogBook::NoteForks(const governance::Heads& theirs, const Spend& spend) {
  std::vector<Suspect> suspects = Suspects(theirs);
  // Two checkpoints each, which whoever signed neither could have made up.
  if (suspects.empty() || !spend(Work::kSignatures, 2 * suspects.size()).ok()) return {};
  std::erase_if(suspects, [](const Suspect& suspect) {
    return !governance::VerifyForkProof(suspect.proof, suspect.org, suspect.node_key).ok();
  });
  if (suspects.empty()) return {};
  std::vector<OrgId> forked;
  {
    Hold hold(*this);
    for (const Suspect& suspect : suspects) {
      const HeldLogs::Log* log = logs_.Find(suspect.org);
      if (log == nullptr || log->fork.has_value()) continue;  // somebody else was faster
      if (!logs_.PutFork(suspect.org, suspect.proof, clock_->Now()).ok()) continue;
      forked.push_back(suspect.org);
    }
    if (!forked.empty()) hold.Publish();
  }
  if (!forked.empty()) TellListener();
  return forked;
}

std::shared_ptr<const governance::OrgLog> LogBook::OpenedLog(const OrgId& org) const {
  std::lock_guard lock(mu_);
  const auto found = logs_.opened().find(org);
  return found == logs_.opened().end() ? nullptr : found->second;
}

LogBook::End LogBook::EndOf(const OrgId& org, uint64_t at) const {
  std::lock_guard lock(mu_);
  const HeldLogs::Log* log = logs_.Find(org);
  End end;
  if (log == nullptr) return end;
  end.size = log->tree.size();
  if (end.size != at) return end;
  end.bytes = log->bytes;
  end.tree = log->tree;
  end.node_key = log->node_key;
  return end;
}

}  // namespace commons::node
