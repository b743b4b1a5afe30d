#include "governance/fold/fold_stops.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "crypto/hash.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/document/words.h"
#include "governance/fold/cards_in_log.h"
#include "governance/fold/recoveries.h"
#include "governance/kinds/table.h"
#include "proto/recovery.pb.h"

namespace commons::governance {
namespace {

// Of those who signed, by any of the cards.
std::set<PublicKey> GuardiansOn(const Document& freeze, const CardsInTurn& cards) {
  std::set<PublicKey> guardians;
  for (const PublicKey& key : freeze.signers) {
    const KeyInTurn* found = cards.Find(key);
    if (found != nullptr && found->roles.guardian) guardians.insert(key);
  }
  return guardians;
}

// By the key itself, or by a board from the first card on that names the key: so a board that went
// revokes none that came after it, and one that came may revoke those of before. All nodes that
// hold the same cards say the same of it, whatever came first.
bool MayRevoke(const Document& document, const CardsInTurn& cards, uint64_t* steps) {
  const std::string& bytes = document.As<v1::Revocation>().key();
  const KeyInTurn* const key = cards.Find(*PublicKey::FromBytes(bytes));
  if (key == nullptr) return false;
  const uint64_t first = key->cards.front()->header().version();
  const auto by_board = [&](const v1::OrgRoot& card) {
    return card.header().version() >= first && Satisfies(card.board(), document.signers);
  };
  return document.SignedBy(bytes) || by_board(*cards.newest().root) ||
         ByAny(cards, document, by_board, steps);
}

// Whether it is a freeze that one of the keys, and nobody but it, signed, nor the board.
bool IsOfKeyIn(const std::set<PublicKey>& keys, const Document& document, const CardsInTurn& cards,
               uint64_t* steps) {
  if (document.kind() != kinds::kFreeze) return false;
  const std::set<PublicKey> guardians = GuardiansOn(document, cards);
  return guardians.size() == 1 && keys.contains(*guardians.begin()) &&
         !ByAny(
             cards, document,
             [&](const v1::OrgRoot& card) { return Satisfies(card.board(), document.signers); },
             steps);
}

class StopsFolder {
 public:
  StopsFolder(const OrgLog& log, SharedLogCards cards) : log_(log), forked_at_(log.forked_at) {
    stops_.cards = SharedCards(cards, &cards->turn);
    stops_.in_log = std::move(cards);
  }
  const CardsInTurn& cards() const { return *stops_.cards; }
  uint64_t& steps() { return stops_.steps; }

  // Of a seat of the card that the recovery would replace, in whichever order they came.
  void AddObjection(const SetEntry& entry) {
    const DocId card = *DocId::FromBytes(entry.document->As<v1::Objection>().card());
    const auto recovery = stops_.in_log->recoveries.find(card);
    if (recovery == stops_.in_log->recoveries.end()) return;
    const v1::OrgRoot& replaced = *cards().all()[recovery->second.replaces].root;
    if (!KindOf(*entry.document).enough(*entry.document, replaced)) return;
    absl::Time& first = objections_.try_emplace(card, entry.seen_at).first->second;
    first = std::min(first, entry.seen_at);
  }

  void AddRevocation(const SetEntry& entry) {
    const auto& p = entry.document->As<v1::Revocation>();
    const PublicKey key = *PublicKey::FromBytes(p.key());
    uint64_t& size = stops_.revoked.try_emplace(key, p.last_good_size()).first->second;
    size = std::min<uint64_t>(size, p.last_good_size());
  }

  // Once all objections and revoked keys are known.
  void JudgeRecoveries() {
    stops_.recoveries = RecoveriesOf(*stops_.in_log, log_, objections_, stops_.revoked);
    power_ = PowerLeft(*stops_.in_log, stops_.recoveries);
    stops_.steps += stops_.recoveries.size();
  }

  // What came once the log was known to have two histories widens nothing: which board said it?
  void AddLift(const SetEntry& entry) {
    if (entry.seen_at >= forked_at_) return;
    if (!ByBoard(entry, StillCounting(*entry.document, stops_.revoked, kInNoLog))) return;
    const auto& lift = entry.document->As<v1::Lift>();
    named_.insert(lift.freezes().begin(), lift.freezes().end());
    if (!lift.key().empty()) lifted_here_.insert(*PublicKey::FromBytes(lift.key()));
  }
  // What is held and handed on must be the same at all nodes, whatever each had first, or they
  // would compare it for ever: only the newest board leaves something out, and nobody in a log of
  // two histories. All that it ends is ended here too.
  void AddLiftForAll(const SetEntry& entry) {
    const auto& lift = entry.document->As<v1::Lift>();
    if (lift.key().empty() || forked_at_ != absl::InfiniteFuture()) return;
    const auto signers = StillCounting(*entry.document, stops_.revoked, kInNoLog);
    if (!Satisfies(cards().newest().root->board(), signers)) return;
    stops_.lifted_keys.insert(*PublicKey::FromBytes(lift.key()));
  }

