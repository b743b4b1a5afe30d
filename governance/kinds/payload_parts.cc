// The parts of payloads with rules of their own: cards and rules.
#include <set>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/document.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/kinds/payload.h"

namespace commons::governance {
namespace {

constexpr int kRuleListEntriesMax = 4096;

absl::Status Bad(absl::string_view what) { return Refuse(v1::MALFORMED, what); }

// Distinct valid keys over a whole card.
class CardKeys {
 public:
  absl::Status Add(absl::string_view bytes, absl::string_view what) {
    const auto key = PublicKey::FromBytes(bytes);
    if (!key.ok() || !crypto::IsValidPublicKey(*key)) {
      return Bad(absl::StrCat("card: the key of ", what, " is not valid"));
    }
    if (!keys_.insert(*key).second) {
      return Bad(absl::StrCat("card: the key of ", what, " is used twice"));
    }
    return absl::OkStatus();
  }

 private:
  std::set<PublicKey> keys_;
};

void CollectKeys(const v1::Quorum& quorum, std::set<std::string>& out) {
  for (const v1::Quorum::Member& member : quorum.members()) {
    if (member.has_group()) {
      CollectKeys(member.group(), out);
    } else {
      out.insert(member.key());
    }
  }
}

template <typename List>
absl::Status CheckList(const List& list, size_t bytes, absl::string_view name) {
  if (list.size() > kRuleListEntriesMax) return Bad(absl::StrCat("rule: too many ", name));
  for (const std::string& entry : list) {
    const bool nothing = entry.empty() && list.size() == 1;
    const bool fits =
        bytes > 0 ? entry.size() == bytes : !entry.empty() && entry.size() <= limits::kLabelBytes;
    if (!nothing && !fits) return Bad(absl::StrCat("rule: an entry of ", name));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsShortName(absl::string_view name) {
  return CheckText(name, 63).ok() && name[0] != '-' && name[0] != '.' &&
         name.find('/') == absl::string_view::npos;
}

absl::Status ValidateRule(const v1::Rule& rule) {
  RETURN_IF_ERROR(CheckList(rule.purposes(), 0, "purposes"));
  RETURN_IF_ERROR(CheckList(rule.columns(), 0, "columns"));
  RETURN_IF_ERROR(CheckList(rule.asking_orgs(), 32, "asking_orgs"));
  RETURN_IF_ERROR(CheckList(rule.researchers(), 32, "researchers"));
  RETURN_IF_ERROR(CheckList(rule.legal_bases(), 0, "legal_bases"));
  RETURN_IF_ERROR(CheckList(rule.labels(), 0, "labels"));
  return CheckList(rule.prohibited(), 0, "prohibited");
}

absl::Status ValidateOrgRoot(const v1::OrgRoot& root) {
  if (!IsShortName(root.name())) {
    return Bad(
        "card: the name needs 1 to 63 bytes of UTF-8 without / or control characters, not "
        "starting with - or .");
  }
  const int keys_max = static_cast<int>(limits::kQuorumKeys);
  if (root.seats().empty() || root.seats_size() > keys_max || root.guardians_size() > keys_max ||
      root.stewards_size() > keys_max) {
    return Bad("card: too few or too many seats, guardians or stewards");
  }
  CardKeys keys;
  std::set<std::string> labels, seats, board;
  for (const v1::Seat& seat : root.seats()) {
    if (seat.label().empty() || seat.label().size() > limits::kNameBytes ||
        !labels.insert(seat.label()).second) {
      return Bad("card: every seat needs its own label");
    }
    if (seat.until() != 0) return Refuse(v1::NOT_SUPPORTED_YET, "a seat with an end");
    seats.insert(seat.key());
    RETURN_IF_ERROR(keys.Add(seat.key(), absl::StrCat("seat '", seat.label(), "'")));
  }
  RETURN_IF_ERROR(ValidateQuorum(root.board()));
  CollectKeys(root.board(), board);
  if (board != seats) return Bad("card: the board's threshold must name exactly the seats' keys");
  for (const std::string& key : root.guardians()) RETURN_IF_ERROR(keys.Add(key, "a guardian"));
  for (const std::string& key : root.stewards()) RETURN_IF_ERROR(keys.Add(key, "a steward"));
  RETURN_IF_ERROR(keys.Add(root.node().node_key(), "the node"));
  RETURN_IF_ERROR(keys.Add(root.node().tls_key(), "the node's connections"));
  RETURN_IF_ERROR(keys.Add(root.node().witness_key(), "the witness"));
  return root.has_recovery() ? ValidateQuorum(root.recovery()) : absl::OkStatus();
}

std::vector<std::string> NodeKeysOf(const v1::OrgRoot& root) {
  return {root.node().node_key(), root.node().tls_key(), root.node().witness_key()};
}

}  // namespace commons::governance
