#include "governance/kinds/organisation/org_root.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/keys.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/register/next_header.h"
#include "governance/register/register.h"
#include "governance/review/card_changes.h"
#include "governance/review/lookalike.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

// Distinct valid keys over a whole card.
class CardKeys {
 public:
  absl::Status Add(absl::string_view bytes, absl::string_view what) {
    const auto key = PublicKey::FromBytes(bytes);
    if (!key.ok() || !crypto::IsValidPublicKey(*key)) {
      return Malformed(absl::StrCat("card: the key of ", what, " is not valid"));
    }
    if (!keys_.insert(*key).second) {
      return Malformed(absl::StrCat("card: the key of ", what, " is used twice"));
    }
    return absl::OkStatus();
  }

 private:
  std::set<PublicKey> keys_;
};

}  // namespace

absl::Status CheckCard(const v1::OrgRoot& root) {
  if (!IsShortName(root.name())) {
    return Malformed(
        "card: the name needs 1 to 63 bytes of UTF-8 without / or control characters, not "
        "starting with - or .");
  }
  if (root.header().version() > 1 && root.header().effective_at() > root.header().issued_at()) {
    return Refuse(v1::NOT_SUPPORTED_YET,
                  "a card that acts later than it stands in its log; sign it when it is to act");
  }
  const int keys_max = static_cast<int>(limits::kQuorumKeys);
  if (root.seats().empty() || root.seats_size() > keys_max || root.guardians_size() > keys_max ||
      root.stewards_size() > keys_max) {
    return Malformed("card: too few or too many seats, guardians or stewards");
  }
  CardKeys keys;
  std::set<std::string> labels, seats;
  for (const v1::Seat& seat : root.seats()) {
    if (seat.label().empty() || seat.label().size() > limits::kNameBytes ||
        !labels.insert(seat.label()).second) {
      return Malformed("card: every seat needs its own label");
    }
    if (seat.until() != 0) {
      return Refuse(v1::NOT_SUPPORTED_YET,
                    "a seat with an end: no document bears a time that can be trusted; take the "
                    "seat off with the next card");
    }
    seats.insert(seat.key());
    RETURN_IF_ERROR(keys.Add(seat.key(), absl::StrCat("seat '", seat.label(), "'")));
  }
  RETURN_IF_ERROR(ValidateQuorum(root.board()));
  if (KeysIn(root.board()) != seats)
    return Malformed("card: the board's threshold must name exactly the seats' keys");
  for (const std::string& key : root.guardians()) RETURN_IF_ERROR(keys.Add(key, "a guardian"));
  for (const std::string& key : root.stewards()) RETURN_IF_ERROR(keys.Add(key, "a steward"));
  RETURN_IF_ERROR(keys.Add(root.node().node_key(), "the node"));
  RETURN_IF_ERROR(keys.Add(root.node().tls_key(), "the node's connections"));
  RETURN_IF_ERROR(keys.Add(root.node().witness_key(), "the witness"));
  return root.has_recovery() ? ValidateQuorum(root.recovery()) : absl::OkStatus();
}

namespace {

// A seat by its label, another key by its fingerprint.
std::string KeyName(const std::string& key, const v1::OrgRoot& card) {
  for (const v1::Seat& seat : card.seats()) {
    if (seat.key() == key) return Shown(seat.label());
  }
  return absl::StrCat("the key ", Fingerprint(key));
}

// "2 of 3 in the board (chair, kaumatua, treasurer)": who is in which group decides as much as how
// many are needed.
std::string Threshold(const v1::Quorum& quorum, const v1::OrgRoot& card) {
  std::vector<std::string> members;
  for (const v1::Quorum::Member& m : quorum.members()) {
    members.push_back(m.has_group() ? Threshold(m.group(), card) : KeyName(m.key(), card));
  }
  return absl::StrCat(quorum.k(), " of ", quorum.members_size(), " in ",
                      quorum.name().empty() ? "the board" : Shown(quorum.name()), " (",
                      absl::StrJoin(members, ", "), ")");
}

void ShowKeys(absl::string_view what, const google::protobuf::RepeatedPtrField<std::string>& keys,
              Screen& s) {
  for (const std::string& key : keys) s.Line(what, absl::StrCat("the key ", Fingerprint(key)));
}

void Record(const Counted& counted, OrgState& state) {
  state.cards.Append(counted);
  state.reign = {StandingCardOf(counted), std::nullopt};
}

// The one whose place it takes; nullptr: not known here.
const v1::OrgRoot* CardBefore(const v1::OrgRoot& next, const Register* reg) {
  const auto org = OrgId::FromBytes(next.header().issuer());
  const auto* cards = reg == nullptr || !org.ok() ? nullptr : reg->CardsOf(*org);
  if (cards == nullptr) return nullptr;
  for (const auto& card : cards->versions) {
    if (card.id.view() == next.header().prev(0)) return card.payload.get();
  }
  const Recovery* waiting = reg->WaitingRecovery(*org);
  const bool follows = waiting != nullptr && waiting->card.id.view() == next.header().prev(0);
  return follows ? waiting->replaces.get() : nullptr;
}

void ShowChanges(const v1::OrgRoot& next, const Register* reg, Screen& s) {
  const v1::OrgRoot* before = CardBefore(next, reg);
  if (before == nullptr) {
    return s.Warn("the card before it is not known here: what changes is not shown");
  }
  for (const CardChange& change : CardChangesBetween(*before, next)) {
    if (change.wider) {
      s.Warn(absl::StrCat("WIDER: ", change.words));
    } else {
      s.Line("changes", change.words);
    }
  }
}

void Show(const Document& d, const Register* reg, Screen& s) {
  s.Title("Organisation card");
  const uint64_t version = d.header->version();
  if (version > 1) {
    s.Line("version",
           absl::StrCat(version, "; it rules from where it stands in the organisation's log"));
  }
  ShowCard(d, reg, s);
}

}  // namespace

