#include "clients/office/import/import_choice.h"

#include "gtest/gtest.h"

namespace commons::clients {
namespace {

TEST(NotHeldOf, NamesAMemberAndItsColumns) {
  const std::vector<std::string> members = {"lakes", "tui"};
  const auto named = NotHeldOf({"lakes=ward, Main city", "tui=a", "lakes=b=c"}, members);
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_EQ(named->at("lakes"), (std::vector<std::string>{"ward", "Main city", "b=c"}));
  EXPECT_EQ(named->at("tui"), std::vector<std::string>{"a"});
  EXPECT_EQ(NotHeldOf({"ward"}, members).status().message(),
            "--not-held ward: takes MEMBER=COLUMN[,COLUMN]");
  EXPECT_EQ(NotHeldOf({"lakes=,"}, members).status().message(),
            "--not-held lakes=,: takes MEMBER=COLUMN[,COLUMN]");
  EXPECT_EQ(NotHeldOf({"kiwi=ward"}, members).status().message(),
            "--not-held kiwi=ward: no .csv file is called kiwi");
}

TEST(ParseAcceptedRejects, IsAShareInPercent) {
  EXPECT_EQ(*ParseAcceptedRejects(""), 0u);
  EXPECT_EQ(*ParseAcceptedRejects("5%"), 50'000u);
  EXPECT_EQ(*ParseAcceptedRejects("0.25 %"), 2'500u);
  EXPECT_EQ(*ParseAcceptedRejects("0.0001%"), 1u);
  EXPECT_EQ(*ParseAcceptedRejects("100%"), 1'000'000u);
  for (const char* wrong : {"5", "0.05", "0%", "-1%", "100.0001%", "0.00001%", "%", "5%%", "x%"}) {
    const absl::Status refused = ParseAcceptedRejects(wrong).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << wrong;
    EXPECT_NE(refused.message().find("--accept-rejects"), std::string::npos) << refused;
  }
}

TEST(UnknownTextsOf, NamesThemByColumnOnOneLine) {
  v1::ImportReply reply;
  EXPECT_EQ(UnknownTextsOf(reply), "");
  const auto add = [&](const char* column, const char* text, uint64_t rows, const char* near) {
    auto* unknown = reply.add_unknown_texts();
    unknown->set_column(column);
    unknown->set_text(text);
    unknown->set_rows(rows);
    unknown->set_near_code(near);
  };
  add("c", "north ", 2, "North");
  add("c", "a\nb", 1, "");
  add("sex", "x", 7, "");
  EXPECT_EQ(
      UnknownTextsOf(reply),
      "; no codes of column \"c\": \"north \" 2 times (the code \"North\" but for its case or "
      "spaces), \"a\\nb\" 1 time; no codes of column \"sex\": \"x\" 7 times");
}

}  // namespace
}  // namespace commons::clients
