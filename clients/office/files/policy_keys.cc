#include "clients/office/files/policy_keys.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/ids.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/office/files/seconds.h"
#include "governance/document/legal_basis.h"

namespace commons::clients {
namespace {

constexpr uint64_t kHoldDaysMax = 3660;

template <typename Enum>
absl::StatusOr<Enum> OneOf(const PolicyEntry& entry,
                           const std::vector<std::pair<std::string, Enum>>& choices) {
  const std::optional<std::string> text = entry.node.value<std::string>();
  for (const auto& [name, value] : choices) {
    if (text == name) return value;
  }
  return entry.Error(absl::StrCat(
      "must be one of ", absl::StrJoin(choices, ", ", [](std::string* out, const auto& choice) {
        absl::StrAppend(out, "\"", choice.first, "\"");
      })));
}

absl::StatusOr<uint64_t> Whole(const PolicyEntry& entry, uint64_t low, uint64_t high) {
  const std::optional<int64_t> number =
      entry.node.is_integer() ? entry.node.value<int64_t>() : std::optional<int64_t>();
  if (!number || *number < 0 || static_cast<uint64_t>(*number) < low ||
      static_cast<uint64_t>(*number) > high) {
    return entry.Error(absl::StrCat("must be a whole number from ", low, " to ", high));
  }
  return static_cast<uint64_t>(*number);
}

absl::StatusOr<std::vector<std::string>> Texts(const PolicyEntry& entry) {
  std::vector<std::string> texts;
  const toml::array* array = entry.node.as_array();
  if (array == nullptr) return entry.Error("must be a list of texts, such as [\"planning\"]");
  for (const toml::node& element : *array) {
    const std::optional<std::string> text = element.value<std::string>();
    if (!text || text->empty()) return entry.Error("must be a list of texts");
    if (absl::StripAsciiWhitespace(*text) != *text) {
      return entry.Error(absl::StrCat("'", *text, "' has spaces around it; take them away"));
    }
    texts.push_back(*text);
  }
  if (texts.empty()) return entry.Error("must name at least one");
  return texts;
}

struct Policy {
  v1::Rule& rule;
  int64_t& cooling_off_seconds;
};
using Setter = absl::Status (*)(const PolicyEntry&, Policy);

template <auto kSet, uint64_t kLow, uint64_t kHigh>
absl::Status SetWhole(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(const uint64_t value, Whole(entry, kLow, kHigh));
  (policy.rule.*kSet)(value);
  return absl::OkStatus();
}

absl::Status SetRelease(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(const v1::Release value,
                   OneOf<v1::Release>(entry, {{"protected", v1::PROTECTED}, {"open", v1::OPEN}}));
  policy.rule.set_release(value);
  return absl::OkStatus();
}

absl::Status SetNoise(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(const v1::NoiseClass value,
                   OneOf<v1::NoiseClass>(entry, {{"light", v1::LIGHT},
                                                 {"fine", v1::FINE},
                                                 {"standard", v1::STANDARD},
                                                 {"broad", v1::BROAD}}));
  policy.rule.set_noise(value);
  return absl::OkStatus();
}

absl::Status SetExclusiveCells(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(
      const v1::ExclusiveCells value,
      OneOf<v1::ExclusiveCells>(entry, {{"refuse", v1::REFUSE}, {"allow", v1::ALLOW}}));
  policy.rule.set_exclusive_cells(value);
  return absl::OkStatus();
}

absl::Status SetCollusion(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(
      const v1::CollusionModel value,
      OneOf<v1::CollusionModel>(entry, {{"minority", v1::MINORITY}, {"all", v1::ALL}}));
  policy.rule.set_collusion(value);
  return absl::OkStatus();
}

absl::Status SetCoolingOff(const PolicyEntry& entry, Policy policy) {
  const auto seconds = ParseSeconds(entry.node.value<std::string>().value_or(""));
  if (!seconds.ok()) {
    return entry.Error("must be a time such as \"0s\", \"36h\" or \"30d\", of at most 3660 days");
  }
  policy.cooling_off_seconds = *seconds;
  return absl::OkStatus();
}

template <auto kList>
absl::Status SetTexts(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts(entry));
  (policy.rule.*kList)()->Assign(texts.begin(), texts.end());
  return absl::OkStatus();
}

absl::Status SetLegalBases(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts(entry));
  for (const std::string& text : texts) {
    const absl::Status known = governance::CheckLegalBasis(text);
    if (!known.ok()) return entry.Error(known.message());
  }
  policy.rule.mutable_legal_bases()->Assign(texts.begin(), texts.end());
  return absl::OkStatus();
}