void ShowCard(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::OrgRoot>();
  if (p.header().version() > 1) ShowChanges(p, reg, s);
  s.Line("name", Shown(p.name()));
  WarnOfCardName(d, reg, s);
  s.Line("board decides by", Threshold(p.board(), p));
  for (const v1::Seat& seat : p.seats()) {
    s.Line("seat", absl::StrCat(Shown(seat.label()), "  ", Fingerprint(seat.key())));
    if (LooksLikeAPerson(seat.label())) {
      s.Warn(absl::StrCat("'", Shown(seat.label()), "' looks like a person's name; use a role"));
    }
  }
  ShowKeys("may stop answers at once", p.guardians(), s);
  ShowKeys("may publish editions", p.stewards(), s);
  if (p.has_recovery()) {
    s.Line("lost keys are replaced by", Threshold(p.recovery(), p));
  } else {
    s.Warn("no recovery is set: once too few seats can sign, nobody can replace their keys");
  }
  if (p.guardians().empty()) s.Warn("nobody may stop answers at once: no guardian");
  if (p.board().k() == 1 && p.seats_size() > 1) s.Warn("one seat alone can decide everything");
  if (p.practice()) s.Warn("these are PRACTICE keys: a real commons refuses them");
}

void WarnOfCardName(const Document& card, const Register* reg, Screen& s) {
  std::vector<absl::string_view> others;
  if (reg != nullptr) {
    for (const auto& [id, member] : reg->members()) {
      if (id.view() != card.id.view()) others.push_back(member.name);
    }
  }
  WarnOfName(card.As<v1::OrgRoot>().name(), others, s);
}

constinit const Kind kOrgRootKind = {.type = kinds::kOrgRoot,
                                     .home = Kind::Home::kCard,
                                     .make = Make<v1::OrgRoot>,
                                     .genesis = true,
                                     .renewed = true,
                                     .chain = Always<kOrgChain>,
                                     .check = Of<v1::OrgRoot, CheckCard>,
                                     .own_keys = Of<v1::OrgRoot, SeatKeysOf>,
                                     .record = Record,
                                     .show = Show};

absl::StatusOr<std::string> DraftOrgRoot(const OrgRootDraft& draft, crypto::RandomSource& random,
                                         absl::Time now) {
  v1::OrgRoot root;
  *root.mutable_header() = GenesisHeader(kOrgChain, random, now);
  root.set_name(draft.name);
  root.mutable_board()->set_name("board");
  root.mutable_board()->set_k(draft.board_k);
  for (const auto& [label, key] : draft.seats) {
    v1::Seat& seat = *root.add_seats();
    seat.set_label(label);
    seat.set_key(key.ToBytes());
    root.mutable_board()->add_members()->set_key(key.ToBytes());
  }
  if (draft.board) *root.mutable_board() = *draft.board;
  if (draft.recovery) *root.mutable_recovery() = *draft.recovery;
  for (const PublicKey& key : draft.guardians) root.add_guardians(key.ToBytes());
  for (const PublicKey& key : draft.stewards) root.add_stewards(key.ToBytes());
  root.mutable_node()->set_node_key(draft.node_key.ToBytes());
  root.mutable_node()->set_tls_key(draft.tls_key.ToBytes());
  root.mutable_node()->set_witness_key(draft.witness_key.ToBytes());
  root.set_practice(draft.practice);
  return Drafted(kOrgRootKind, root.SerializeAsString());
}

std::vector<std::string> SeatKeysOf(const v1::OrgRoot& root) {
  std::vector<std::string> keys;
  for (const v1::Seat& seat : root.seats()) keys.push_back(seat.key());
  return keys;
}

std::vector<std::string> NodeKeysOf(const v1::OrgRoot& root) {
  return {root.node().node_key(), root.node().tls_key(), root.node().witness_key()};
}

}  // namespace commons::governance
