#include "governance/fold/acceptance.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
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
#include "governance/fold/fold_stops.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/table.h"
#include "governance/register/cards_in_turn.h"

namespace commons::governance {
namespace {

using DocumentPtr = std::shared_ptr<const Document>;

using CardsById = std::map<DocId, Document>;

absl::Status NoCard() {
  return Refuse(v1::UNKNOWN_ISSUER,
                "the card of the organisation that issues this is not among what is trusted");
}

// Those that are trusted and those that these carry, with the signatures of every copy.
CardsById CardsOf(const std::vector<Document>& trusted) {
  CardsById cards;
  const auto add = [&](const Document& card) {
    const auto [found, added] = cards.try_emplace(card.id, card);
    if (!added) found->second.signers.insert(card.signers.begin(), card.signers.end());
  };
  for (const Document& document : trusted) {
    if (KindOf(document).home == Kind::Home::kCard) add(document);
    for (const DocumentPtr& card : document.cards) add(*card);
  }
  return cards;
}

absl::StatusOr<const Document*> Before(const CardsById& cards, const Document& card) {
  const auto found = cards.find(DocId::FromBytes(card.header->prev(0)).value_or(DocId()));
  if (found != cards.end()) return &found->second;
  return Refuse(v1::UNKNOWN_ISSUER, "the card before this one is not among what is trusted");
}

// Behind a recovery card also by the board that it would replace: whether it has taken power does
// not show in files.
absl::Status Follows(const CardsById& cards, const Document& next, const Document& before) {
  const CardTip tip{before.id, before.header->version()};
  const OrgId org = OrganisationOf(next);
  const absl::Status first = CheckSucceeds(next, org, tip, before.As<v1::OrgRoot>());
  const Document* card = &before;
  while (card->kind() == kinds::kRecovery) {
    ASSIGN_OR_RETURN(card, Before(cards, *card));
    if (CheckSucceeds(next, org, tip, card->As<v1::OrgRoot>()).ok()) return absl::OkStatus();
  }
  return first;
}

// A first card is complete in itself; a later one by those before it.
absl::Status AcceptCard(const CardsById& cards, const Document& card) {
  const Document* next = &card;
  while (next->header->version() > 1) {
    ASSIGN_OR_RETURN(const Document* const before, Before(cards, *next));
    RETURN_IF_ERROR(Follows(cards, *next, *before));
    next = before;
  }
  const auto& root = next->As<v1::OrgRoot>();
  if (OrganisationOf(*next) != OrganisationOf(card)) {
    return Refuse(v1::UNKNOWN_ISSUER, "the card follows one of another organisation");
  }
  if (Satisfies(root.board(), next->signers)) return absl::OkStatus();
  return Refuse(v1::UNDER_SIGNED,
                absl::StrCat("the card of '", root.name(),
                             "': ", SignedWords(root.board(), next->signers, SeatsOf(root))));
}

// When a document came, as far as loose files tell: by its signers' word, and not before what it
// follows on its chain. Which board signed hangs on it where cards changed.
std::vector<DocumentPtr> InOrder(const std::vector<Document>& trusted) {
  std::vector<DocumentPtr> sorted;
  sorted.reserve(trusted.size());
  for (const Document& document : trusted) {
    sorted.push_back(std::make_shared<const Document>(document));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a->header->version() < b->header->version();
  });
  std::map<std::pair<OrgId, std::string>, int64_t> latest;
  std::vector<std::pair<int64_t, DocumentPtr>> timed;
  for (DocumentPtr& document : sorted) {
    int64_t& time = latest[{IssuerOf(*document), document->header->chain()}];
    time = std::max(time, document->header->issued_at());
    timed.emplace_back(time, std::move(document));
  }
  std::stable_sort(timed.begin(), timed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  sorted.clear();
  for (auto& [time, document] : timed) sorted.push_back(std::move(document));
  return sorted;
}

// The trusted documents as logs, each from its organisation's first card on.
class Logbook {
 public:
  Logbook(const CardsById& cards, const std::vector<Document>& trusted) {
    for (const auto& [id, card] : cards) {
      if (card.header->version() > 1) continue;
      logs_[OrganisationOf(card)].entries.push_back(
          {std::make_shared<const Document>(card), absl::InfinitePast()});
    }
    for (DocumentPtr& document : InOrder(trusted)) Add(std::move(document));
  }

  bool HasCard(const OrgId& org) const {
    const auto log = logs_.find(org);
    return log != logs_.end() && BeginsWithItsCard(org, log->second);
  }
  const std::set<CommonsId>& charters() const { return charters_; }

  void Add(DocumentPtr document) {
    const OrgId org = IssuerOf(*document);
    const Kind& kind = KindOf(*document);
    if (kind.home == Kind::Home::kSet) return;  // stands beside a log
    if (kind.home == Kind::Home::kCard && document->header->version() == 1) return;  // is there
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

// Those of an organisation that count, or of these only the newest, and behind a recovery card also
// the one that it would replace; unset: none does.
std::optional<CardsInTurn> CardsOfIssuer(const CardsById& cards, const OrgId& issuer,
                                         bool only_newest) {
  std::map<uint64_t, const Document*> by_version;
  for (const auto& [id, card] : cards) {
    if (OrganisationOf(card) != issuer || !AcceptCard(cards, card).ok()) continue;
    by_version.emplace(card.header->version(), &card);
  }
  std::optional<CardsInTurn> turn;
  for (const auto& [version, card] : by_version) {
    auto root = std::static_pointer_cast<const v1::OrgRoot>(card->payload);
    if (!turn.has_value() || (only_newest && card->kind() != kinds::kRecovery)) {
      turn.emplace(std::move(root), card->id);
    } else {
      turn->Add(std::move(root), card->id, absl::InfinitePast());
    }
  }
  return turn;
}

// What stands in no log: by any card of its organisation, but a lift, which opens, by the newest.
absl::Status AcceptInSet(const CardsById& cards, const std::set<CommonsId>& charters,
                         const Document& document) {
  const OrgId issuer = IssuerOf(document);
  const auto turn = CardsOfIssuer(cards, issuer, document.kind() == kinds::kLift);
  if (!turn.has_value()) return NoCard();
  const auto named = CommonsId::FromBytes(KindOf(document).set_head(*document.payload).commons_id);
  std::optional<CommonsId> commons;
  if (named.ok() && (charters.empty() || charters.contains(*named))) commons = *named;
  return CheckBelongs(document, issuer, *turn, commons);
}

}  // namespace

absl::Status Accept(const std::vector<Document>& trusted, const Document& document) {
  std::vector<Document> others = trusted;
  std::erase_if(others, [&](const Document& other) { return other.id == document.id; });
  const CardsById cards = CardsOf(others);
  if (KindOf(document).home == Kind::Home::kCard) return AcceptCard(cards, document);
  Logbook book(cards, others);
  if (KindOf(document).home == Kind::Home::kSet) {
    return AcceptInSet(cards, book.charters(), document);
  }
  const OrgId issuer = IssuerOf(document);
  if (issuer != OrgId() && !book.HasCard(issuer)) {
    return NoCard();
  }
  ASSIGN_OR_RETURN(const CommonsId commons, CommonsOf(document, book.charters()));
  book.Add(std::make_shared<const Document>(document));
  return ProblemOf(book.Fold(commons), document.id, issuer);
}

}  // namespace commons::governance
