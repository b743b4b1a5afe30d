// SQL as researchers send it: whatever the text, a plan whose canonical SQL means the same
// question, or a refusal with a position inside the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "query/question/plan.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  static const v1::Standard* const standard = new v1::Standard(query::TestStandard());
  const std::string sql(reinterpret_cast<const char*>(data), size);
  for (const v1::Release release : {v1::PROTECTED, v1::OPEN}) {
    const query::DatasetLookup catalogue = query::LookupOf(*standard, release);
    const auto plan = query::PlanQuery(sql, catalogue);
    if (!plan.ok()) {
      if (governance::RefusalOf(plan.status()).position() > static_cast<int>(size)) std::abort();
      continue;
    }
    const auto again = query::PlanQuery(plan->canonical_sql, catalogue);
    if (!again.ok() || again->question.SerializeAsString() != plan->question.SerializeAsString()) {
      std::abort();
    }
  }
  return 0;
}
