#include "clients/answer/json_text.h"

#include "gtest/gtest.h"

namespace commons::clients {
namespace {

TEST(JsonString, EscapesWhatJsonOrATerminalWouldTakeForMore) {
  struct Case {
    const char *text, *json;
  };
  for (const auto& [text, json] : {Case{"plain", R"("plain")"},
                                   {"Māori", R"("Māori")"},
                                   {"say \"x\"\n", R"("say \"x\"\n")"},
                                   {"a\x1b[2J", R"("a\u001b[2J")"},
                                   {"\xe2\x80\xae"
                                    "ā",
                                    R"("\u202e\u0101")"}}) {
    EXPECT_EQ(JsonString(text), json);
  }
}

TEST(JsonString, ReplacesWhatIsNotUtf8) { EXPECT_EQ(JsonString("\xff"), "\"\xef\xbf\xbd\""); }

TEST(JsonObject, KeepsTheOrderAndEveryDigit) {
  EXPECT_EQ(
      JsonObject()
          .Text("z", "a")
          .Number("n", uint64_t{18446744073709551615u})
          .Bool("b", false)
          .Raw("exact", "170141183460469231731687303.25")
          .Build(),
      R"({"z":"a","n":18446744073709551615,"b":false,"exact":170141183460469231731687303.25})");
  EXPECT_EQ(JsonArray(std::vector<std::string>{"a", "b"}, JsonString), R"(["a","b"])");
  EXPECT_EQ(JsonArray(std::vector<std::string>(), JsonString), "[]");
}

}  // namespace
}  // namespace commons::clients