absl::Status SetResearchers(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts(entry));
  for (const std::string& text : texts) {
    const auto key = PublicKey::FromHex(text);
    if (!key.ok()) return entry.Error(absl::StrCat("'", text, "' is not a public key in hex"));
    policy.rule.add_researchers(key->ToBytes());
  }
  return absl::OkStatus();
}

// A member's name, where it is known who is one, or an organisation's id in hex.
absl::StatusOr<OrgId> OrgNamed(const PolicyEntry& entry, const std::string& text) {
  if (const auto found = entry.members.find(text); found != entry.members.end()) {
    return found->second;
  }
  if (const auto id = OrgId::FromHex(text); id.ok()) return *id;
  std::vector<std::string> names;
  for (const auto& [name, org] : entry.members) names.push_back(name);
  return entry.Error(
      names.empty()
          ? absl::StrCat("'", text,
                         "' is not an organisation's id in hex; names are known only "
                         "where a node is: commons peers --format json shows the ids")
          : absl::StrCat("'", text, "' is no member; did you mean ", Nearest(text, names), "?"));
}

absl::Status SetAskingOrgs(const PolicyEntry& entry, Policy policy) {
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts(entry));
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(const OrgId org, OrgNamed(entry, text));
    policy.rule.add_asking_orgs(org.ToBytes());
  }
  return absl::OkStatus();
}

using Rule = v1::Rule;
constexpr auto kPurposes =
    static_cast<google::protobuf::RepeatedPtrField<std::string>* (Rule::*)()>(
        &Rule::mutable_purposes);
constexpr auto kColumns = static_cast<google::protobuf::RepeatedPtrField<std::string>* (Rule::*)()>(
    &Rule::mutable_columns);
constexpr auto kProhibited =
    static_cast<google::protobuf::RepeatedPtrField<std::string>* (Rule::*)()>(
        &Rule::mutable_prohibited);
constexpr uint64_t kBudgetMax = uint64_t{1} << 62;

const std::vector<std::pair<std::string, Setter>>& Setters() {
  static const auto* const setters = new std::vector<std::pair<std::string, Setter>>{
      {"release", SetRelease},
      {"noise", SetNoise},
      {"threshold", SetWhole<&Rule::set_threshold, 1, 1000000>},
      {"rounding", SetWhole<&Rule::set_rounding, 1, 1000000>},
      {"yearly_budget_micro_rho", SetWhole<&Rule::set_yearly_budget_micro_rho, 1, kBudgetMax>},
      {"project_budget", SetWhole<&Rule::set_project_budget_micro_rho, 1, kBudgetMax>},
      {"researcher_budget", SetWhole<&Rule::set_researcher_budget_micro_rho, 1, kBudgetMax>},
      {"asker_budget", SetWhole<&Rule::set_asker_budget_micro_rho, 1, kBudgetMax>},
      {"question_budget", SetWhole<&Rule::set_question_budget_micro_rho, 1, kBudgetMax>},
      // As some files of before have it.
      {"question_budget_micro_rho", SetWhole<&Rule::set_question_budget_micro_rho, 1, kBudgetMax>},
      {"purposes", SetTexts<kPurposes>},
      {"prohibited", SetTexts<kProhibited>},
      {"columns", SetTexts<kColumns>},
      {"asking_orgs", SetAskingOrgs},
      {"researchers", SetResearchers},
      {"legal_bases", SetLegalBases},
      {"hold_days", SetWhole<&Rule::set_hold_days, 1, kHoldDaysMax>},
      {"min_members", SetWhole<&Rule::set_min_members, 1, 256>},
      {"min_membership_days", SetWhole<&Rule::set_min_membership_days, 1, kHoldDaysMax>},
      {"cooling_off", SetCoolingOff},
      {"reply_slot_ms", SetWhole<&Rule::set_reply_slot_ms, 0, 1000>},
      {"exclusive_cells", SetExclusiveCells},
      {"collusion", SetCollusion}};
  return *setters;
}

}  // namespace

absl::Status PolicyEntry::Error(absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(file, ":", node.source().begin.line, ": ", key, " ", what));
}

absl::Status ApplyEntry(const PolicyEntry& entry, v1::Rule& rule, int64_t& cooling_off_seconds) {
  std::vector<std::string> names;
  for (const auto& [name, set] : Setters()) {
    if (name == entry.key) return set(entry, {rule, cooling_off_seconds});
    names.push_back(name);
  }
  return entry.Error(
      absl::StrCat("is not a key of a policy; did you mean ", Nearest(entry.key, names), "?"));
}

}  // namespace commons::clients
