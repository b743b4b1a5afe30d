#include "records/infer/header_words.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"

namespace commons::records {
namespace {

constexpr absl::string_view kPersonal[] = {
    "name", "surname", "firstname", "lastname", "ingoa",    "address",  "street",  "email",
    "mail", "phone",   "mobile",    "dob",      "birth",    "passport", "licence", "notes",
    "note", "comment", "comments",  "text",     "latitude", "longitude"};
constexpr absl::string_view kPeople[] = {"patient", "client",  "person",   "people", "member",
                                         "nhi",     "student", "customer", "whanau", "citizen"};
constexpr absl::string_view kIds[] = {"id",     "nhi",    "ird", "patient", "client",
                                      "person", "member", "ref", "number",  "no"};

// The words of a header: "Patient_ID" and "patientId" are both patient, id.
std::vector<std::string> WordsOf(absl::string_view name) {
  std::vector<std::string> words(1);
  bool lower = false;
  for (const char c : name) {
    if (absl::ascii_isspace(c) || absl::ascii_ispunct(c) || (lower && absl::ascii_isupper(c))) {
      words.emplace_back();
    }
    lower = absl::ascii_islower(c);
    if (!absl::ascii_isspace(c) && !absl::ascii_ispunct(c)) {
      words.back().push_back(absl::ascii_tolower(c));
    }
  }
  return words;
}

template <size_t kCount>
bool HasWord(absl::string_view name, const absl::string_view (&list)[kCount]) {
  return absl::c_any_of(WordsOf(name), [&](const std::string& word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
  });
}

}  // namespace

bool NamesSomethingPersonal(absl::string_view heading) { return HasWord(heading, kPersonal); }

bool NamesPeople(absl::string_view heading) { return HasWord(heading, kPeople); }

bool NamesAnId(absl::string_view heading) { return HasWord(heading, kIds); }

}  // namespace commons::records
