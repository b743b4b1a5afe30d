#include "governance/standard/held_under.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/decimal.h"
#include "base/text/moment.h"
#include "governance/document/refusal.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

const v1::Column* Find(const v1::Standard& standard, const std::string& name) {
  const auto found = std::find_if(standard.columns().begin(), standard.columns().end(),
                                  [&](const v1::Column& column) { return column.name() == name; });
  return found == standard.columns().end() ? nullptr : &*found;
}

bool CanBeAsked(const v1::Column& column) {
  return column.role() != v1::ROLE_UNSPECIFIED && column.role() != v1::SKIP &&
         column.role() != v1::HIDDEN && column.role() != v1::IDENTIFIER;
}

bool SameCode(const v1::Code& a, const v1::Code& b) {
  return a.value() == b.value() && LabelOf(a) == LabelOf(b) &&
         a.exclusive_org() == b.exclusive_org();
}

// What a text in a file stands for: a code's place, or -1 for no value.
std::map<std::string, int> MeaningsOf(const v1::Column& column) {
  std::map<std::string, int> meanings;
  for (int i = 0; i < column.codes_size(); ++i) {
    meanings.emplace(column.codes(i).value(), i);
    for (const std::string& also : column.codes(i).also()) meanings.emplace(also, i);
  }
  for (const std::string& missing : column.missing_values()) meanings.emplace(missing, -1);
  return meanings;
}

bool IsNumberOrDate(const std::string& text) {
  int64_t scaled;
  return ParseDecimal(text, limits::kDecimalsMax, &scaled) != DecimalFault::kNotANumber ||
         ParseMoment(text).has_value();
}

// Texts that were rejected before may stand for something now; none that was read may stand for
// something else.
bool TextsMeanTheSame(const v1::Column& held, const v1::Column& asked) {
  const auto before = MeaningsOf(held), now = MeaningsOf(asked);
  const bool kept = std::all_of(before.begin(), before.end(), [&](const auto& text) {
    const auto found = now.find(text.first);
    return found != now.end() && found->second == text.second;
  });
  const bool values = held.codes_size() == 0;  // any number or date was read as what it is
  return kept && !(values && std::any_of(now.begin(), now.end(), [&](const auto& text) {
                     return before.count(text.first) == 0 && IsNumberOrDate(text.first);
                   }));
}

// The codes of `held`, in their order, begin those of `asked`: a code is stored as its place.
bool CodesBegin(const v1::Column& held, const v1::Column& asked) {
  if ((held.codes_size() == 0) != (asked.codes_size() == 0)) return false;
  return held.codes_size() <= asked.codes_size() &&
         std::equal(held.codes().begin(), held.codes().end(), asked.codes().begin(), SameCode);
}

bool BandsLieInside(const v1::Column& held, const v1::Column& asked) {
  if (asked.breaks().empty()) return true;
  return !held.breaks().empty() && *asked.breaks().begin() <= *held.breaks().begin() &&
         *held.breaks().rbegin() <= *asked.breaks().rbegin();
}

bool LimitsLieInside(const v1::Column& held, const v1::Column& asked) {
  const bool low =
      !asked.has_minimum() || (held.has_minimum() && asked.minimum() <= held.minimum());
  const bool high =
      !asked.has_maximum() || (held.has_maximum() && held.maximum() <= asked.maximum());
  return low && high && asked.period_from() <= held.period_from() &&
         held.period_to() <= asked.period_to();
}

// Rows with more responses than a question pays for would weigh more than it says.
bool ResponsesLieInside(const v1::Column& held, const v1::Column& asked) {
  return HasResponses(held) == HasResponses(asked) && held.max_responses() <= asked.max_responses();
}

// What was rounded when it was read would be a rejected row now.
bool RoundedAsNow(const v1::Column& held, const v1::Column& asked) {
  return !held.round() || asked.round();
}

const v1::Grouping* FindGrouping(const v1::Column& column, const std::string& name) {
  const auto& all = column.groupings();
  const auto found = std::find_if(all.begin(), all.end(), [&](const v1::Grouping& grouping) {
    return grouping.name() == name;
  });
  return found == all.end() ? nullptr : &*found;
}

// Of codes that begin those of `asked`; codes that came since are in any group.
bool GroupsTheSame(const v1::Grouping& held, const v1::Grouping& asked) {
  if (held.group_of_size() > asked.group_of_size()) return false;
  for (int i = 0; i < held.group_of_size(); ++i) {
    const v1::Code& before = held.groups(static_cast<int>(held.group_of(i)));
    const v1::Code& now = asked.groups(static_cast<int>(asked.group_of(i)));
    if (before.value() != now.value() || before.label() != now.label()) return false;
  }
  return true;
}

bool MeansTheSame(const v1::Column& held, const v1::Column& asked) {
  return CanBeAsked(held) && held.type() == asked.type() && held.decimals() == asked.decimals() &&
         held.unit() == asked.unit() && held.period_unit() == asked.period_unit() &&
         UnitOf(held) == UnitOf(asked) && held.zone() == asked.zone() &&
         held.priority_of() == asked.priority_of() && held.required() == asked.required() &&
         CodesBegin(held, asked) && TextsMeanTheSame(held, asked) && BandsLieInside(held, asked) &&
         LimitsLieInside(held, asked) && ResponsesLieInside(held, asked) &&
         RoundedAsNow(held, asked);
}

}  // namespace

absl::Status RefuseHeldUnder(const v1::Standard& asked, absl::string_view what) {
  return Refuse(v1::WRONG_STANDARD,
                absl::StrCat(asked.dataset(), " is held under an earlier definition, ", what,
                             "; its owner has to import again"));
}

absl::Status CheckHeldUnder(const v1::Standard& held, const v1::Standard& asked,
                            const std::set<uint32_t>& columns,
                            const std::multimap<uint32_t, uint32_t>& groupings) {
  if (held.entity() != asked.entity() || held.unit() != asked.unit()) {
    return RefuseHeldUnder(asked, "which counts people in another way");
  }
  for (const uint32_t index : columns) {
    const v1::Column& column = asked.columns(static_cast<int>(index));
    if (column.name() == asked.entity()) continue;
    const v1::Column* before = Find(held, column.name());
    if (before == nullptr) {
      return RefuseHeldUnder(asked, absl::StrCat("which lacks '", column.name(), "'"));
    }
    if (!MeansTheSame(*before, column)) {
      return RefuseHeldUnder(asked,
                             absl::StrCat("in which '", column.name(), "' is not as it is now"));
    }
    const auto [first, end] = groupings.equal_range(index);
    for (auto grouped = first; grouped != end; ++grouped) {
      const v1::Grouping& grouping = column.groupings(static_cast<int>(grouped->second));
      const v1::Grouping* known = FindGrouping(*before, grouping.name());
      if (known == nullptr || GroupsTheSame(*known, grouping)) continue;
      return RefuseHeldUnder(
          asked, absl::StrCat("in which the groups of '", grouping.name(), "' are others"));
    }
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
