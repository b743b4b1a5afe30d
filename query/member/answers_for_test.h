// For tests of this room: what an answer and SQLite's rows say, side by side.
#ifndef COMMONS_QUERY_MEMBER_ANSWERS_FOR_TEST_H_
#define COMMONS_QUERY_MEMBER_ANSWERS_FOR_TEST_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "query/member/executor.h"
#include "query/question/cell_space.h"

namespace commons::query {

// "set|label|label" -> partials, those that are all 0 left out.
using Answers = std::map<std::string, std::string>;

inline void AddAnswer(const std::string& key, const std::vector<std::string>& values,
                      Answers* out) {
  if (std::any_of(values.begin(), values.end(), [](const auto& v) { return v != "0"; })) {
    (*out)[key] = absl::StrJoin(values, ",");
  }
}

inline std::string KeyOfCell(const v1::Question& question, const v1::Standard& standard,
                             const CellSpace& space, size_t set, size_t cell) {
  std::string key = absl::StrCat(set);
  const std::vector<size_t> bins = space.BinsOf(set, cell);
  for (size_t i = 0; i < bins.size(); ++i) {
    const uint32_t at = question.sets(static_cast<int>(set)).dimensions(static_cast<int>(i));
    const v1::Dimension& dimension = question.dimensions(static_cast<int>(at));
    const auto labels = BinLabels(dimension, standard.columns(static_cast<int>(dimension.column())),
                                  space.kept(at));
    absl::StrAppend(&key, "|", labels[bins[i]].value_or("null"));
  }
  return key;
}

inline Answers AnswersOf(const v1::Question& question, const v1::Standard& standard,
                         const LocalPartials& partials) {
  const CellSpace space(question, standard);
  Answers out;
  for (size_t set = 0; set < space.sets(); ++set) {
    for (size_t cell = 0; cell < space.cells(set); ++cell) {
      std::vector<std::string> values;
      for (int partial = 0; partial < question.partials_size(); ++partial) {
        const size_t at = space.ValueIndex(partial, set, cell);
        values.push_back(absl::StrCat(static_cast<int64_t>(partials.values[at])));
      }
      AddAnswer(KeyOfCell(question, standard, space, set, cell), values, &out);
    }
  }
  return out;
}

// Rows of SQLite: the labels of a set's keys, then the partials.
inline void AddRows(size_t set, size_t keys, const std::vector<std::vector<std::string>>& rows,
                    Answers* out) {
  for (const std::vector<std::string>& row : rows) {
    std::string key = absl::StrCat(set);
    for (size_t i = 0; i < keys; ++i) absl::StrAppend(&key, "|", row[i]);
    std::vector<std::string> values(row.begin() + static_cast<std::ptrdiff_t>(keys), row.end());
    std::replace(values.begin(), values.end(), std::string("null"), std::string("0"));
    AddAnswer(key, values, out);
  }
}

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_ANSWERS_FOR_TEST_H_
