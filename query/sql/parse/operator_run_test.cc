#include "query/sql/parse/operator_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "governance/document/refusal.h"
#include "query/sql/parse/parse.h"

namespace commons::query::sql {
namespace {

std::string Times(size_t times, const std::string& unit) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += unit;
  return text;
}

// Without the pass over the text each of these was seen to take more than 20 s of a CPU.
TEST(OperatorRuns, AreRefusedBeforeTheScannerReadsThem) {
  for (const std::string unit : {"+", "/*/", "@-", "<>"}) {
    const std::string text = "SELECT " + Times((limits::kSqlBytes - 7) / unit.size(), unit);
    const absl::Status refused = Parse(text).status();
    EXPECT_EQ(governance::ReasonOf(refused), v1::UNSUPPORTED_SQL) << unit;
    EXPECT_THAT(refused.message(), testing::HasSubstr("without a break")) << unit;
    EXPECT_EQ(governance::RefusalOf(refused).position(), 7) << unit;
  }
}

TEST(OperatorRuns, MayBeAsLongAsTheLimit) {
  EXPECT_TRUE(
      CheckOperatorRuns(Times(kOperatorRunMax, "-") + " " + Times(kOperatorRunMax, "=")).ok());
  EXPECT_FALSE(CheckOperatorRuns(Times(kOperatorRunMax + 1, "-")).ok());
}

}  // namespace
}  // namespace commons::query::sql
