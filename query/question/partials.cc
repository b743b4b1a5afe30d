#include "query/question/partials.h"

#include <algorithm>
#include <map>
#include <utility>

namespace commons::query {

PartialRows RowsOf(const v1::Partial& partial) {
  return {partial.filters(), partial.joint_filters()};
}

void SetRows(const PartialRows& rows, v1::Partial* partial) {
  *partial->mutable_filters() = rows.filters;
  *partial->mutable_joint_filters() = rows.joint_filters;
}

std::string BytesOf(const PartialRows& rows) {
  v1::Partial alone;
  SetRows(rows, &alone);
  return alone.SerializeAsString();
}

PartialKey KeyOf(const v1::Partial& partial) {
  return {partial.kind(), partial.column(), BytesOf(RowsOf(partial))};
}

int FindPartial(const v1::Question& question, v1::PartialKind kind, uint32_t column,
                const PartialRows& rows) {
  const PartialKey key{kind, column, BytesOf(rows)};
  for (int i = 0; i < question.partials_size(); ++i) {
    if (KeyOf(question.partials(i)) == key) return i;
  }
  return -1;
}

std::vector<std::vector<int>> ByRows(const v1::Question& question,
                                     const std::vector<int>& partials) {
  std::map<std::string, std::vector<int>> by_rows;
  for (const int i : partials) by_rows[BytesOf(RowsOf(question.partials(i)))].push_back(i);
  std::vector<std::vector<int>> out;
  out.reserve(by_rows.size());
  for (auto& [rows, of_them] : by_rows) out.push_back(std::move(of_them));
  return out;
}

const v1::Filter* FindFilter(const Filters& filters, uint32_t column) {
  const auto found = std::find_if(filters.begin(), filters.end(), [&](const v1::Filter& filter) {
    return filter.column() == column;
  });
  return found == filters.end() ? nullptr : &*found;
}

Filters AllFilters(const v1::Question& question, const v1::Partial& partial) {
  Filters out = partial.filters();
  for (const v1::Filter& filter : question.filters()) {
    if (FindFilter(partial.filters(), filter.column()) == nullptr) *out.Add() = filter;
  }
  return out;
}

JointFilters AllJointFilters(const v1::Question& question, const v1::Partial& partial) {
  JointFilters out = question.joint_filters();
  out.MergeFrom(partial.joint_filters());
  return out;
}

}  // namespace commons::query
