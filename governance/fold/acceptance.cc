#include "governance/fold/acceptance.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/issuer.h"
#include "governance/document/missing.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

using DocumentPtr = std::shared_ptr<const Document>;

// Of a document that is complete in itself: an organisation's card.
absl::Status AcceptCard(const Document& card) {
  const auto& root = card.As<v1::OrgRoot>();
  if (Satisfies(root.board(), card.signers)) return absl::OkStatus();
  return Refuse(v1::UNDER_SIGNED,
                absl::StrCat("the card of '", root.name(),
                             "': ", SignedWords(root.board(), card.signers, SeatsOf(root))));
}

// The trusted documents as logs: what comes first in a chain stands first.
class Logbook {
 public:
  explicit Logbook(const std::vector<Document>& trusted) {
    std::vector<DocumentPtr> sorted;
    for (const Document& document : trusted) AddCards(document);
    for (const Document& document : trusted) {
      sorted.push_back(std::make_shared<const Document>(document));
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return a->header->version() < b->header->version();
    });
    for (DocumentPtr& document : sorted) Add(std::move(document));
  }

  bool HasCard(const OrgId& org) const {
    const auto log = logs_.find(org);
    return log != logs_.end() && BeginsWithItsCard(org, log->second);
  }
  const std::set<CommonsId>& charters() const { return charters_; }

  void Add(DocumentPtr document) {
    const OrgId org = IssuerOf(*document);
    const Kind& kind = KindOf(*document);
    if (kind.home == Kind::Home::kCard) return;  // with the others' cards
    if (document->kind() == kinds::kCharter) {
      charters_.insert(crypto::Retype<CommonsId>(document->id));
    }
    if (kind.home == Kind::Home::kBeside) {
      logs_[org].node_info = *document;
    } else {
      logs_[org].entries.push_back({std::move(document), absl::InfinitePast()});
    }
  }

  Register Fold(const std::optional<CommonsId>& commons) const { return FoldLogs(logs_, commons); }

 private:
  // Its own and those that it carries, each first in its log; copies bring their signatures.
  void AddCards(const Document& document) {
    if (KindOf(document).home == Kind::Home::kCard) {
      AddCard(std::make_shared<const Document>(document));
    }
    for (const DocumentPtr& card : document.cards) AddCard(card);
  }
  void AddCard(const DocumentPtr& card) {
    OrgLog& log = logs_[crypto::Retype<OrgId>(card->id)];
    if (log.entries.empty()) {
      log.entries.push_back({card, absl::InfinitePast()});
      return;
    }
    Document merged = *log.entries[0].document;
    merged.signers.insert(card->signers.begin(), card->signers.end());
    log.entries[0].document = std::make_shared<const Document>(std::move(merged));
  }

  std::map<OrgId, OrgLog> logs_;
  std::set<CommonsId> charters_;
};

// The charter's that is trusted, else the one that the document names.
absl::StatusOr<CommonsId> CommonsOf(const Document& document, const std::set<CommonsId>& charters) {
  if (document.kind() == kinds::kCharter) return crypto::Retype<CommonsId>(document.id);
  const auto named = CommonsId::FromBytes(document.header->commons_id());
  const bool known = named.ok() && charters.count(*named) > 0;
  if (charters.empty() || known) return named.ok() ? *named : CommonsId();
  if (!named.ok()) return *charters.begin();  // a kind that names none
  return Refuse(v1::WRONG_COMMONS, "the document belongs to another commons than the charter's");
}

absl::Status ProblemOf(const Register& reg, const DocId& id, const OrgId& log) {
  for (const auto& problem : reg.problems()) {
    const bool whole_log = problem->log == log && problem->id.view() == log.view();
    if ((problem->id == id && problem->log == log) || (whole_log && log != OrgId())) {
      return Refuse(problem->reason, problem->message);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Accept(const std::vector<Document>& trusted, const Document& document) {
  const Kind& kind = KindOf(document);
  if (kind.home == Kind::Home::kCard) return AcceptCard(document);
  std::vector<Document> others = trusted;
  std::erase_if(others, [&](const Document& other) { return other.id == document.id; });
  Logbook book(others);
  const OrgId issuer = IssuerOf(document);
  if (issuer != OrgId() && !book.HasCard(issuer)) {
    return Refuse(v1::UNKNOWN_ISSUER,
                  "the card of the organisation that issues this is not among what is trusted");
  }
  ASSIGN_OR_RETURN(const CommonsId commons, CommonsOf(document, book.charters()));
  book.Add(std::make_shared<const Document>(document));
  return ProblemOf(book.Fold(commons), document.id, issuer);
}

}  // namespace commons::governance
