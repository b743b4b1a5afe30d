// Questions of a peer with one thing changed, and what is said of them.
#ifndef COMMONS_QUERY_QUESTION_VALIDATE_FOR_TEST_H_
#define COMMONS_QUERY_QUESTION_VALIDATE_FOR_TEST_H_

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "query/question/plan.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {

inline v1::Question Ask(absl::string_view sql, const v1::Standard& standard,
                        v1::Release release = v1::PROTECTED) {
  const absl::StatusOr<Plan> plan = PlanQuery(sql, LookupOf(standard, release));
  EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
  v1::Question question = plan.ok() ? plan->question : v1::Question();
  if (release == v1::PROTECTED) question.set_noise(v1::STANDARD);
  return question;
}

inline const std::string kCanonical = "MALFORMED: the question is not canonical: ";

struct Case {
  const char* name;
  std::string told;
  void (*change)(v1::Question&);
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_VALIDATE_FOR_TEST_H_
