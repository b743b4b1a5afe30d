// The Standard of the other tests with groupings of two of its columns, one of which may be
// missing.
#ifndef COMMONS_QUERY_QUESTION_GROUPED_FOR_TEST_H_
#define COMMONS_QUERY_QUESTION_GROUPED_FOR_TEST_H_

#include <string>
#include <vector>

#include "query/question/standard_for_test.h"

namespace commons::query {

inline void AddGrouping(const std::string& name, const std::vector<std::string>& groups,
                        const std::vector<uint32_t>& group_of, v1::Column* column) {
  v1::Grouping& grouping = *column->add_groupings();
  grouping.set_name(name);
  for (const std::string& group : groups) {
    v1::Code& code = *grouping.add_groups();
    code.set_value(group);
    code.set_label("the " + group);
  }
  for (const uint32_t group : group_of) grouping.add_group_of(group);
}

// "side" of "Rohe potae": west are the first code and the last; "Size" of rooms: many are 10 and 2.
// "halves" parts rooms as Size does.
inline v1::Standard GroupedStandard() {
  v1::Standard standard = TestStandard();
  AddGrouping("side", {"east", "west"}, {1, 0, 1}, standard.mutable_columns(2));
  AddGrouping("Size", {"few", "many"}, {1, 0, 1}, standard.mutable_columns(11));
  AddGrouping("halves", {"b", "a"}, {0, 1, 0}, standard.mutable_columns(11));
  return standard;
}

// A list of `codes` districts, d0 and so on, the i-th in region i % 5 and in ward i / 100.
inline v1::Standard LongListStandard(int codes = 5000) {
  v1::Standard standard;
  standard.set_dataset("visits");
  standard.set_max_rows_per_person(1);
  standard.set_max_owners_per_person(1);
  v1::Column& column = *standard.add_columns();
  column.set_name("district");
  column.set_role(v1::DIMENSION);
  column.set_type(v1::STRING);
  column.set_required(true);
  std::vector<uint32_t> regions, wards;
  for (int i = 0; i < codes; ++i) {
    column.add_codes()->set_value(absl::StrCat("d", i));
    regions.push_back(i % 5);
    wards.push_back(i / 100);
  }
  AddGrouping("region", {"0", "1", "2", "3", "4"}, regions, &column);
  std::vector<std::string> names;
  for (int i = 0; i * 100 < codes; ++i) names.push_back(absl::StrCat("w", i));
  AddGrouping("ward", names, wards, &column);
  v1::Column& sex = *standard.add_columns();
  sex = TestStandard().columns(1);
  return standard;
}

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_GROUPED_FOR_TEST_H_
