#include "clients/office/files/policy_file.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "governance/document/payload.h"
#include "governance/rules/decide.h"

namespace commons::clients {
namespace {

const std::set<std::string> kLater = {"project_budget", "researcher_budget", "asker_budget",
                                      "question_budget"};
const std::vector<std::string> kKeys = {
    "release",  "noise",       "threshold",   "rounding",      "yearly_budget_micro_rho",
    "purposes", "min_members", "cooling_off", "reply_slot_ms", "exclusive_cells",
    "collusion"};

// Of noise, of what is shown and of what it costs: an open figure has none of it.
const std::set<std::string> kOfProtected = {
    "noise", "threshold", "rounding", "yearly_budget_micro_rho", "collusion", "exclusive_cells"};

// One value of the file with its place, for errors.
struct Entry {
  const std::string& file;
  std::string key;
  const toml::node& node;

  absl::Status Error(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":", node.source().begin.line, ": ", key, " ", what));
  }
  template <typename Enum>
  absl::StatusOr<Enum> OneOf(const std::vector<std::pair<std::string, Enum>>& choices) const {
    const std::optional<std::string> text = node.value<std::string>();
    for (const auto& [name, value] : choices) {
      if (text == name) return value;
    }
    return Error(absl::StrCat(
        "must be one of ", absl::StrJoin(choices, ", ", [](std::string* out, const auto& choice) {
          absl::StrAppend(out, "\"", choice.first, "\"");
        })));
  }
  absl::StatusOr<uint64_t> Whole(uint64_t low, uint64_t high) const {
    const std::optional<int64_t> number =
        node.is_integer() ? node.value<int64_t>() : std::optional<int64_t>();
    if (!number || *number < 0 || static_cast<uint64_t>(*number) < low ||
        static_cast<uint64_t>(*number) > high) {
      return Error(absl::StrCat("must be a whole number from ", low, " to ", high));
    }
    return static_cast<uint64_t>(*number);
  }
  absl::StatusOr<std::vector<std::string>> Texts() const {
    std::vector<std::string> texts;
    const toml::array* array = node.as_array();
    if (array == nullptr) return Error("must be a list of texts, such as [\"planning\"]");
    for (const toml::node& element : *array) {
      const std::optional<std::string> text = element.value<std::string>();
      if (!text || text->empty()) return Error("must be a list of texts");
      texts.push_back(*text);
    }
    if (texts.empty()) return Error("must name at least one");
    return texts;
  }
};

void SetDefaults(const PolicyDefaults& defaults, v1::Rule& rule) {
  rule.set_release(v1::PROTECTED);
  rule.set_noise(v1::STANDARD);
  rule.set_threshold(6);
  rule.set_rounding(3);
  rule.set_yearly_budget_micro_rho(500000);
  rule.set_collusion(v1::MINORITY);
  rule.set_exclusive_cells(v1::REFUSE);
  rule.set_reply_slot_ms(defaults.reply_slot_ms);
  for (const std::string& purpose : defaults.purposes) rule.add_purposes(purpose);
}

