// The nearest of several names, for "did you mean": fewest edits (Levenshtein), first on a tie.
#ifndef COMMONS_BASE_TEXT_NEAREST_H_
#define COMMONS_BASE_TEXT_NEAREST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace commons {

// "" when there are no names. Long texts are compared on their first 128 bytes. Of many names the
// 512 are compared whose letters are most nearly its own: at most 16,384 steps each, and of all the
// others as many as they have bytes. ASCII letters in either case are equal.
std::string Nearest(absl::string_view name, const std::vector<std::string>& names);
// One that begins with all of `name`, if that has three bytes; else the nearest, and "" when more
// than half of the longer text would have to be edited.
std::string NearestWithinHalf(absl::string_view name, const std::vector<std::string>& names);

// "; is it "NAME"?" of NearestWithinHalf, or nothing.
std::string OrIsIt(absl::string_view name, const std::vector<std::string>& names);

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_NEAREST_H_
