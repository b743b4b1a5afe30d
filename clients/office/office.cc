#include "clients/office/office.h"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "clients/office/card_in_force.h"
#include "clients/office/context.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/files/sign_record.h"
#include "clients/office/import/first_reject.h"
#include "clients/office/import/inbox.h"
#include "clients/office/papers.h"
#include "governance/document/document.h"
#include "governance/document/missing.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/kinds/commons/approval.h"
#include "governance/kinds/commons/leave.h"
#include "governance/kinds/commons/resolution.h"
#include "governance/kinds/commons/withdrawal.h"
#include "governance/kinds/dataset/manifest.h"
#include "governance/kinds/dataset/owner_policy.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/research/accreditation.h"
#include "governance/kinds/research/project.h"
#include "governance/kinds/research/project_approval.h"
#include "governance/kinds/sign_check.h"
#include "governance/kinds/table.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;

constexpr absl::Duration kCatchUpPatience = absl::Seconds(10);

// What is wrong with a file is no rule's refusal; people know it by the name they gave.
absl::Status ImportError(const v1::Refusal& refusal, absl::string_view csv_path,
                         absl::string_view file) {
  const std::string message = absl::StrReplaceAll(
      refusal.message(), {{absl::StrCat(node_files::kInbox, "/", file), csv_path}});
  if (refusal.reason() == v1::MALFORMED) return absl::InvalidArgumentError(message);
  if (refusal.reason() == v1::UNKNOWN_DATASET) {
    return absl::NotFoundError(absl::StrCat("--dataset: ", message, "; see: commons catalogue"));
  }
  if (refusal.reason() == v1::ROWS_REJECTED) {
    return absl::OutOfRangeError(
        absl::StrCat(message, " (--accept-rejects; docs/operating/importing.md)"));
  }
  // A fault of the node's machine is no rule's refusal either.
  return absl::InternalError(
      absl::StrCat(message, "; nothing was changed: mend that, and import again"));
}

}  // namespace

absl::Status RefusalStatus(const v1::Refusal& refusal) {
  const std::string words(governance::PlainWords(refusal.reason()));
  return governance::Refuse(refusal.reason(), refusal.message().empty() ? words : refusal.message(),
                            refusal.position());
}

absl::Status DocumentRefused(LocalClient& client, const v1::Refusal& refusal) {
  if (refusal.reason() == v1::WRONG_COMMONS) {
    const auto status = client.Status(absl::Seconds(5));
    if (status.ok() && status->commons_id().empty()) {
      return absl::FailedPreconditionError(kNoCommonsYet);
    }
  }
  return RefusalStatus(refusal);
}

Office::Office(std::string dir, std::string draft, Card card, std::unique_ptr<LocalClient> client)
    : dir_(std::move(dir)),
      draft_(std::move(draft)),
      card_(std::move(card)),
      client_(std::move(client)) {}

absl::StatusOr<Office> Office::Open(const std::string& dir, const std::string& passphrase_file,
                                    const std::string& draft, const std::string& key) {
  ASSIGN_OR_RETURN(Card card, ReadCard(CardPath(dir)));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(dir));
  RETURN_IF_ERROR(TakeCardInForce(*client, card));
  Office office(dir, draft, std::move(card), std::move(client));
  office.key_path_ = key;
  if (!key.empty()) {
    ASSIGN_OR_RETURN(crypto::KeyFile person, ReadPersonKey(key, passphrase_file));
    office.board_.push_back(std::move(person));
  } else if (draft.empty()) {
    ASSIGN_OR_RETURN(office.board_, ReadBoardKeys(dir, office.card_.root, passphrase_file));
  }
  return office;
}

