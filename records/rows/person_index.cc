#include "records/rows/person_index.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

namespace commons::records {

PersonIndex::PersonIndex(absl::string_view rank_key, crypto::RandomSource& random)
    : rank_key_(rank_key), person_key_(crypto::PrfKey::Generate(random)) {}

absl::StatusOr<uint32_t> PersonIndex::AddRow(absl::string_view person, absl::string_view content) {
  if (person_of_row_.size() >= UINT32_MAX) {
    return absl::ResourceExhaustedError("import: more rows than persons can be numbered");
  }
  const std::array<uint64_t, 2> hash = person_key_.Hash128(person);
  const uint32_t next = static_cast<uint32_t>(numbers_.size());
  const auto [known, is_new] = numbers_.try_emplace(hash, next);
  const uint32_t number = known->second;
  if (is_new) {
    message_.clear();
    for (const char c : person) {
      if (c != ' ' && c != '-') message_.push_back(absl::ascii_tolower(c));
    }
    folded_.insert(person_key_.Hash64(message_));
  }

  message_.assign(person.data(), person.size());
  message_.append(content.data(), content.size());
  person_of_row_.push_back(number);
  order_of_row_.push_back(static_cast<uint32_t>(rank_key_.Hash64(message_)));
  return number;
}

std::vector<uint8_t> PersonIndex::TakeRanks() {
  std::vector<uint32_t> start(numbers_.size() + 1);
  decltype(numbers_)().swap(numbers_);
  decltype(folded_)().swap(folded_);
  for (const uint32_t person : person_of_row_) ++start[person + 1];
  for (size_t i = 1; i < start.size(); ++i) start[i] += start[i - 1];
  // Rows by person; start[p] moves to the end of p's rows, which is where p+1's begin.
  std::vector<uint32_t> rows(person_of_row_.size());
  for (uint32_t row = 0; row < rows.size(); ++row) rows[start[person_of_row_[row]]++] = row;
  std::vector<uint32_t>().swap(person_of_row_);

  std::vector<uint8_t> ranks(rows.size());
  auto first = rows.begin();
  for (size_t person = 0; person + 1 < start.size(); ++person) {
    const auto last = rows.begin() + start[person];
    std::sort(first, last, [this](uint32_t a, uint32_t b) {
      return std::pair(order_of_row_[a], a) < std::pair(order_of_row_[b], b);
    });
    for (auto row = first; row != last; ++row) {
      ranks[*row] = static_cast<uint8_t>(std::min<ptrdiff_t>(row - first, 255));
    }
    first = last;
  }
  std::vector<uint32_t>().swap(order_of_row_);
  return ranks;
}

}  // namespace commons::records
