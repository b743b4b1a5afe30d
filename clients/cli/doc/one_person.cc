#include "clients/cli/doc/one_person.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/office/card_in_force.h"
#include "clients/office/context.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/card_file.h"
#include "clients/office/files/people_keys.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/trusted.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/review.h"
#include "governance/kinds/sign_check.h"

namespace commons::clients {
namespace {

using governance::Document;

// The card that was named; else that of the node in whose directory the key lies, if it does.
absl::StatusOr<std::optional<Card>> NamedCard(const PersonOptions& options) {
  const auto node = std::filesystem::path(options.key).parent_path() / ".." / "..";
  const std::string path = options.card.empty() ? CardPath(node.string()) : options.card;
  if (options.card.empty() && !std::filesystem::exists(path)) return std::optional<Card>();
  ASSIGN_OR_RETURN(Card card, ReadCard(path));
  // Where the node runs it knows of later ones than its file.
  const auto client = LocalClient::Connect(node.string());
  if (options.card.empty() && client.ok()) TakeCardInForce(**client, card).IgnoreError();
  return std::optional(std::move(card));
}

// A card that was named must be of whose document it is: else the check of the key means nothing.
absl::Status CheckNamed(const PersonOptions& options, const std::optional<Card>& named,
                        const std::vector<Document>& documents) {
  if (options.card.empty()) return absl::OkStatus();
  for (const Document& document : documents) {
    if (governance::IssuerOf(document) == named->org) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(options.card, ": not the card of the organisation that issues ", options.file));
}

}  // namespace

std::optional<v1::OrgRoot> Desk::CardOf(const Document& document) const {
  if (auto card = SigningCard(documents, document)) return card;
  if (named && named->org == governance::IssuerOf(document)) return named->root;
  return std::nullopt;
}

absl::StatusOr<Desk> SitDown(const PersonOptions& options) {
  ASSIGN_OR_RETURN(v1::RuleFile rules, ReadRuleFile(options.file));
  ASSIGN_OR_RETURN(std::vector<Document> documents, OpenAll(rules, options.file));
  ASSIGN_OR_RETURN(std::optional<Card> named, NamedCard(options));
  RETURN_IF_ERROR(CheckNamed(options, named, documents));
  ASSIGN_OR_RETURN(crypto::KeyFile key, ReadPersonKey(options.key, options.passphrase_file));
  Desk desk{std::move(rules), std::move(documents), std::move(key), {}, std::move(named)};
  absl::Status first;
  for (size_t i = 0; i < desk.documents.size(); ++i) {
    const Document& document = desk.documents[i];
    // Another seat's no lies beside what it is about: it is that seat's alone.
    if (document.kind() == governance::kinds::kDecline && desk.documents.size() > 1) continue;
    const absl::Status counts = governance::CheckKeyCounts(document, desk.key.key.public_key(),
                                                           desk.key.label, desk.CardOf(document));
    if (counts.ok()) desk.mine.push_back(static_cast<int>(i));
    first.Update(counts);
  }
  if (desk.mine.empty()) return first;
  return desk;
}

absl::Status ReadAndAgree(const Desk& desk, const PersonOptions& options, absl::string_view ask) {
  if (options.yes) return absl::OkStatus();
  // Beside what was in force where the draft was made, if that came with it.
  ASSIGN_OR_RETURN(const std::optional<Papers> papers, ReadContextBeside(options.file));
  const governance::Register* const reg = papers ? &papers->reg() : nullptr;
  for (const int i : desk.mine) {
    const Document& document = desk.documents[static_cast<size_t>(i)];
    PrintOut(governance::Review(document, reg, absl::Now()) + "\n");
  }
  const std::string as_of = papers ? ContextWords(*papers, absl::Now()) : "";
  if (!as_of.empty()) PrintOut(as_of + "\n");
  std::cerr << ask << " Type yes to go on: " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (!isatty(STDIN_FILENO)) std::cerr << "\n";
  if (answer == "yes") return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(options.file,
                   ": nothing was signed, since nobody said yes; in scripts add "
                   "--yes once it has been read: commons doc review ",
                   options.file));
}

}  // namespace commons::clients
