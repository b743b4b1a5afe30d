#include "base/text/nearest.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace commons {
namespace {

constexpr size_t kComparedBytes = 128;
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

}  // namespace

std::string Nearest(absl::string_view name, const std::vector<std::string>& names) {
  const absl::string_view start = name.substr(0, kComparedBytes);
  const auto best =
      std::min_element(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
        return Edits(start, absl::string_view(a).substr(0, kComparedBytes)) <
               Edits(start, absl::string_view(b).substr(0, kComparedBytes));
      });
  return best == names.end() ? "" : *best;
}

std::string NearestWithinHalf(absl::string_view name, const std::vector<std::string>& names) {
  if (name.size() >= kBeginningBytes) {
    for (const std::string& longer : names) {
      if (absl::StartsWithIgnoreCase(longer, name)) return longer;
    }
  }
  const std::string nearest = Nearest(name, names);
  const absl::string_view a = name.substr(0, kComparedBytes);
  const absl::string_view b = absl::string_view(nearest).substr(0, kComparedBytes);
  return 2 * Edits(a, b) <= std::max(a.size(), b.size()) ? nearest : "";
}

}  // namespace commons
