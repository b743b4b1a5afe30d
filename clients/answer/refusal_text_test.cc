#include "clients/answer/refusal_text.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

TEST(Refusals, NameTheWordAndPutACaretUnderIt) {
  v1::Refusal refusal;
  refusal.set_reason(v1::UNKNOWN_COLUMN);
  refusal.set_message("no column 'ā'");
  struct Case {
    const char *sql, *word, *place;
  };
  for (const auto& [sql, word, place] : {Case{"SELECT sx, n FROM t", "sx", "8: sx"},
                                         {"SELECT ā, sx", "sx", "11: sx"},
                                         {"SELECT \"a b\" FROM t", "\"a", "8: \"a b\""},
                                         {"x = 'it", "'it", "5: 'it"},
                                         {"SELECT *", "*", "8: *"},
                                         {"SELECT\nsx FROM t", "sx", "8: sx"}}) {
    refusal.set_position(static_cast<int64_t>(absl::string_view(sql).find(word)));
    EXPECT_EQ(RefusalLine(refusal, sql), absl::StrCat("refused (UNKNOWN_COLUMN): no column 'ā' "
                                                      "(at character ",
                                                      place, ")"));
  }
  EXPECT_EQ(Caret(refusal, "SELECT\nsx FROM t"), "");
  EXPECT_EQ(Caret(refusal, "SELECT sx FROM t"), "  SELECT sx FROM t\n         ^\n");
  refusal.set_position(-1);
  EXPECT_EQ(Caret(refusal, "SELECT 1"), "");
  EXPECT_THAT(RefusalLine(refusal, "SELECT 1"),
              testing::StartsWith("refused (UNKNOWN_COLUMN): no column 'ā'; commons catalogue"));
}

TEST(RefusalLine, SaysWhatToDo) {
  v1::Refusal refusal;
  refusal.set_position(-1);
  refusal.set_reason(v1::BUDGET_EXHAUSTED);
  EXPECT_THAT(RefusalLine(refusal, "SELECT 1"), HasSubstr("commons explain"));
  refusal.set_reason(v1::BUSY);
  refusal.set_message("too much at once");
  EXPECT_EQ(RefusalLine(refusal, "SELECT 1"),
            "refused (BUSY): too much at once; ask again in half a minute");
}

}  // namespace
}  // namespace commons::clients
