#include "base/text/nearest.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace commons {
namespace {

constexpr size_t kComparedBytes = 128;
constexpr size_t kComparedNames = 512;
constexpr size_t kBeginningBytes = 3;

size_t Edits(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] =
          std::min({above + 1, row[j - 1] + 1,
                    diagonal + (absl::ascii_tolower(a[i - 1]) != absl::ascii_tolower(b[j - 1]))});
      diagonal = above;
    }
  }
  return row[b.size()];
}

using Letters = std::array<int, 256>;

Letters LettersOf(absl::string_view text) {
  Letters letters = {};
  for (const char c : text) ++letters[static_cast<uint8_t>(absl::ascii_tolower(c))];
  return letters;
}

// No text is made from another with fewer edits than it has letters that the other lacks.
size_t EditsAtLeast(const Letters& letters, size_t size, absl::string_view other) {
  Letters left = letters;
  size_t lacking = 0;
  for (const char c : other) {
    int& of_letter = left[static_cast<uint8_t>(absl::ascii_tolower(c))];
    lacking += of_letter <= 0;
    --of_letter;
  }
  return std::max(lacking, size - (other.size() - lacking));
}

absl::string_view Compared(absl::string_view text) { return text.substr(0, kComparedBytes); }

// Those that may be nearest, each with the fewest edits that it may take: the least first.
std::vector<std::pair<size_t, size_t>> Candidates(absl::string_view name,
                                                  const std::vector<std::string>& names) {
  const Letters letters = LettersOf(name);
  std::vector<std::pair<size_t, size_t>> candidates;
  candidates.reserve(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    candidates.emplace_back(EditsAtLeast(letters, name.size(), Compared(names[i])), i);
  }
  const size_t compared = std::min(candidates.size(), kComparedNames);
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<ptrdiff_t>(compared),
                    candidates.end());
  candidates.resize(compared);
  return candidates;
}

}  // namespace

std::string Nearest(absl::string_view name, const std::vector<std::string>& names) {
  const absl::string_view start = Compared(name);
  std::pair<size_t, size_t> best = {SIZE_MAX, SIZE_MAX};  // edits, place
  for (const auto& [at_least, place] : Candidates(start, names)) {
    if (at_least > best.first) break;
    best = std::min(best, {Edits(start, Compared(names[place])), place});
  }
  return best.second == SIZE_MAX ? "" : names[best.second];
}

std::string NearestWithinHalf(absl::string_view name, const std::vector<std::string>& names) {
  if (name.size() >= kBeginningBytes) {
    for (const std::string& longer : names) {
      if (absl::StartsWithIgnoreCase(longer, name)) return longer;
    }
  }
  const std::string nearest = Nearest(name, names);
  const absl::string_view a = Compared(name), b = Compared(nearest);
  return 2 * Edits(a, b) <= std::max(a.size(), b.size()) ? nearest : "";
}

std::string OrIsIt(absl::string_view name, const std::vector<std::string>& names) {
  const std::string nearest = NearestWithinHalf(name, names);
  return nearest.empty() ? "" : absl::StrCat("; is it \"", nearest, "\"?");
}

}  // namespace commons
