#include "tests/bench/soak/report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/bench/soak/attacks.h"

namespace commons::soak {
namespace {

std::string MedianMs(std::vector<double> seconds) {
  if (seconds.empty()) return "-";
  std::sort(seconds.begin(), seconds.end());
  return absl::StrCat(static_cast<int>(std::lround(1000 * seconds[seconds.size() / 2])));
}

std::string RowOf(const Stretch& before, const Stretch& attack) {
  return absl::StrFormat(
      "| %s | %d | %s | %s | %s | %s, %s | %d, %d, %d | %s |\n", attack.name, attack.answered,
      CountsAsText(attack.refused), CountsAsText(attack.hostile_missing),
      CountsAsText(attack.honest_missing), MedianMs(before.seconds), MedianMs(attack.seconds),
      attack.memory_before_mib, attack.memory_most_mib, attack.memory_after_mib, attack.outcome);
}

}  // namespace

std::string TableOf(const Tally& tally) {
  std::string table =
      "| attack | answered | refused | hostile member missed | honest member missed, not down "
      "| median ms before, during | MiB before, most, after | what came of it |\n"
      "|---|---|---|---|---|---|---|---|\n";
  const auto stretches = tally.stretches();
  for (size_t i = 1; i < stretches.size(); ++i) {
    if (!stretches[i].name.empty()) table += RowOf(stretches[i - 1], stretches[i]);
  }
  return table;
}

std::string WordsOf(const Tally& tally) {
  std::string words = "\nWhat askers were told:\n";
  for (const auto& [reason, message] : tally.words()) {
    absl::StrAppend(&words, "  ", reason, ": ", message, "\n");
  }
  return words;
}

std::string VerdictOf(const Tally& tally, int trend_mib) {
  int answered = 0, refused = 0;
  for (const Stretch& stretch : tally.stretches()) {
    answered += stretch.answered;
    for (const auto& [reason, times] : stretch.refused) refused += times;
  }
  std::string verdict = absl::StrFormat(
      "\n%d questions answered, %d refused; %d of %d large protected figures within their margin; "
      "%s grew by %d MiB over the last two thirds\n",
      answered, refused, tally.within(), tally.shown(), kLasting, trend_mib);
  const auto broken = tally.broken();
  for (const std::string& promise : broken) absl::StrAppend(&verdict, "BROKEN: ", promise, "\n");
  return absl::StrCat(verdict, broken.empty() ? "every promise was kept\n" : "");
}

}  // namespace commons::soak
