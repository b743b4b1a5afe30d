#include "governance/standard/priority_check.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/document/text.h"
#include "governance/standard/roles.h"

namespace commons::governance {
namespace {

using CodeTexts = std::map<std::string, std::pair<std::string, std::string>>;

CodeTexts CodesOf(const v1::Column& column) {
  CodeTexts codes;
  for (const v1::Code& code : column.codes()) {
    codes[code.value()] = {code.label(), code.exclusive_org()};
  }
  return codes;
}

std::vector<std::string> MissingOf(const v1::Column& column) {
  return {column.missing_values().begin(), column.missing_values().end()};
}

// All but the order of its codes is the source's.
bool IsMadeFrom(const v1::Column& column, const v1::Column& source) {
  return column.role() == v1::DIMENSION && !HasResponses(column) &&
         column.type() == source.type() && column.required() == source.required() &&
         column.codes_size() == source.codes_size() && CodesOf(column) == CodesOf(source) &&
         MissingOf(column) == MissingOf(source);
}

absl::Status CheckPriority(const v1::Column& column, const v1::Standard& standard) {
  const auto source =
      std::find_if(standard.columns().begin(), standard.columns().end(),
                   [&](const v1::Column& one) { return one.name() == column.priority_of(); });
  if (source != standard.columns().end() && HasResponses(*source) && IsMadeFrom(column, *source)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the field ", Quoted(column.name()), " counts each row in its first code of ",
                   Quoted(column.priority_of()),
                   ", which has to be a field of several responses with the same codes; write "
                   "commons:priority there"));
}

}  // namespace

std::string PrioritisedName(const std::string& source) {
  return absl::StrCat(source, "_prioritised");
}

absl::Status CheckPriorities(const v1::Standard& standard) {
  for (const v1::Column& column : standard.columns()) {
    if (column.priority_of().empty()) continue;
    if (absl::Status status = CheckPriority(column, standard); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
