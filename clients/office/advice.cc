#include "clients/office/advice.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace commons::clients {
namespace {

constexpr absl::string_view kCommands[] = {"commons doc ", "commons dataset "};

size_t EndOfWord(absl::string_view words, size_t at) {
  while (at < words.size() && (absl::ascii_islower(words[at]) || words[at] == '-')) ++at;
  return at;
}

// Where the command that begins at `at` ends: "commons doc approve", "commons doc new KIND".
size_t EndOfCommand(absl::string_view words, size_t at, absl::string_view command) {
  const size_t verb = at + command.size(), end = EndOfWord(words, verb);
  const bool names_a_kind = words.substr(verb, end - verb) == "new" && end < words.size();
  return names_a_kind ? EndOfWord(words, end + 1) : end;
}

}  // namespace

std::string ForDirectory(absl::string_view words, absl::string_view dir) {
  if (absl::StrContains(words, "--dir ")) return std::string(words);
  std::string out;
  while (!words.empty()) {
    size_t at = words.size(), end = words.size();
    for (const absl::string_view command : kCommands) {
      const size_t found = words.find(command);
      if (found >= at) continue;
      at = found;
      end = EndOfCommand(words, at, command);
    }
    absl::StrAppend(&out, words.substr(0, end), at == words.size() ? "" : " --dir ",
                    at == words.size() ? "" : dir);
    words.remove_prefix(end);
  }
  return out;
}

}  // namespace commons::clients
