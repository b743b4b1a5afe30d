#include "clients/office/draft/spec.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::ElementsAre;

constexpr char kKey[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

Spec Parsed(const std::string& toml) {
  auto spec = Spec::Parse(toml, "in/spec.toml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return *std::move(spec);
}

TEST(Spec, ReadsEachSortOfValue) {
  const Spec spec = Parsed(
      "a = \"x\"\nb = 7\nc = true\nd = [\"p\", \"q\"]\ne = 2027-01-31\n"
      "[t]\nz = \"1\"\ny = \"2\"\n[[u]]\nv = \"3\"\n[[u]]\nv = \"4\"\n");
  EXPECT_EQ(*spec.Text("a"), "x");
  EXPECT_EQ(*spec.Text("none", "absent"), "absent");
  EXPECT_EQ(*spec.Whole("b", 0, 9), 7u);
  EXPECT_TRUE(*spec.Flag("c", false));
  EXPECT_THAT(*spec.Texts("d"), ElementsAre("p", "q"));
  EXPECT_THAT(*spec.Texts("a"), ElementsAre("x"));
  EXPECT_EQ(*spec.Day("e", 0), 1801353600);
  EXPECT_THAT(spec.Under("t"), ElementsAre("z", "y"));  // in the order of the file
  EXPECT_THAT(spec.Under("u"), ElementsAre("0", "1"));
  EXPECT_EQ(*spec.Text("u.1.v"), "4");
  EXPECT_EQ(spec.NothingElse().message(),
            "in/spec.toml:8: t.y is not a key of this kind of document");
}

TEST(Spec, SaysWhereAndWhatIsWrong) {
  const Spec spec = Parsed("a = 5\nb = \"x\"\nc = -1\nd = \"\"\n");
  EXPECT_EQ(spec.Text("a").status().message(),
            "in/spec.toml:1: a must be a text, such as \"planning\"");
  EXPECT_EQ(spec.Whole("b", 0, 9).status().message(),
            "in/spec.toml:2: b must be a whole number from 0 to 9");
  EXPECT_FALSE(spec.Whole("c", 0, 9).ok());
  EXPECT_FALSE(spec.Flag("a", false).ok());
  EXPECT_FALSE(spec.Texts("a").ok());
  EXPECT_FALSE(spec.Day("b", 0).ok());
  EXPECT_FALSE(spec.Keys("b").ok());
  EXPECT_EQ(spec.Text("d").status().message(), "in/spec.toml:4: d is empty; give it a text");
  EXPECT_EQ(spec.Text("none").status().message(),
            "in/spec.toml: none is missing; it is a text, such as \"planning\"");
  EXPECT_FALSE(Spec::Parse("a = ", "f").ok());
  EXPECT_FALSE(Spec::Parse("a = 1.5", "f").ok());
  EXPECT_FALSE(Spec::Parse("a = [1]", "f").ok());
  EXPECT_FALSE(Spec::Parse("a.b.c.d.e.f = 1", "f").ok());
}

TEST(Spec, NamesTheNearestOfTheKeysThatAreLookedFor) {
  const Spec spec = Parsed("datset = \"x\"\n");
  EXPECT_EQ(*spec.Text("dataset", ""), "");
  EXPECT_EQ(spec.NothingElse().message(),
            "in/spec.toml:1: datset is not a key of this kind of document; did you mean dataset?");
}

TEST(Spec, ReadsKeysAndTextsInLanguages) {
  const Spec spec = Parsed(std::string("key = \"") + kKey + "\"\ntitle = \"one\"\n" +
                           "why = { en = \"two\", mi = \"rua\" }\n");
  EXPECT_EQ(spec.Key("key")->ToHex(), kKey);
  v1::Header header;
  EXPECT_TRUE(spec.Said("title", *header.mutable_title()).ok());
  EXPECT_TRUE(spec.Said("why", *header.mutable_rationale()).ok());
  ASSERT_EQ(header.title_size(), 1);
  EXPECT_EQ(header.title(0).lang(), "en");
  ASSERT_EQ(header.rationale_size(), 2);
  EXPECT_EQ(header.rationale(1).text(), "rua");
  EXPECT_TRUE(spec.NothingElse().ok());
}

TEST(Spec, PathsAreMeantFromItsFolder) {
  const Spec spec = Parsed("");
  EXPECT_EQ(spec.Beside("card.rule"), "in/card.rule");
  EXPECT_EQ(spec.Beside("/card.rule"), "/card.rule");
}

}  // namespace
}  // namespace commons::clients
