#include "clients/office/import/dialect_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(DialectFile, AnErrorNamesTheFileAndThePlace) {
  EXPECT_EQ(DialectOf(R"({"delimiter": ";"})", "d.json", "visits")->delimiter(), ";");
  const auto wrong = DialectOf(R"({"delimeter": ";"})", "d.json", "visits");
  EXPECT_EQ(wrong.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(wrong.status().message(),
            "d.json: dialect: \"delimeter\" is not known here; is it \"delimiter\"?");
}

TEST(DialectFile, OneForAllAndOneForAMember) {
  const std::vector<std::string> members = {"kahu", "rata"};
  EXPECT_TRUE(DialectFiles({}, members)->empty());
  EXPECT_THAT(*DialectFiles({"rata=r.json"}, members), ElementsAre(Pair("rata", "r.json")));
  EXPECT_THAT(*DialectFiles({"all.json", "rata=r.json"}, members),
              ElementsAre(Pair("kahu", "all.json"), Pair("rata", "r.json")));
  EXPECT_THAT(DialectFiles({"tui=r.json"}, members).status().message(),
              HasSubstr("no .csv file is called tui"));
  EXPECT_THAT(DialectFiles({"a.json", "b.json"}, members).status().message(),
              HasSubstr("the files have a.json already"));
  EXPECT_THAT(DialectFiles({"rata=a.json", "rata=b.json"}, members).status().message(),
              HasSubstr("already"));
}

}  // namespace
}  // namespace commons::clients
