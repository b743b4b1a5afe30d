#include "query/question/within.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/intervals.h"
#include "query/question/joint.h"
#include "query/question/joint_wire.h"

namespace commons::query {
namespace {

// Joint filters that share columns, directly or by another; at least one is the partial's.
struct Sharing {
  PartsOfColumns parts;  // that any of them tells apart
  std::vector<Joint> joints, of_question;
};

std::vector<Joint> JointsOf(const JointFilters& filters, const v1::Standard& standard) {
  std::vector<Joint> joints;
  for (const v1::JointFilter& filter : filters) {
    joints.push_back(Coarsest(JointOf(filter, standard)));
  }
  return joints;
}

void Refine(const PartsOfColumns& by, PartsOfColumns* parts) {
  for (const auto& [column, more] : by) {
    const auto [at, fresh] = parts->emplace(column, more);
    if (!fresh) at->second = PartsOfBoth(at->second, more);
  }
}

// Takes out those that share columns, and returns them as one with `fresh`.
Sharing TakeSharing(Sharing fresh, std::vector<Sharing>* all) {
  const auto apart = [&](const Sharing& other) {
    return std::none_of(other.parts.begin(), other.parts.end(),
                        [&](const auto& column) { return fresh.parts.contains(column.first); });
  };
  const auto sharing = std::stable_partition(all->begin(), all->end(), apart);
  for (auto at = sharing; at != all->end(); ++at) {
    Refine(at->parts, &fresh.parts);
    std::move(at->joints.begin(), at->joints.end(), std::back_inserter(fresh.joints));
    std::move(at->of_question.begin(), at->of_question.end(),
              std::back_inserter(fresh.of_question));
  }
  all->erase(sharing, all->end());
  return fresh;
}

std::vector<Sharing> SharingOf(const PartialRows& rows, const v1::Question& question,
                               const v1::Standard& standard) {
  std::vector<Sharing> all;
  for (Joint& joint : JointsOf(rows.joint_filters, standard)) {
    PartsOfColumns parts = PartsOf(joint);
    all.push_back(TakeSharing({std::move(parts), {std::move(joint)}, {}}, &all));
  }
  for (Joint& joint : JointsOf(question.joint_filters(), standard)) {
    PartsOfColumns parts = PartsOf(joint);
    Sharing some = TakeSharing({std::move(parts), {}, {std::move(joint)}}, &all);
    if (!some.joints.empty()) all.push_back(std::move(some));
  }
  return all;
}

class Within {
 public:
  Within(const PartialRows& rows, const v1::Question& question, const v1::Standard& standard)
      : rows_(rows), question_(question), standard_(standard) {}

  std::optional<PartialRows> Run() {
    for (const v1::Filter& filter : rows_.filters) {
      Keep(filter.column(), ConditionOf(filter, ColumnOf(filter.column())));
    }
    uint64_t cells = 0;
    for (const Sharing& some : SharingOf(rows_, question_, standard_)) {
      std::optional<Joint> table = AllCombinations(PartsBesideFilters(some));
      if (!table.has_value() || (cells += table->kept.size()) > kJointCellsMax) return std::nullopt;
      for (const Joint& joint : some.joints) Narrow(joint, &*table);
      AddFactors(some, *std::move(table));
    }
    if (joints_.size() > kJointFiltersMax) return std::nullopt;
    return Said();
  }

 private:
  const v1::Column& ColumnOf(uint32_t index) const {
    return standard_.columns(static_cast<int>(index));
  }

  // What the question's filter keeps of a column, and its own so far.
  Condition Kept(uint32_t index) const {
    if (const auto own = kept_.find(index); own != kept_.end()) return own->second;
    const v1::Column& column = ColumnOf(index);
    const v1::Filter* filter = FindFilter(question_.filters(), index);
    if (filter != nullptr) return ConditionOf(*filter, column);
    return {IntervalSet({Universe(column)}), Condition::Truth::kTrue};
  }
  void Keep(uint32_t index, const Condition& condition) {
    kept_.insert_or_assign(index, And(condition, Kept(index)));
  }

  // Those that filters tell apart too.
  PartsOfColumns PartsBesideFilters(const Sharing& some) const {
    PartsOfColumns parts = some.parts;
    for (const auto& [column, of_column] : some.parts) {
      Refine({{column, Bins(column).parts[0]}}, &parts);
    }
    return parts;
  }