  void AddFreeze(const SetEntry& entry) {
    const Document& document = *entry.document;
    if (IsOfKeyIn(stops_.lifted_keys, document, cards(), &steps())) {
      stops_.left_out.insert(document.id);
    }
    if (IsOfKeyIn(lifted_here_, document, cards(), &steps()) ||
        named_.contains(document.id.ToBytes())) {
      stops_.lifted.insert(document.id);
      return;
    }
    stops_.freezes.push_back(
        {document.id, std::static_pointer_cast<const v1::Freeze>(document.payload), entry.seen_at});
  }

  void Hash(const DocumentSet& sets) {
    crypto::FieldHasher hasher("commons/sets/1");
    size_t handed_on = 0;
    for (const auto& [id, entry] : sets) {
      if (stops_.left_out.contains(id)) continue;
      ++handed_on;
      hasher.Add(id).AddU64(entry.document->signers.size());
      for (const PublicKey& signer : entry.document->signers) hasher.Add(signer);
    }
    if (handed_on > 0) stops_.sets_hash = hasher.Finish().ToBytes();
  }

  Stops Take() { return std::move(stops_); }

 private:
  bool ByBoard(const SetEntry& entry, const std::set<PublicKey>& signers) const {
    return ByThatInForce(cards(), power_, entry.seen_at, forked_at_,
                         [&](const v1::OrgRoot& card) { return Satisfies(card.board(), signers); });
  }

  const OrgLog& log_;
  const absl::Time forked_at_;
  std::map<DocId, absl::Time> objections_;  // the first to each recovery
  BoardPower power_;
  std::set<std::string> named_;
  std::set<PublicKey> lifted_here_;  // by what this node had first
  Stops stops_;
};

}  // namespace

bool IsOfLiftedKey(const Document& document, const Stops& stops, uint64_t* steps) {
  return IsOfKeyIn(stops.lifted_keys, document, *stops.cards, steps);
}

absl::Status CheckBelongs(const Document& document, const OrgId& org, const CardsInTurn& cards,
                          const std::optional<CommonsId>& commons, uint64_t* steps) {
  const Kind& kind = KindOf(document);
  if (kind.home != Kind::Home::kSet) {
    return Refuse(v1::OUT_OF_ORDER, absl::StrCat(KindWords(document.kind()), ": stands in a log"));
  }
  if (IssuerOf(document) != org) {
    return Refuse(v1::UNKNOWN_ISSUER, "issued by another organisation");
  }
  const SetHead head = kind.set_head(*document.payload);
  if (!kind.outside_commons && (!commons.has_value() || head.commons_id != commons->view())) {
    return Refuse(v1::WRONG_COMMONS, "a document of another commons");
  }
  const auto enough = [&](const v1::OrgRoot& card) { return kind.enough(document, card); };
  const bool counts = document.kind() == kinds::kRevocation ? MayRevoke(document, cards, steps)
                                                            : ByAny(cards, document, enough, steps);
  if (counts) return absl::OkStatus();
  return Refuse(v1::UNDER_SIGNED, absl::StrCat(KindWords(document.kind()), ": lacks signatures"));
}

Stops FoldStops(const OrgId& org, const OrgLog& log, const Ground& ground, SharedLogCards cards) {
  StopsFolder folder(log, std::move(cards));
  const DocumentSet none;
  const DocumentSet& sets = log.sets == nullptr ? none : *log.sets;
  const auto each = [&](absl::string_view kind, const auto& add) {
    for (const auto& [id, entry] : sets) {
      if (entry.document->kind() != kind) continue;
      ++folder.steps();
      const bool belongs =
          CheckBelongs(*entry.document, org, folder.cards(), ground.commons, &folder.steps()).ok();
      if (belongs) add(entry);
    }
  };
  each(kinds::kObjection, [&](const SetEntry& entry) { folder.AddObjection(entry); });
  each(kinds::kRevocation, [&](const SetEntry& entry) { folder.AddRevocation(entry); });
  folder.JudgeRecoveries();
  each(kinds::kLift, [&](const SetEntry& entry) {
    folder.AddLift(entry);
    folder.AddLiftForAll(entry);
  });
  each(kinds::kFreeze, [&](const SetEntry& entry) { folder.AddFreeze(entry); });
  folder.Hash(sets);
  return folder.Take();
}

}  // namespace commons::governance
