#include "governance/document/words.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace commons::governance {
namespace {

constexpr Term kTerms[] = {
    {"OrgRoot", "organisation card", ""},
    {"Recovery", "recovery card", ""},
    {"NodeInfo", "address of a node", ""},
    {"Charter", "charter", ""},
    {"Resolution", "common decision", ""},
    {"Approval", "yes or no to a common decision", ""},
    {"OwnerPolicy", "our rules", ""},
    {"CommonsPolicy", "common rules", ""},
    {"Manifest", "notice of holdings", ""},
    {"Standard", "common definition", ""},
    {"Accreditation", "word for a researcher's key", ""},
    {"Project", "project", ""},
    {"ProjectApproval", "yes or no to a project", ""},
    {"Freeze", "stop", ""},
    {"Lift", "end of a stop", ""},
    {"Decline", "no of a seat", ""},
    {"Revocation", "end of a key", ""},
    {"Objection", "objection to a recovery", ""},
    {"Withdrawal", "withdrawal of a proposal", ""},
    {"Leave", "farewell", ""},
    {"epoch", "edition", ""},
    {"roster", "who takes part", ""},
    {"meet", "the strictest rule wins", ""},
    {"checkpoint", "log page", ""},
    {"witness", "confirmed by neighbours", ""},
    {"digest", "question number", ""},
    {"SMALL_CELL", "too small to show", ""},
};

// "OwnerPolicy" for "commons/owner-policy/1".
std::string MessageName(absl::string_view payload_type) {
  absl::ConsumePrefix(&payload_type, "commons/");
  std::string name;
  bool upper = true;
  for (const char c : payload_type.substr(0, payload_type.find('/'))) {
    if (c != '-') name += upper ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c;
    upper = c == '-';
  }
  return name;
}

}  // namespace

absl::Span<const Term> Terms() { return kTerms; }

absl::string_view WordFor(absl::string_view wire, Language language) {
  const Term* const found = std::find_if(std::begin(kTerms), std::end(kTerms),
                                         [&](const Term& term) { return term.wire == wire; });
  if (found == std::end(kTerms)) return "";
  if (language == Language::kEnglish) return found->en;
  return found->mi.empty() ? absl::string_view(kNotYetSupplied) : found->mi;
}

absl::string_view KindWords(absl::string_view payload_type) {
  const absl::string_view words = WordFor(MessageName(payload_type));
  return words.empty() ? "document" : words;
}

}  // namespace commons::governance
