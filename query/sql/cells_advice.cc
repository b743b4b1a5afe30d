#include "query/sql/cells_advice.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/period.h"
#include "governance/standard/scalar.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/question/partials.h"
#include "query/sql/names/resolve.h"

namespace commons::query::sql {
namespace {

constexpr size_t kNamed = 3;  // ways out

class Adviser {
 public:
  Adviser(const v1::Question& question, const v1::Standard& standard)
      : question_(question), standard_(standard) {
    for (const v1::Dimension& dimension : question.dimensions()) {
      counts_.push_back(CellsOf(question, dimension, standard));
    }
    for (const v1::Partial& partial : question.partials()) {
      if (partial.kind() != v1::COUNT_BANDS) continue;
      bands_ = std::max<uint64_t>(bands_, BandsOf(question, partial.column(), standard).size());
    }
  }

  std::string Words() {
    if (question_.sets_size() > 1 && CellsOfSet(question_.sets(0), counts_) <= Most()) {
      ways_.push_back("drop ROLLUP");
    }
    for (const int place : LargestFirst()) {
      AddCoarser(place);
      AddCondition(place);
    }
    for (const int place : LargestFirst()) AddWithout(place);
    if (ways_.empty()) ways_.push_back("group by fewer of them, and ask several questions");
    ways_.resize(std::min(ways_.size(), kNamed));
    return absl::StrCat(" (", absl::StrJoin(Sizes(), ", "), "): ", absl::StrJoin(ways_, ", or "));
  }

 private:
  const v1::Column& ColumnOf(int place) const {
    return standard_.columns(static_cast<int>(question_.dimensions(place).column()));
  }
  std::string NameOf(int place) const {
    const auto grouping = static_cast<int>(question_.dimensions(place).grouping());
    return QuoteName(grouping > 0 ? ColumnOf(place).groupings(grouping - 1).name()
                                  : ColumnOf(place).name());
  }
  uint64_t Most() const { return limits::kCells / bands_; }

  static uint64_t CellsOfSet(const v1::GroupingSet& set, const std::vector<uint64_t>& counts) {
    uint64_t cells = 1;
    for (const uint32_t place : set.dimensions()) {
      cells = std::min<uint64_t>(cells * std::max<uint64_t>(counts[place], 1), UINT32_MAX);
    }
    return cells;
  }
  // With so many cells of one dimension.
  bool Suffices(int place, uint64_t cells) const {
    std::vector<uint64_t> counts = counts_;
    counts[place] = cells;
    uint64_t all = 0;
    for (const v1::GroupingSet& set : question_.sets()) all += CellsOfSet(set, counts);
    return all <= Most();
  }

  std::vector<int> LargestFirst() const {
    std::vector<int> places(counts_.size());
    for (size_t i = 0; i < places.size(); ++i) places[i] = static_cast<int>(i);
    std::stable_sort(places.begin(), places.end(),
                     [&](int a, int b) { return counts_[a] > counts_[b]; });
    return places;
  }

  std::vector<std::string> Sizes() const {
    std::vector<std::string> sizes;
    for (const int place : LargestFirst()) {
      sizes.push_back(absl::StrCat(NameOf(place), " ", counts_[place]));
    }
    if (bands_ > 1) sizes.push_back(absl::StrCat("bands of the percentile ", bands_));
    return sizes;
  }

  void AddCoarser(int place) {
    v1::Dimension coarser = question_.dimensions(place);
    coarser.clear_groups();
    for (const v1::PeriodUnit unit : {v1::WEEK, v1::MONTH, v1::QUARTER, v1::YEAR}) {
      if (ShapeOf(ColumnOf(place)) != Shape::kDate || !MayGroupBy(ColumnOf(place), unit)) continue;
      coarser.set_unit(unit);
      if (!AddInPlace(place, coarser,
                      absl::StrCat("date_trunc('", UnitName(governance::UnitOf(unit)), "', ",
                                   QuoteName(ColumnOf(place).name()), ")"))) {
        continue;
      }
      return;  // what is finer says more
    }
    for (int i = 0; i < ColumnOf(place).groupings_size(); ++i) {
      coarser.set_grouping(i + 1);
      AddInPlace(place, coarser, QuoteName(ColumnOf(place).groupings(i).name()));
    }
  }
  bool AddInPlace(int place, const v1::Dimension& coarser, const std::string& written) {
    const uint64_t cells = CellsOf(question_, coarser, standard_);
    if (cells >= counts_[place] || !Suffices(place, cells)) return false;
    ways_.push_back(absl::StrCat("group by ", written, " (", cells, ") in its place"));
    return true;
  }

  void AddCondition(int place) {
    const bool filtered =
        FindFilter(question_.filters(), question_.dimensions(place).column()) != nullptr;
    if (filtered || !Suffices(place, 1)) return;
    ways_.push_back(absl::StrCat("keep fewer groups of ", NameOf(place), " with WHERE"));
  }

  void AddWithout(int place) {
    if (counts_.size() > 1 && Suffices(place, 1)) {
      ways_.push_back(absl::StrCat("leave ", NameOf(place), " out"));
    }
  }

  const v1::Question& question_;
  const v1::Standard& standard_;
  std::vector<uint64_t> counts_;  // cells of each dimension
  uint64_t bands_ = 1;
  std::vector<std::string> ways_;
};

}  // namespace

std::string FewerCells(const v1::Question& question, const v1::Standard& standard) {
  return Adviser(question, standard).Words();
}

}  // namespace commons::query::sql
