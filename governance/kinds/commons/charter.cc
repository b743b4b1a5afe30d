#include "governance/kinds/commons/charter.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/open_as.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/register/ballots.h"
#include "governance/register/next_header.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

absl::Status Check(const v1::Charter& p) {
  const uint64_t a = p.threshold_numerator(), b = p.threshold_denominator();
  if ((a != 0 || b != 0) && (a >= b || 2 * a < b)) {
    return Malformed("charter: the threshold a/b must be at least 1/2 and below 1");
  }
  if (p.cooling_off_seconds() < 0 || p.cooling_off_seconds() > kCoolingOffSecondsMax) {
    return Malformed("charter: cooling-off");
  }
  if (p.founders().empty() || p.founders_size() > static_cast<int>(limits::kMembers) ||
      p.founders_size() != p.founder_cards_size()) {
    return Malformed("charter: one card for each of 1 to 256 founders");
  }
  for (int i = 0; i < p.founders_size(); ++i) {
    if (!Is32(p.founders(i)) || (i > 0 && p.founders(i - 1) >= p.founders(i))) {
      return Malformed("charter: founders must be distinct and sorted");
    }
    if (p.founder_cards(i).payload_type() != kinds::kOrgRoot ||
        IdOf(p.founder_cards(i)).view() != p.founders(i)) {
      return Malformed("charter: founder cards must follow the order of the founders");
    }
  }
  return absl::OkStatus();
}

std::vector<const v1::Envelope*> FounderCards(const v1::Charter& p) {
  std::vector<const v1::Envelope*> cards;
  for (const v1::Envelope& card : p.founder_cards()) cards.push_back(&card);
  return cards;
}

absl::Status CheckFounders(const Document& charter) {
  std::set<std::string> names, node_keys;
  for (const auto& card : charter.cards) {
    const auto& root = card->As<v1::OrgRoot>();
    if (!names.insert(root.name()).second) {
      return Refuse(v1::MALFORMED, "charter: two founders named '" + root.name() + "'");
    }
    for (const std::string& key : NodeKeysOf(root)) {
      if (!node_keys.insert(key).second) {
        return Refuse(v1::MALFORMED, "charter: two founders share a node's key");
      }
    }
    if (root.practice() && !charter.As<v1::Charter>().practice()) {
      return Refuse(v1::PRACTICE_KEY, "'" + root.name() + "' has practice keys");
    }
  }
  return absl::OkStatus();
}

void Show(const Document& d, const Register*, Screen& s) {
  const auto& p = d.As<v1::Charter>();
  s.Title("Charter of a new commons");
  s.Texts("name", p.name());
  s.Texts("purpose", p.purpose());
  for (const auto& card : d.cards) {
    s.Line("founder",
           absl::StrCat(card->As<v1::OrgRoot>().name(), "  ", Fingerprint(card->id.view())));
    if (!Satisfies(card->As<v1::OrgRoot>().board(), card->signers)) {
      s.Warn(absl::StrCat("the card of '", card->As<v1::OrgRoot>().name(), "' lacks signatures"));
    }
  }
  const bool set = p.threshold_denominator() > 0;
  const uint64_t a = set ? p.threshold_numerator() : 2, b = set ? p.threshold_denominator() : 3;
  Electorate electorate{.orgs = {}, .numerator = a, .denominator = b};
  for (const auto& card : d.cards) electorate.orgs.insert(crypto::Retype<OrgId>(card->id));
  const uint64_t founders = electorate.orgs.size(), needed = electorate.Needed(std::nullopt);
  s.Line("decided by", absl::StrCat("more than ", a, "/", b, " of the members: ", needed, " of ",
                                    founders, " founders"));
  if (needed == founders && founders > 1) {
    s.Warn("every founder must agree to every common decision: one that is silent holds all up");
  }
  s.Line("wider rules wait", SpanWords(p.cooling_off_seconds()));
  if (p.cooling_off_seconds() == 0) s.Warn("wider rules act at once: there is no cooling-off");
  if (p.practice()) s.Warn("this is a PRACTICE commons");
}

}  // namespace

constinit const Kind kCharterKind = {
    .type = kinds::kCharter,
    .home = Kind::Home::kCommons,
    .make = Make<v1::Charter>,
    .genesis = true,
    .chain = Always<kCommonsChain>,
    .check = Of<v1::Charter, Check>,
    .carries = Of<v1::Charter, FounderCards>,
    .carried = &kOrgRootKind,
    .check_carried = CheckFounders,
    .never_signed =
        "a charter is not signed: each founder's board says yes with commons doc approve",
    .show = Show};

absl::StatusOr<std::string> DraftCharter(absl::Span<const v1::Envelope> founder_cards,
                                         absl::string_view name, absl::string_view purpose,
                                         absl::Duration cooling_off, bool practice,
                                         crypto::RandomSource& random, absl::Time now) {
  v1::Charter charter;
  *charter.mutable_header() = GenesisHeader(kCommonsChain, random, now);
  AddText(*charter.mutable_name(), name);
  AddText(*charter.mutable_purpose(), purpose);
  std::vector<v1::Envelope> cards(founder_cards.begin(), founder_cards.end());
  std::sort(cards.begin(), cards.end(),
            [](const auto& a, const auto& b) { return IdOf(a) < IdOf(b); });
  for (v1::Envelope& card : cards) {
    if (card.payload_type() != kOrgRootKind.type) {
      return Refuse(v1::MALFORMED, "a founder's card is not one");
    }
    ASSIGN_OR_RETURN(const Document opened, OpenAs(&kOrgRootKind, card));
    if (!Satisfies(opened.As<v1::OrgRoot>().board(), opened.signers)) {
      return Refuse(v1::UNDER_SIGNED,
                    absl::StrCat("the card of '", opened.As<v1::OrgRoot>().name(), "'"));
    }
    charter.add_founders(opened.id.ToBytes());
    *charter.add_founder_cards() = std::move(card);
  }
  charter.set_threshold_numerator(2);
  charter.set_threshold_denominator(3);
  charter.set_cooling_off_seconds(absl::ToInt64Seconds(cooling_off));
  charter.set_practice(practice);
  return Drafted(kCharterKind, charter.SerializeAsString());
}

}  // namespace commons::governance
