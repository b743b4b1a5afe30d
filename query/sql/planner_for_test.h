// For tests of this folder: questions about the test's definition, planned.
#ifndef COMMONS_QUERY_SQL_PLANNER_FOR_TEST_H_
#define COMMONS_QUERY_SQL_PLANNER_FOR_TEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {

class PlanTest : public testing::Test {
 protected:
  absl::StatusOr<Plan> Ask(absl::string_view sql, v1::Release release = v1::PROTECTED) const {
    return PlanQuery(sql, LookupOf(standard_, release));
  }
  std::string Canonical(absl::string_view sql, v1::Release release = v1::PROTECTED) const {
    const absl::StatusOr<Plan> plan = Ask(sql, release);
    return plan.ok() ? plan->canonical_sql : plan.status().ToString();
  }
  const v1::Standard standard_ = TestStandard();
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_SQL_PLANNER_FOR_TEST_H_
