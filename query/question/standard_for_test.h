// A Standard that has one of everything, for tests of questions.
#ifndef COMMONS_QUERY_QUESTION_STANDARD_FOR_TEST_H_
#define COMMONS_QUERY_QUESTION_STANDARD_FOR_TEST_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "governance/document/refusal.h"
#include "proto/documents.pb.h"
#include "query/question/plan.h"
#include "query/sql/planner.h"

namespace commons::query {

inline constexpr char kTestStandard[] = R"pb(
  dataset: "visits"
  entity: "nhi"
  max_rows_per_person: 2
  max_owners_per_person: 1
  columns { name: "nhi" role: IDENTIFIER type: STRING required: true }
  columns {
    name: "sex"
    role: DIMENSION
    type: STRING
    required: true
    codes { value: "F" label: "Female" }
    codes { value: "M" label: "Male" }
    codes { value: "U" label: "Unknown, \"other\"" }
  }
  columns {
    name: "Rohe potae \304\201"
    role: DIMENSION
    type: STRING
    missing_values: ""
    codes { value: "<T\304\201maki>" }
    codes { value: "O'Neill & co" }
    codes { value: "x,y" }
  }
  columns {
    name: "age"
    role: DIMENSION
    type: INTEGER
    missing_values: ""
    breaks: 0
    breaks: 15
    breaks: 25
    breaks: 26
    breaks: 65
  }
  columns {
    name: "dose"
    role: DIMENSION
    type: NUMBER
    decimals: 2
    required: true
    breaks: -50
    breaks: 0
    breaks: 125
    breaks: 1000
  }
  columns {
    name: "day"
    role: DIMENSION
    type: DATE
    period_unit: DAY
    required: true
    period_from: 18993
    period_to: 19022
  }
  columns {
    name: "month"
    role: DIMENSION
    type: DATE
    period_unit: MONTH
    missing_values: ""
    period_from: 18628
    period_to: 19357
  }
  columns {
    name: "vaccinated"
    role: DIMENSION
    type: BOOLEAN
    required: true
    codes { value: "true" also: "1" }
    codes { value: "false" also: "0" }
  }
  columns {
    name: "cost"
    role: MEASURE
    type: NUMBER
    decimals: 2
    missing_values: ""
    has_clip: true
    clip_low: 0
    clip_high: 100000
  }
  columns {
    name: "nights"
    role: MEASURE
    type: INTEGER
    required: true
    has_clip: true
    clip_low: 0
    clip_high: 64
    has_minimum: true
    minimum: 0
    has_maximum: true
    maximum: 400
  }
  columns { name: "score" role: MEASURE type: INTEGER missing_values: "" }
  columns {
    name: "rooms"
    role: DIMENSION
    type: INTEGER
    required: true
    codes { value: "10" }
    codes { value: "-3" }
    codes { value: "2" label: "two" }
  }
  columns {
    name: "since"
    role: DIMENSION
    type: DATE
    period_unit: YEAR
    required: true
    period_from: 10957
    period_to: 18262
  }
  columns { name: "note" role: HIDDEN type: STRING missing_values: "" }
  columns { name: "phone" role: SKIP type: STRING }
)pb";

inline v1::Standard TestStandard() {
  v1::Standard standard;
  if (!google::protobuf::TextFormat::ParseFromString(kTestStandard, &standard)) std::abort();
  return standard;
}

// Finds that one dataset. `standard` must outlive it.
inline DatasetLookup LookupOf(const v1::Standard& standard, v1::Release release) {
  return [&standard, release](absl::string_view dataset) -> absl::StatusOr<DatasetView> {
    if (dataset != standard.dataset()) {
      return governance::Refuse(v1::UNKNOWN_DATASET,
                                absl::StrCat("there is no dataset ", dataset, "; there is visits"));
    }
    return DatasetView{&standard, Hash32(), release};
  };
}

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_STANDARD_FOR_TEST_H_
