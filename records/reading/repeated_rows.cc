#include "records/reading/repeated_rows.h"

#include <algorithm>
#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

constexpr absl::string_view kTimes[] = {"", "once", "twice", "three times", "four times"};

uint64_t HashOfRow(const ImportRow& row) {
  uint64_t hash = absl::HashOf(row.person);
  for (const absl::string_view text : row.texts) hash = absl::HashOf(hash, text);
  return hash;
}

}  // namespace

void RepeatedRows::Observe(const ImportRow& row) {
  const uint64_t hash = HashOfRow(row);
  if (hash > limit_) return;
  uint8_t& count = counts_[hash];
  count += count < UINT8_MAX;
  if (counts_.size() <= kSampled) return;
  limit_ /= 2;
  absl::erase_if(counts_, [&](const auto& entry) { return entry.first > limit_; });
}

std::string RepeatedRows::Warning() const {
  uint64_t rows = 0, with[std::size(kTimes)] = {};
  for (const auto& [hash, count] : counts_) {
    rows += count;
    if (count < std::size(kTimes)) with[count] += count;
  }
  const auto most = std::max_element(std::begin(with) + 2, std::end(with));
  if (rows < kRowsMin || 2 * *most <= rows) return "";
  return absl::StrCat(limit_ == UINT64_MAX ? "" : "about ", PercentOf(*most, rows),
                      " of the rows stand in the file ", kTimes[most - std::begin(with)],
                      ", alike in every declared column: was an export pasted below itself? Each "
                      "one is counted");
}

}  // namespace commons::records
