#include "governance/kinds/organisation/next_card.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/org_root.h"

namespace commons::governance {
namespace {

absl::Status CheckPlace(const v1::Header& next, const OrgId& org, const CardTip& tip) {
  if (next.version() == 1) {
    return Refuse(v1::OUT_OF_ORDER, "only a log's first entry is a first card");
  }
  if (next.issuer() != org.view()) {
    return Refuse(v1::UNKNOWN_ISSUER, "the card of another organisation than the log's");
  }
  if (next.version() == tip.version + 1 && next.prev(0) == tip.id.view()) return absl::OkStatus();
  return Refuse(v1::OUT_OF_ORDER, absl::StrCat("card version ", next.version(),
                                               " does not follow version ", tip.version));
}

// What other organisations know it by stays: names are unique in a commons, and the keys of the
// node are those of its log and its connections.
absl::Status CheckKept(const v1::OrgRoot& next, const v1::OrgRoot& card) {
  if (next.name() != card.name()) {
    return Refuse(v1::NOT_SUPPORTED_YET, "a card that changes the organisation's name; keep it");
  }
  if (NodeKeysOf(next) != NodeKeysOf(card)) {
    return Refuse(v1::NOT_SUPPORTED_YET, "a card that changes the keys of the node; keep them");
  }
  if (next.practice() == card.practice()) return absl::OkStatus();
  return Malformed("a card can't turn practice keys into real ones, nor back; found another one");
}

std::string Lacks(const Document& next, absl::string_view who) {
  return absl::StrCat("card version ", next.header->version(), " lacks signatures of ", who);
}

// Who gives up the place to it: the board, or those who may replace lost keys.
absl::Status CheckGivenUp(const Document& next, const v1::OrgRoot& card) {
  const bool recovers = next.kind() == kinds::kRecovery;
  const v1::Quorum& threshold = recovers ? card.recovery() : card.board();
  if (recovers && !card.has_recovery()) {
    return Refuse(v1::UNDER_SIGNED, "the card before it names nobody who may replace lost keys");
  }
  if (Satisfies(threshold, next.signers)) return absl::OkStatus();
  return Refuse(v1::UNDER_SIGNED, recovers ? Lacks(next, "those who may replace lost keys")
                                           : Lacks(next, "the board that goes"));
}

void SetKeys(const std::vector<PublicKey>& keys,
             google::protobuf::RepeatedPtrField<std::string>& to) {
  to.Clear();
  for (const PublicKey& key : keys) *to.Add() = key.ToBytes();
}

bool HasGroups(const v1::Quorum& board) {
  return std::any_of(board.members().begin(), board.members().end(),
                     [](const auto& member) { return member.has_group(); });
}

absl::Status SetSeats(const CardChanges& changes, v1::OrgRoot& root) {
  if (changes.board) *root.mutable_board() = *changes.board;
  if (!changes.seats) return absl::OkStatus();
  root.clear_seats();
  for (const auto& [label, key] : *changes.seats) {
    v1::Seat& seat = *root.add_seats();
    seat.set_label(label);
    seat.set_key(key.ToBytes());
  }
  if (changes.board) return absl::OkStatus();
  if (HasGroups(root.board())) {
    return absl::InvalidArgumentError(
        "the board decides by groups: say how it does with the new seats");
  }
  root.mutable_board()->clear_members();
  for (const v1::Seat& seat : root.seats()) {
    root.mutable_board()->add_members()->set_key(seat.key());
  }
  return absl::OkStatus();
}

v1::Header HeaderAfter(const Document& card, const CardTip& tip, absl::Time now) {
  v1::Header header;
  header.set_commons_id(CommonsId().ToBytes());
  header.set_issuer(OrganisationOf(card).ToBytes());
  header.set_chain(kOrgChain);
  header.set_version(tip.version + 1);
  header.add_prev(tip.id.ToBytes());
  header.set_issued_at(absl::ToUnixSeconds(now));
  header.set_effective_at(absl::ToUnixSeconds(now));
  header.set_expires_at(card.header->expires_at());
  return header;
}

}  // namespace

bool IsACard(const Document& document) {
  return document.kind() == kinds::kOrgRoot || document.kind() == kinds::kRecovery;
}

OrgId OrganisationOf(const Document& card) {
  if (card.header->version() == 1) return crypto::Retype<OrgId>(card.id);
  return OrgId::FromBytes(card.header->issuer()).value_or(OrgId());
}

absl::Status CheckSucceeds(const Document& next, const OrgId& org, const DocId& id,
                           const v1::OrgRoot& card) {
  return CheckSucceeds(next, org, CardTip{id, card.header().version()}, card);
}

absl::Status CheckSucceeds(const Document& next, const OrgId& org, const CardTip& tip,
                           const v1::OrgRoot& card) {
  RETURN_IF_ERROR(CheckPlace(*next.header, org, tip));
  const auto& root = next.As<v1::OrgRoot>();
  RETURN_IF_ERROR(CheckKept(root, card));
  RETURN_IF_ERROR(CheckGivenUp(next, card));
  if (!Satisfies(root.board(), next.signers)) {
    return Refuse(v1::UNDER_SIGNED, Lacks(next, "the board that comes"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DraftNextCard(const Document& card, const CardChanges& changes,
                                          absl::Time now) {
  v1::OrgRoot root = card.As<v1::OrgRoot>();
  const CardTip tip = changes.after.value_or(CardTip{card.id, card.header->version()});
  *root.mutable_header() = HeaderAfter(card, tip, now);
  RETURN_IF_ERROR(SetSeats(changes, root));
  if (changes.guardians) SetKeys(*changes.guardians, *root.mutable_guardians());
  if (changes.stewards) SetKeys(*changes.stewards, *root.mutable_stewards());
  if (changes.recovery) *root.mutable_recovery() = *changes.recovery;
  if (changes.recovery && changes.recovery->members().empty()) root.clear_recovery();
  if (changes.expires_at) root.mutable_header()->set_expires_at(*changes.expires_at);
  return Drafted(kOrgRootKind, root.SerializeAsString());
}

}  // namespace commons::governance