absl::StatusOr<Office> Office::OpenForSteward(const std::string& dir, const std::string& key_path,
                                              const std::string& passphrase_file) {
  ASSIGN_OR_RETURN(Office office, Open(dir, passphrase_file, "", key_path));
  const v1::OrgRoot& card = office.card_.root;
  const std::string key = office.board_[0].key.public_key().ToBytes();
  const bool seat = std::any_of(card.seats().begin(), card.seats().end(),
                                [&](const v1::Seat& each) { return each.key() == key; });
  if (!seat &&
      std::find(card.stewards().begin(), card.stewards().end(), key) == card.stewards().end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(key_path, ": is no steward's key of ", card.name(),
                     "; its card names those, and the board's seats"));
  }
  return office;
}

bool Office::SignsForBoard() const {
  std::set<PublicKey> keys;
  for (const crypto::KeyFile& key : board_) keys.insert(key.key.public_key());
  return governance::Satisfies(card_.root.board(), keys);
}

absl::StatusOr<governance::Register> Office::FetchRegister(const Papers::Chains& chains) {
  return clients::FetchRegister(*client_, chains);
}

absl::StatusOr<DocId> Office::Submit(const v1::Envelope& envelope) {
  v1::RuleFile rules;
  *rules.add_envelopes() = envelope;
  const absl::Time deadline = absl::Now() + kCatchUpPatience;
  while (true) {
    ASSIGN_OR_RETURN(const v1::SubmitReport report, client_->Submit(rules));
    if (report.entries_size() != 1) return absl::InternalError("the daemon lost a document");
    if (!report.entries(0).has_refusal()) return governance::IdOf(envelope);
    // A node that has just started hears its peers first.
    const v1::Refusal& refusal = report.entries(0).refusal();
    if (refusal.reason() != v1::STALE || absl::Now() > deadline) {
      return DocumentRefused(*client_, refusal);
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
}

// Before anything is handed in or written: whether the keys count, and would be enough.
absl::Status Office::CheckSigners(const v1::Envelope& envelope) const {
  ASSIGN_OR_RETURN(const governance::Document document, governance::OpenDocument(envelope));
  const v1::OrgRoot& card = card_.root;
  for (const crypto::KeyFile& key : board_) {
    RETURN_IF_ERROR(governance::CheckKeyCounts(document, key.key.public_key(), key.label, card));
  }
  const governance::Kind& kind = governance::KindOf(document);
  const bool waits_for_others =
      kind.also_by != nullptr || kind.home == governance::Kind::Home::kCommons;
  if (draft_.empty() && !waits_for_others &&
      !governance::Satisfies(card.board(), document.signers)) {
    return absl::FailedPreconditionError(absl::StrCat(
        governance::SignedWords(card.board(), document.signers, governance::SeatsOf(card)),
        "; write a draft with --out FILE, then commons doc sign FILE --key KEY for each, then "
        "commons doc submit --dir ",
        dir_, " FILE"));
  }
  // Of what is handed in at once, the log is the record.
  const bool kept = !key_path_.empty() && !draft_.empty();
  return kept ? RecordSignature(key_path_, document, false) : absl::OkStatus();
}

absl::StatusOr<DocId> Office::IssueByBoard(absl::string_view kind, absl::string_view payload) {
  std::vector<const crypto::SigningKey*> keys;
  for (const crypto::KeyFile& seat : board_) keys.push_back(&seat.key);
  const v1::Envelope envelope = governance::SignDocument(kind, payload, keys);
  RETURN_IF_ERROR(CheckSigners(envelope));
  if (draft_.empty()) return Submit(envelope);
  v1::RuleFile rules;
  *rules.add_envelopes() = envelope;
  RETURN_IF_ERROR(WriteRuleFile(draft_, rules));
  RETURN_IF_ERROR(WriteContext(*client_, ContextBeside(draft_)));
  return governance::IdOf(envelope);
}

absl::Status Office::Say(const governance::ApprovalDraft& word) {
  return IssueByBoard(kinds::kApproval, governance::DraftApproval(word, card_.org, absl::Now()))
      .status();
}

absl::Status Office::Withdraw(const governance::Register& reg,
                              const governance::Document& proposal) {
  return IssueByBoard(kinds::kWithdrawal,
                      governance::DraftWithdrawal(reg, card_.org, proposal, absl::Now()))
      .status();
}

absl::Status Office::Leave(const governance::Register& reg) {
  return IssueByBoard(kinds::kLeave, governance::DraftLeave(reg, card_.org, absl::Now())).status();
}

absl::StatusOr<DocId> Office::IssueResolution(const governance::Register& reg,
                                              v1::Resolution resolution) {
  return IssueByBoard(kinds::kResolution, governance::DraftResolution(
                                              reg, card_.org, std::move(resolution), absl::Now()));
}

absl::StatusOr<DocId> Office::IssuePolicy(const governance::Register& reg,
                                          absl::string_view dataset, const v1::Rule& rule) {
  return IssueByBoard(kinds::kOwnerPolicy,
                      governance::DraftOwnerPolicy(reg, card_.org, dataset, rule, absl::Now()));
}

absl::StatusOr<DocId> Office::IssueManifest(const governance::Register& reg,
                                            absl::string_view dataset,
                                            const governance::Holding& holding) {
  ASSIGN_OR_RETURN(const std::string manifest,
                   governance::DraftManifest(reg, card_.org, dataset, holding, absl::Now()));
  return IssueByBoard(kinds::kManifest, manifest);
}

absl::StatusOr<DocId> Office::IssueAccreditation(const governance::Register& reg,
                                                 const PublicKey& researcher,
                                                 absl::string_view affiliation, bool practice) {
  return IssueByBoard(kinds::kAccreditation,
                      governance::DraftAccreditation(reg, card_.org, researcher, affiliation,
                                                     practice, absl::Now()));
}

absl::StatusOr<DocId> Office::IssueProject(const governance::Register& reg,
                                           const governance::ProjectDraft& draft) {
  RETURN_IF_ERROR(governance::Because("the project's name",
                                      governance::CheckName(draft.name, limits::kNameBytes)));
  return IssueByBoard(kinds::kProject,
                      governance::DraftProject(reg, card_.org, draft, absl::Now()));
}

absl::StatusOr<DocId> Office::ApproveProject(const governance::Register& reg,
                                             const DocId& project) {
  return IssueByBoard(kinds::kProjectApproval,
                      governance::DraftProjectApproval(reg, card_.org, project, absl::Now()));
}

absl::StatusOr<v1::ImportReply> ImportThroughInbox(LocalClient& client, const std::string& dir,
                                                   absl::string_view dataset,
                                                   const std::string& csv_path,
                                                   const ImportChoice& choice) {
  const std::string inbox = node_files::Path(dir, node_files::kInbox);
  ASSIGN_OR_RETURN(const std::string file, PlaceInInbox(csv_path, inbox));
  v1::ImportRequest request;
  request.set_dataset(std::string(dataset));
  request.set_file(file);
  request.set_replace(choice.replace);
  request.set_accepted_rejects(choice.accepted_rejects);
  request.mutable_not_held()->Add(choice.not_held.begin(), choice.not_held.end());
  *request.mutable_dialect() = choice.dialect;
  auto reply = choice.dry_run ? client.Rehearse(request) : client.Import(request);
  unlink(absl::StrCat(inbox, "/", file).c_str());
  RETURN_IF_ERROR(reply.status());
  if (!reply->has_refusal()) return reply;
  if (!reply->rejects_file().empty()) {
    absl::StrAppend(reply->mutable_refusal()->mutable_message(),
                    "; rejected rows: ", RejectsOf(dir, *reply, choice.dialect));
  }
  return ImportError(reply->refusal(), csv_path, file);
}

std::string RejectsOf(const std::string& dir, const v1::ImportReply& reply,
                      const v1::Dialect& dialect) {
  const std::string path = node_files::Path(dir, node_files::kOutbox, reply.rejects_file());
  return isatty(STDERR_FILENO)
             ? absl::StrCat(path, FirstReject(path, dialect), UnknownTextsOf(reply))
             : path;
}

}  // namespace commons::clients
