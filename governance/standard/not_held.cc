#include "governance/standard/not_held.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/text/nearest.h"
#include "governance/document/refusal.h"

namespace commons::governance {
namespace {

// -1: no column of that name.
int IndexOf(const std::string& name, const v1::Standard& standard) {
  const auto found = std::find_if(standard.columns().begin(), standard.columns().end(),
                                  [&](const v1::Column& column) { return column.name() == name; });
  return found == standard.columns().end() ? -1
                                           : static_cast<int>(found - standard.columns().begin());
}

absl::Status CheckName(const std::string& name, const v1::Standard& standard) {
  const auto refuse = [&](absl::string_view why, absl::string_view instead = "") {
    return Refuse(v1::MALFORMED,
                  absl::StrCat("stated as not held: \"", name.substr(0, limits::kNameBytes), "\" ",
                               why, " of ", standard.dataset(), instead));
  };
  const int index = IndexOf(name, standard);
  if (index < 0) {
    std::vector<std::string> names;
    for (const v1::Column& column : standard.columns()) names.push_back(column.name());
    return refuse("is no column of the definition", OrIsIt(name, names));
  }
  if (name == standard.entity()) return refuse("tells people apart in the definition");
  if (!IsKept(standard.columns(index), standard)) return refuse("is skipped by the definition");
  if (!standard.columns(index).priority_of().empty()) {
    return refuse("is made from another column: state that one");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsKept(const v1::Column& column, const v1::Standard& standard) {
  return column.role() != v1::SKIP && column.role() != v1::ROLE_UNSPECIFIED &&
         column.name() != standard.entity();
}

absl::Status CheckNotHeld(const std::set<std::string>& names, const v1::Standard& standard) {
  for (const std::string& name : names) {
    if (absl::Status status = CheckName(name, standard); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckColumnsHeld(const v1::Manifest& notice, const v1::Standard& asked,
                              const std::set<uint32_t>& columns) {
  for (const std::string& name : notice.not_held()) {
    const bool used = std::any_of(columns.begin(), columns.end(), [&](uint32_t index) {
      const v1::Column& column = asked.columns(static_cast<int>(index));
      return column.name() == name || column.priority_of() == name;
    });
    if (!used) continue;
    return Refuse(v1::COLUMN_NOT_HELD,
                  absl::StrCat("column '", name, "' is not in the data that this owner holds"));
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