absl::Status Apply(const Entry& entry, PolicyFile& policy) {
  v1::Rule& rule = policy.rule;
  if (entry.key == "release") {
    ASSIGN_OR_RETURN(const v1::Release value,
                     entry.OneOf<v1::Release>({{"protected", v1::PROTECTED}, {"open", v1::OPEN}}));
    rule.set_release(value);
  } else if (entry.key == "noise") {
    ASSIGN_OR_RETURN(const v1::NoiseClass value,
                     entry.OneOf<v1::NoiseClass>({{"light", v1::LIGHT},
                                                  {"fine", v1::FINE},
                                                  {"standard", v1::STANDARD},
                                                  {"broad", v1::BROAD}}));
    rule.set_noise(value);
  } else if (entry.key == "threshold") {
    ASSIGN_OR_RETURN(const uint64_t value, entry.Whole(1, 1000000));
    rule.set_threshold(value);
  } else if (entry.key == "rounding") {
    ASSIGN_OR_RETURN(const uint64_t value, entry.Whole(1, 1000000));
    rule.set_rounding(value);
  } else if (entry.key == "min_members") {
    ASSIGN_OR_RETURN(const uint64_t value, entry.Whole(1, 256));
    rule.set_min_members(value);
  } else if (entry.key == "yearly_budget_micro_rho") {
    ASSIGN_OR_RETURN(const uint64_t value, entry.Whole(1, uint64_t{1} << 62));
    rule.set_yearly_budget_micro_rho(value);
  } else if (entry.key == "reply_slot_ms") {
    ASSIGN_OR_RETURN(const uint64_t value, entry.Whole(0, 1000));
    rule.set_reply_slot_ms(value);
  } else if (entry.key == "exclusive_cells") {
    ASSIGN_OR_RETURN(
        const v1::ExclusiveCells value,
        entry.OneOf<v1::ExclusiveCells>({{"refuse", v1::REFUSE}, {"allow", v1::ALLOW}}));
    rule.set_exclusive_cells(value);
  } else if (entry.key == "collusion") {
    ASSIGN_OR_RETURN(
        const v1::CollusionModel value,
        entry.OneOf<v1::CollusionModel>({{"minority", v1::MINORITY}, {"all", v1::ALL}}));
    rule.set_collusion(value);
  } else if (entry.key == "purposes") {
    ASSIGN_OR_RETURN(const std::vector<std::string> texts, entry.Texts());
    rule.mutable_purposes()->Assign(texts.begin(), texts.end());
  } else {
    auto seconds = ParseSeconds(entry.node.value<std::string>().value_or(""));
    if (!seconds.ok()) {
      return entry.Error("must be a time such as \"0s\", \"36h\" or \"30d\", of at most 3660 days");
    }
    policy.cooling_off_seconds = *seconds;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> ParseSeconds(absl::string_view text) {
  const std::map<char, int64_t> units = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  int64_t number = 0;
  const auto unit = text.empty() ? units.end() : units.find(text.back());
  if (unit == units.end() || !absl::SimpleAtoi(text.substr(0, text.size() - 1), &number) ||
      number < 0 || number > governance::kCoolingOffSecondsMax / unit->second) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is not a time such as 36h, of at most 3660 days"));
  }
  return number * unit->second;
}

absl::Status CheckFits(const v1::Rule& rule, const v1::Standard& standard,
                       const std::string& file) {
  const absl::Status open =
      rule.release() == v1::OPEN ? governance::MayBeOpen(standard) : absl::OkStatus();
  if (!open.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": release = \"open\": ", open.message()));
  }
  const auto& allowed = standard.purposes();
  for (const std::string& purpose : rule.purposes()) {
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), purpose) != allowed.end()) {
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": purposes: '", purpose, "' is not a commons:purpose of ",
                     standard.dataset(), "; allowed: ", absl::StrJoin(allowed, ", ")));
  }
  return absl::OkStatus();
}

absl::StatusOr<PolicyFile> ParsePolicy(absl::string_view toml, const std::string& file,
                                       const PolicyDefaults& defaults) {
  const toml::parse_result parsed = toml::parse(std::string_view(toml.data(), toml.size()));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return absl::InvalidArgumentError(absl::StrCat(
        file, ":", error.source().begin.line, ": not TOML: ", std::string(error.description())));
  }
  PolicyFile policy;
  SetDefaults(defaults, policy.rule);
  for (const auto& [name, node] : parsed.table()) {
    const Entry entry{file, std::string(name.str()), node};
    if (entry.key == "roster") {
      return entry.Error("is not supported yet; the members that accept take part");
    }
    if (kLater.count(entry.key)) {
      return entry.Error("is not supported yet; only yearly_budget_micro_rho limits spending now");
    }
    if (std::find(kKeys.begin(), kKeys.end(), entry.key) == kKeys.end()) {
      return entry.Error(
          absl::StrCat("is not a key of a policy; did you mean ", Nearest(entry.key, kKeys), "?"));
    }
    RETURN_IF_ERROR(Apply(entry, policy));
  }
  const bool all_open = policy.rule.release() == v1::OPEN && !defaults.floor;
  for (const auto& [name, node] : parsed.table()) {
    if (!all_open || !kOfProtected.count(std::string(name.str()))) continue;
    return Entry{file, std::string(name.str()), node}.Error(
        "means nothing beside release = \"open\", where every figure is exact, shown and free; "
        "leave it out");
  }
  if (policy.rule.purposes().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": purposes is missing; write purposes = [\"planning\"] for example"));
  }
  if (policy.rule.min_members() == 0) {
    policy.rule.set_min_members(policy.rule.release() == v1::OPEN ? 1 : 3);
  }
  return policy;
}

}  // namespace commons::clients
