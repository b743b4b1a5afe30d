#include "records/infer/codes_that_follow.h"

#include <algorithm>

#include "records/infer/column_profile.h"

namespace commons::records {
namespace {

constexpr uint16_t kMissing = 0;
constexpr uint16_t kNoCode = UINT16_MAX;  // too long, or one of too many
constexpr uint16_t kUnseen = UINT16_MAX;

}  // namespace

void CodesThatFollow::AddColumn() {
  const size_t fresh = texts_.size();
  texts_.emplace_back();
  for (size_t other = 0; other < fresh; ++other) {
    pairs_.push_back({other, fresh, {}});
    pairs_.push_back({fresh, other, {}});
  }
}

uint16_t CodesThatFollow::NumberOf(size_t column, const std::string& text) {
  if (text.empty()) return kMissing;
  auto& numbers = texts_[column];
  if (const auto known = numbers.find(text); known != numbers.end()) return known->second;
  if (numbers.size() == kCodesMax || text.size() > ColumnProfile::kCodeBytes) return kNoCode;
  return numbers.emplace(text, static_cast<uint16_t>(numbers.size() + 1)).first->second;
}

bool CodesThatFollow::Holds(Pair& pair, const std::vector<uint16_t>& numbers) {
  const uint16_t from = numbers[pair.from], to = numbers[pair.column];
  if (from == kNoCode || to == kNoCode || (from == kMissing) != (to == kMissing)) return false;
  if (from >= pair.image.size()) pair.image.resize(from + size_t{1}, kUnseen);
  if (pair.image[from] == kUnseen) pair.image[from] = to;
  return pair.image[from] == to;
}

void CodesThatFollow::Observe(const std::vector<std::string>& texts) {
  while (texts_.size() < std::min(texts.size(), kColumnsMax)) AddColumn();
  if (pairs_.empty()) return;
  std::vector<uint16_t> numbers(texts_.size());
  for (size_t i = 0; i < std::min(texts.size(), numbers.size()); ++i) {
    numbers[i] = NumberOf(i, texts[i]);
  }
  pairs_.erase(std::remove_if(pairs_.begin(), pairs_.end(),
                              [&](Pair& pair) { return !Holds(pair, numbers); }),
               pairs_.end());
}

bool CodesThatFollow::Follows(size_t column, size_t from) const {
  return std::any_of(pairs_.begin(), pairs_.end(),
                     [&](const Pair& pair) { return pair.column == column && pair.from == from; });
}

}  // namespace commons::records
