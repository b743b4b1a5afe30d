#include "governance/document/legal_basis.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace commons::governance {

const std::vector<std::string>& LegalBases() {
  static const auto* const bases =
      new std::vector<std::string>{"consent",
                                   "information privacy principle",
                                   "approved information sharing agreement",
                                   "information matching agreement",
                                   "statute section",
                                   "statistical exception"};
  return *bases;
}

absl::Status CheckLegalBasis(absl::string_view text) {
  const std::vector<std::string>& bases = LegalBases();
  if (std::find(bases.begin(), bases.end(), text) != bases.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is no legal basis; one of: ", absl::StrJoin(bases, ", ")));
}

}  // namespace commons::governance
