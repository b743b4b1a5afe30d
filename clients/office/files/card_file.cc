#include "clients/office/files/card_file.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/node_files.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"
#include "governance/document/document.h"
#include "governance/document/missing.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/kinds/merge.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::clients {

std::string CardPath(const std::string& dir) { return node_files::Path(dir, node_files::kCard); }

absl::StatusOr<Card> ReadCard(const std::string& card_path) {
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(card_path));
  const bool recovers = std::any_of(
      rules.envelopes().begin(), rules.envelopes().end(), [](const v1::Envelope& envelope) {
        return envelope.payload_type() == governance::kinds::kRecovery;
      });
  Card card;
  ASSIGN_OR_RETURN(
      card.envelope,
      OnlyEnvelope(rules, recovers ? governance::kinds::kRecovery : governance::kinds::kOrgRoot,
                   card_path));
  ASSIGN_OR_RETURN(const governance::Document document, governance::OpenDocument(card.envelope));
  if (!card.root.ParseFromString(card.envelope.payload())) {
    return absl::InvalidArgumentError(absl::StrCat(card_path, ": not an organisation card"));
  }
  card.org = governance::OrganisationOf(document);
  return card;
}

absl::StatusOr<std::string> CardWaitsFor(const std::string& card_path) {
  ASSIGN_OR_RETURN(const Card card, ReadCard(card_path));
  ASSIGN_OR_RETURN(const governance::Document document, governance::OpenDocument(card.envelope));
  if (governance::Satisfies(card.root.board(), document.signers)) return std::string();
  return governance::SignedWords(card.root.board(), document.signers,
                                 governance::SeatsOf(card.root));
}

absl::Status TakeSignedCard(const std::string& dir, const v1::RuleFile& rules) {
  ASSIGN_OR_RETURN(const v1::RuleFile own, ReadRuleFile(CardPath(dir)));
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(dir)));
  v1::RuleFile signed_elsewhere;
  for (const v1::Envelope& envelope : rules.envelopes()) {
    if (governance::IdOf(envelope).view() == card.org.view()) {
      *signed_elsewhere.add_envelopes() = envelope;
    }
  }
  if (signed_elsewhere.envelopes().empty()) {
    return absl::NotFoundError("not the card of this node");
  }
  ASSIGN_OR_RETURN(const v1::RuleFile merged, governance::MergeRules({own, signed_elsewhere}));
  return WriteRuleFile(CardPath(dir), merged);
}

}  // namespace commons::clients