  // `table`: what the partial's joint filters keep.
  void AddFactors(const Sharing& some, Joint table) {
    for (const Joint& joint : some.of_question) Narrow(joint, &table);
    for (const uint32_t column : table.columns) Narrow(Bins(column), &table);
    std::vector<Joint> factors = FactorsOf(table);
    for (const Joint& factor : factors) {
      for (size_t i = 0; i < factor.columns.size(); ++i) {
        const v1::Column& column = ColumnOf(factor.columns[i]);
        Keep(factor.columns[i],
             ConditionOfBins(BinsOfColumn(factor, i), column, column.period_unit()));
      }
    }
    if (SaidWithout(some, table) == table) return;
    for (const Joint& factor : factors) {
      Joint own = Coarsest(factor);
      const auto& said = some.of_question;
      const bool needless =
          own.columns.size() == 1 || std::find(said.begin(), said.end(), own) != said.end();
      if (!needless) joints_.push_back(std::move(own));
    }
  }
  // What filters and the question's joint filters keep of the table's combinations.
  Joint SaidWithout(const Sharing& some, Joint all) const {
    all.kept.assign(all.kept.size(), true);
    for (const Joint& joint : some.of_question) Narrow(joint, &all);
    for (const uint32_t column : all.columns) Narrow(Bins(column), &all);
    return all;
  }
  Joint Bins(uint32_t index) const {
    const v1::Column& column = ColumnOf(index);
    return JointOfBins(index, BinCount(column, column.period_unit()),
                       BinsKept(Kept(index), column, column.period_unit()));
  }

  PartialRows Said() {
    PartialRows out;
    for (const auto& [index, condition] : kept_) {
      const std::optional<v1::Filter> filter = FilterOf(index, ColumnOf(index), condition);
      const v1::Filter* outer = FindFilter(question_.filters(), index);
      if (!filter.has_value()) continue;
      if (outer != nullptr && outer->SerializeAsString() == filter->SerializeAsString()) continue;
      *out.filters.Add() = *filter;
    }
    std::sort(joints_.begin(), joints_.end(),
              [](const Joint& a, const Joint& b) { return a.columns < b.columns; });
    for (const Joint& joint : joints_) *out.joint_filters.Add() = FilterOf(joint);
    return out;
  }

  const PartialRows& rows_;
  const v1::Question& question_;
  const v1::Standard& standard_;
  std::map<uint32_t, Condition> kept_;  // of columns that the partial has conditions on
  std::vector<Joint> joints_;
};

}  // namespace

bool FiltersResponsesTwice(const Filters& filters, const Filters& of_question,
                           const v1::Standard& standard) {
  return std::any_of(filters.begin(), filters.end(), [&](const v1::Filter& filter) {
    return governance::HasResponses(standard.columns(static_cast<int>(filter.column()))) &&
           FindFilter(of_question, filter.column()) != nullptr;
  });
}

bool JoinsWithinBins(const v1::Question& question, const v1::Standard& standard) {
  const auto parted = [](const JointFilters& filters) {
    return std::any_of(filters.begin(), filters.end(),
                       [](const v1::JointFilter& filter) { return filter.parts_size() > 0; });
  };
  if (parted(question.joint_filters())) return false;
  for (const v1::Partial& partial : question.partials()) {
    if (parted(partial.joint_filters())) return false;
    uint64_t cells = 0;
    for (const Sharing& some : SharingOf(RowsOf(partial), question, standard)) {
      const std::optional<uint64_t> bins = CombinationsOfBins(some.parts);
      if (!bins.has_value() || (cells += *bins) > kJointCellsMax) return false;
    }
  }
  return true;
}

// What one look takes away may leave more to take away: joint filters that it took apart share
// columns with fewer others.
std::optional<PartialRows> WithinQuestion(const PartialRows& rows, const v1::Question& question,
                                          const v1::Standard& standard) {
  PartialRows said = rows;
  for (;;) {
    std::optional<PartialRows> next = Within(said, question, standard).Run();
    if (!next.has_value() || BytesOf(*next) == BytesOf(said)) return next;
    said = *std::move(next);
  }
}

}  // namespace commons::query
