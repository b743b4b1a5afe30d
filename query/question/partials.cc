#include "query/question/partials.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "governance/standard/roles.h"
#include "query/question/filter.h"
#include "query/question/intervals.h"

namespace commons::query {
namespace {

std::string BytesOf(const Filters& filters) {
  v1::Partial alone;
  *alone.mutable_filters() = filters;
  return alone.SerializeAsString();
}

const v1::Filter* FindFilter(const Filters& filters, uint32_t column) {
  const auto found = std::find_if(filters.begin(), filters.end(), [&](const v1::Filter& filter) {
    return filter.column() == column;
  });
  return found == filters.end() ? nullptr : &*found;
}

}  // namespace

PartialKey KeyOf(const v1::Partial& partial) {
  return {partial.kind(), partial.column(), BytesOf(partial.filters())};
}

int FindPartial(const v1::Question& question, v1::PartialKind kind, uint32_t column,
                const Filters& filters) {
  const PartialKey key{kind, column, BytesOf(filters)};
  for (int i = 0; i < question.partials_size(); ++i) {
    if (KeyOf(question.partials(i)) == key) return i;
  }
  return -1;
}

std::vector<std::vector<int>> ByFilters(const v1::Question& question,
                                        const std::vector<int>& partials) {
  std::map<std::string, std::vector<int>> by_filters;
  for (const int i : partials) by_filters[BytesOf(question.partials(i).filters())].push_back(i);
  std::vector<std::vector<int>> out;
  out.reserve(by_filters.size());
  for (auto& [filters, of_them] : by_filters) out.push_back(std::move(of_them));
  return out;
}

bool FiltersResponsesTwice(const Filters& filters, const Filters& of_question,
                           const v1::Standard& standard) {
  return std::any_of(filters.begin(), filters.end(), [&](const v1::Filter& filter) {
    return governance::HasResponses(standard.columns(static_cast<int>(filter.column()))) &&
           FindFilter(of_question, filter.column()) != nullptr;
  });
}

Filters WithinQuestion(const Filters& filters, const Filters& of_question,
                       const v1::Standard& standard) {
  Filters out;
  for (const v1::Filter& filter : filters) {
    const v1::Column& column = standard.columns(static_cast<int>(filter.column()));
    Condition kept = ConditionOf(filter, column);
    if (const v1::Filter* outer = FindFilter(of_question, filter.column())) {
      const Condition left = ConditionOf(*outer, column);
      kept = And(kept, left);
      if (kept == left) continue;
    }
    std::optional<v1::Filter> canonical = FilterOf(filter.column(), column, kept);
    if (canonical.has_value()) *out.Add() = *std::move(canonical);
  }
  return out;
}

Filters AllFilters(const v1::Question& question, const v1::Partial& partial) {
  Filters out = partial.filters();
  for (const v1::Filter& filter : question.filters()) {
    if (FindFilter(partial.filters(), filter.column()) == nullptr) *out.Add() = filter;
  }
  return out;
}

}  // namespace commons::query
