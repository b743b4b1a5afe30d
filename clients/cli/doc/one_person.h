// What one person does to documents in a file with their own key: which of them take it, and the
// question before anything is signed.
#ifndef COMMONS_CLIENTS_CLI_DOC_ONE_PERSON_H_
#define COMMONS_CLIENTS_CLI_DOC_ONE_PERSON_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/office/files/card_file.h"
#include "crypto/keyfile.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"

namespace commons::clients {

struct PersonOptions {
  std::string file, key, passphrase_file, card, out;
  bool yes = false;
  const std::string& target() const { return out.empty() ? file : out; }
};
template <typename Options>
Command<Options> OfAPerson(Command<Options> command) {
  PersonOptions& options = *command.options;
  command.app.Add("DOCUMENT", options.file, "FILE.rule").Required();
  command.app.Add("--key", options.key, "your own key file").Required();
  command.app.Add("--passphrase-file", options.passphrase_file, "of the key");
  command.app.Add("--card", options.card, "card.rule of the organisation that issues it");
  command.app.Add("--out", options.out, "write there instead of in place");
  command.app.AddFlag("--yes", options.yes, "do not ask: it was read before");
  return command;
}

// A file in front of a person with a key.
struct Desk {
  v1::RuleFile rules;
  std::vector<governance::Document> documents;  // of `rules`, in their order
  crypto::KeyFile key;
  std::vector<int> mine;      // those on which the key counts; never empty
  std::optional<Card> named;  // beside the file

  // The card of the organisation that issues a document, where it is known.
  std::optional<v1::OrgRoot> CardOf(const governance::Document& document) const;
};
// kFailedPrecondition when the key counts on none of them, in the words of CheckKeyCounts.
absl::StatusOr<Desk> SitDown(const PersonOptions& options);

// Shows what is to be signed and has the person say yes. kFailedPrecondition: nobody did.
absl::Status ReadAndAgree(const Desk& desk, const PersonOptions& options, absl::string_view ask);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_ONE_PERSON_H_
