#include "governance/kinds/signing_status.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/fingerprint.h"
#include "governance/document/missing.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/words.h"
#include "governance/kinds/table.h"
#include "governance/review/expiry_words.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

std::string SeatsThat(const Document& document, const v1::OrgRoot& card, bool signed_it) {
  std::vector<std::string> labels;
  for (const v1::Seat& seat : card.seats()) {
    if (document.SignedBy(seat.key()) == signed_it) labels.push_back(Shown(seat.label()));
  }
  return absl::StrJoin(labels, ", ");
}

// Who signs without a seat: stewards, a project's lead, the node.
std::string OtherSigners(const Document& document, const v1::OrgRoot& card) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& key, absl::string_view what) {
    if (document.SignedBy(key)) names.push_back(absl::StrCat(what, " ", Fingerprint(key)));
  };
  const Kind& kind = KindOf(document);
  if (kind.by_guardians) {
    for (const std::string& key : card.guardians()) add(key, "the guardian's key");
  }
  if (kind.by_stewards) {
    for (const std::string& key : card.stewards()) add(key, "the steward's key");
  }
  if (kind.own_keys != nullptr && kind.home != Kind::Home::kCard) {
    const char* const whose =
        kind.home == Kind::Home::kSet ? "the key itself" : "the researcher's key";
    for (const std::string& key : kind.own_keys(*document.payload)) add(key, whose);
  }
  add(card.node().node_key(), "the node's key");
  return absl::StrJoin(names, ", ");
}

// nullptr for all but a card that takes the place of another, which its own board signs too.
const v1::OrgRoot* CardThatComes(const Document& document) {
  const bool later = KindOf(document).home == Kind::Home::kCard && document.header->version() > 1;
  return later ? &document.As<v1::OrgRoot>() : nullptr;
}

void ShowThreshold(const Document& document, const v1::OrgRoot& card, Screen& screen) {
  const bool recovers = KindOf(document).by_recovery;
  if (recovers && !card.has_recovery()) {
    return screen.Warn("the card before it names nobody who may replace lost keys");
  }
  // A guardian alone, or a key that gives itself up: no board is waited for.
  const bool alone =
      KindOf(document).home == Kind::Home::kSet && KindOf(document).enough(document, card);
  if (document.kind() == kinds::kObjection && !alone) {
    return screen.Line("signatures", "none that counts yet: any one seat is enough");
  }
  screen.Line(recovers ? "of those who replace lost keys" : "signatures",
              alone ? "signed by who is enough"
                    : SignedWords(ThresholdOf(document, card), document.signers, SeatsOf(card)));
  if (recovers) return;
  screen.Line("seats that signed", SeatsThat(document, card, true));
  screen.Line("seats that did not", SeatsThat(document, card, false));
}

void ShowSigners(const Document& document, const v1::OrgRoot& card, Screen& screen) {
  if (KindOf(document).home == Kind::Home::kBeside) {
    screen.Line("signed", EnoughSigned(document, card) ? "by the node" : "by nobody whose it is");
    return;
  }
  ShowThreshold(document, card, screen);
  if (const v1::OrgRoot* const comes = CardThatComes(document)) {
    screen.Line("of the board that comes",
                SignedWords(comes->board(), document.signers, SeatsOf(*comes)));
  }
  screen.Line("also signed", OtherSigners(document, card));
}

void ShowDeclined(const Document& document, const v1::OrgRoot& card,
                  const std::vector<Document>& others, Screen& screen) {
  for (const Document& other : others) {
    if (other.kind() != kinds::kDecline) continue;
    const auto& decline = other.As<v1::Decline>();
    if (decline.document() != document.id.view()) continue;
    const std::string who = SeatsThat(other, card, true);
    if (who.empty()) continue;
    screen.Line("declined by", who);
    screen.Texts("because", decline.reason());
  }
}

}  // namespace

const v1::Quorum& ThresholdOf(const Document& document, const v1::OrgRoot& card) {
  return KindOf(document).by_recovery ? card.recovery() : card.board();
}

bool EnoughSigned(const Document& document, const v1::OrgRoot& card) {
  const Kind& kind = KindOf(document);
  if (!kind.never_signed.empty()) return true;
  if (kind.home == Kind::Home::kBeside) return document.SignedBy(card.node().node_key());
  if (kind.home == Kind::Home::kSet) return kind.enough(document, card);
  const v1::OrgRoot* const comes = CardThatComes(document);
  return Satisfies(ThresholdOf(document, card), document.signers) &&
         (comes == nullptr || Satisfies(comes->board(), document.signers));
}

std::string SigningStatus(const Document& document, const std::optional<v1::OrgRoot>& card,
                          const std::vector<Document>& others, absl::Time now) {
  Screen screen;
  screen.Title(absl::StrCat(KindWords(document.kind()), ", ", Fingerprint(document.id.view())));
  const absl::string_view never = KindOf(document).never_signed;
  screen.Line("signatures", never);
  if (never.empty() && card) {
    ShowSigners(document, *card, screen);
    ShowDeclined(document, *card, others, screen);
  } else if (never.empty()) {
    screen.Line("signatures", absl::StrCat(document.signers.size(),
                                           "; whose they are is on the card of its organisation"));
  }
  const int64_t ends = document.kind() == kinds::kNodeInfo
                           ? document.As<v1::NodeInfo>().expires_at()
                           : document.header->expires_at();
  screen.Line("ends", ExpiryWords(ends, now));
  return screen.Finish();
}

}  // namespace commons::governance
