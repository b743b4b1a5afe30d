#include "records/infer/yes_or_no.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace commons::records {
namespace {

constexpr std::pair<absl::string_view, absl::string_view> kWords[] = {
    {"yes", "no"}, {"y", "n"},    {"true", "false"}, {"t", "f"},
    {"āe", "kāo"}, {"Āe", "kāo"}, {"ae", "kao"}};  // of the others only letters of ASCII fold

std::string Capitalised(std::string word) {
  word[0] = absl::ascii_toupper(static_cast<unsigned char>(word[0]));
  return word;
}

void AddInCapitals(const std::string& word, std::set<std::string>* to) {
  to->insert({word, Capitalised(word), absl::AsciiStrToUpper(word)});
}

}  // namespace

std::optional<YesOrNo> YesOrNoOf(const RowsOfTexts& texts) {
  std::set<std::string> yes, no;
  bool said_no = false, said_t = false, said_yes = false;
  for (const auto& [text, rows] : texts) {
    const std::string word = absl::AsciiStrToLower(text);
    bool known = false;
    for (const auto& [affirmed, denied] : kWords) {
      if (word != affirmed && word != denied) continue;
      known = true;
      said_no |= word == denied;
      said_t |= word == "t";
      said_yes |= word == affirmed && word != "t";
      (word == affirmed ? yes : no).insert(text);
      AddInCapitals(std::string(affirmed), &yes);
      AddInCapitals(std::string(denied), &no);
    }
    if (!known) return std::nullopt;
  }
  if (!said_yes && !(said_t && said_no)) return std::nullopt;  // T alone may be anything
  return YesOrNo{{yes.begin(), yes.end()}, {no.begin(), no.end()}, !said_no};
}

}  // namespace commons::records
