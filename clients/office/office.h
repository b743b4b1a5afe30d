// An organisation's people at their own node: draft the next document of a chain, sign it with the
// keys at hand, hand it to the daemon. The lab and the hand commands do the same through it.
#ifndef COMMONS_CLIENTS_OFFICE_OFFICE_H_
#define COMMONS_CLIENTS_OFFICE_OFFICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/import/import_choice.h"
#include "clients/office/papers.h"
#include "governance/kinds/commons/approval.h"
#include "governance/kinds/dataset/manifest.h"
#include "governance/kinds/research/project.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// An error names the file of rows that were rejected; values of theirs are shown only on a
// terminal.
absl::StatusOr<v1::ImportReply> ImportThroughInbox(LocalClient& client, const std::string& dir,
                                                   absl::string_view dataset,
                                                   const std::string& csv_path,
                                                   const ImportChoice& choice);
// Where the rejected rows lie; on a terminal with the first of them, and texts that are no code.
std::string RejectsOf(const std::string& dir, const v1::ImportReply& reply,
                      const v1::Dialect& dialect);

// Not thread-safe. Errors: kUnavailable (no daemon), kPermissionDenied with the daemon's reason and
// plain words when a document is refused.
class Office {
 public:
  // Reads the card in `dir` and connects to its daemon. What is issued is signed with `key`, one
  // person's, wherever it lies; without one, and without `draft`, with the board's keys that
  // ReadBoardKeys allows; never with another. With `draft` it is written there, to be signed by
  // others, and not handed in.
  static absl::StatusOr<Office> Open(const std::string& dir, const std::string& passphrase_file,
                                     const std::string& draft = "", const std::string& key = "");

  // With a steward's or a seat's key: a steward's is enough, with the signature that the daemon
  // adds, for a notice that only names another edition than the last one that the board signed.
  // Nothing in keys/ is read but that file.
  static absl::StatusOr<Office> OpenForSteward(const std::string& dir, const std::string& key_path,
                                               const std::string& passphrase_file);
  // Whether the keys at hand are enough for what the board signs.
  bool SignsForBoard() const;

  const std::string& dir() const { return dir_; }
  const Card& card() const { return card_; }
  LocalClient& client() { return *client_; }

  // The register as the daemon knows it now, folded here from the same documents on these chains.
  absl::StatusOr<governance::Register> FetchRegister(const Papers::Chains& chains);

  // Signs payload bytes with the keys at hand and submits them, or writes the draft.
  // kFailedPrecondition: the key does not count, signed another document in its place before, or
  // more people than one are needed.
  absl::StatusOr<DocId> IssueByBoard(absl::string_view kind, absl::string_view payload);
  absl::StatusOr<DocId> Submit(const v1::Envelope& envelope);

  // The board's word in a ballot.
  absl::Status Say(const governance::ApprovalDraft& word);
  // ... that it asks for no more votes for its proposal, and that it leaves.
  absl::Status Withdraw(const governance::Register& reg, const governance::Document& proposal);
  absl::Status Leave(const governance::Register& reg);
  // The next version of the commons chain; `resolution` holds its items, the rest is filled here.
  absl::StatusOr<DocId> IssueResolution(const governance::Register& reg, v1::Resolution resolution);
  absl::StatusOr<DocId> IssuePolicy(const governance::Register& reg, absl::string_view dataset,
                                    const v1::Rule& rule);
  // The holdings notice after an import.
  absl::StatusOr<DocId> IssueManifest(const governance::Register& reg, absl::string_view dataset,
                                      const governance::Holding& holding);
  absl::StatusOr<DocId> IssueAccreditation(const governance::Register& reg,
                                           const PublicKey& researcher,
                                           absl::string_view affiliation, bool practice);
  absl::StatusOr<DocId> IssueProject(const governance::Register& reg,
                                     const governance::ProjectDraft& draft);
  absl::StatusOr<DocId> ApproveProject(const governance::Register& reg, const DocId& project);

  // Puts the file into the inbox and has the daemon import it.
  absl::StatusOr<v1::ImportReply> Import(absl::string_view dataset, const std::string& csv_path,
                                         const ImportChoice& choice) {
    return ImportThroughInbox(*client_, dir_, dataset, csv_path, choice);
  }

 private:
  Office(std::string dir, std::string draft, Card card, std::unique_ptr<LocalClient> client);
  absl::Status CheckSigners(const v1::Envelope& envelope) const;

  std::string dir_, draft_, key_path_;
  Card card_;
  std::vector<crypto::KeyFile> board_;
  std::unique_ptr<LocalClient> client_;
};

// The refusal of a reply as a status.
absl::Status RefusalStatus(const v1::Refusal& refusal);
// The same for a document handed in; kFailedPrecondition when the node has yet to join a commons.
absl::Status DocumentRefused(LocalClient& client, const v1::Refusal& refusal);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_OFFICE_H_
