// What is proposed, or named with what to write, of columns that need more than one look.
#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"
#include "gmock/gmock.h"
#include "records/infer/inferring_for_test.h"

namespace commons::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// By whose clocks the days are is the steward's to say, and what to write stands there.
TEST_F(Inferring, MomentsWaitForTheirZone) {
  const std::string csv = File("seen,sex", 300, [](int i) {
    return absl::StrCat("2023-0", 1 + i % 9, "-1", i % 10, i % 3 == 0 ? "" : "T10:30:00Z", ",F");
  });
  Infer({csv});
  EXPECT_EQ(fields_["seen"].role, ProposedRole::kSkip);
  EXPECT_EQ(fields_["seen"].type, "datetime");
  EXPECT_THAT(fields_["seen"].why, HasSubstr("\"commons:zone\": the time zone whose days"));
  EXPECT_THAT(fields_["seen"].why,
              HasSubstr("{\"unit\": \"month\", \"from\": \"2023-01\", \"to\": \"2023-12\"}"));
}

// What one owner writes in another way is said in that owner's dialect, and which one is named.
TEST_F(Inferring, WhatIsWrittenOtherwiseIsNamedWithWhatToSay) {
  std::mt19937 random(11);
  const auto day = [&](const char* form) {
    return absl::StrReplaceAll(
        form, {{"%d", absl::StrCat(1 + random() % 28)}, {"%m", absl::StrCat(1 + random() % 12)}});
  };
  const struct {
    const char* why;
    std::function<std::string(int)> value;
  } cases[] = {
      {R"({"fields": [{"name": "x", "format": "%d-%m-%Y"}]} says how)",
       [&](int) { return day("%d-%m-2023"); }},
      {R"("format": "%d/%m/%Y"}]} says how)", [&](int) { return day("%d/%m/2023"); }},
      {R"("format": "%d.%m.%Y"}]})", [&](int) { return day("%d.%m.2023"); }},
      {"don't tell days from months", [&](int i) { return absl::StrCat(1 + i % 12, "/3/2023"); }},
      {R"({"name": "x", "groupChar": ",", "bareNumber": false}]})",
       [&](int i) { return absl::StrCat("\"$", 1 + i % 900, ",234.50\""); }},
      {R"("bareNumber": false)", [&](int i) { return absl::StrCat("$", i); }},
      {R"("decimalChar": ",")", [&](int i) { return absl::StrCat("\"", i, ",5\""); }},
      {"look whether commas divide thousands",
       [&](int i) { return absl::StrCat("\"", 1 + i % 900, ",234\""); }},
  };
  for (const auto& c : cases) {
    Infer({File("x,sex", 300, [&](int i) { return c.value(i) + ",F"; })});
    EXPECT_EQ(fields_["x"].role, ProposedRole::kSkip) << c.why;
    EXPECT_THAT(fields_["x"].why, HasSubstr(c.why));
  }
}

// What is said there is taken by the next run.
TEST_F(Inferring, WithWhatToSayDatesAreDates) {
  v1::Dialect dialect;
  auto* field = dialect.add_fields();
  field->set_name("x");
  field->set_date_format("%d-%m-%Y");
  Infer({File("x", 300, [](int i) { return absl::StrCat(1 + i % 28, "-", 1 + i % 12, "-2023"); })},
        dialect);
  EXPECT_EQ(fields_["x"].type, "date");
}

// In whatever words: they are nobody's, also where few rows have one.
TEST_F(Inferring, YesAndNoInWordsAreABoolean) {
  const struct {
    std::vector<std::string> words;  // one a row, in turn
    std::string type;
  } cases[] = {
      {{"Y", "N"}, "boolean"},
      {{"Y", "y", "N", "n"}, "boolean"},
      {{"Yes", "no", ""}, "boolean"},
      {{"\xc4\x81"
        "e",
        "k\xc4\x81o"},
       "boolean"},
      {{"T", "F"}, "boolean"},
      {{"TRUE", "no"}, "boolean"},
      {{"y", "", "", ""}, "boolean"},
      {{"F", "M"}, "string"},
      {{"T", "T"}, "string"},
      {{"Yes", "No", "Maybe"}, "string"},
      {{"0", "1"}, "integer"},
      {{"no", "no"}, "string"},
  };
  for (const auto& c : cases) {
    const std::string csv =
        File("x,sex", 240, [&](int i) { return absl::StrCat(c.words[i % c.words.size()], ",F"); });
    Infer({csv});
    EXPECT_EQ(fields_["x"].type, c.type) << c.words[0];
    EXPECT_EQ(Taken(csv).first, 240u) << text_;
  }
  Infer({File("x,sex", 240, [](int i) { return i == 7 ? "Y,F" : ",F"; }) +
         File("", 60, [](int) { return "N,M"; }).substr(1)});
  EXPECT_EQ(fields_["x"].type, "boolean") << "one row says yes";
  EXPECT_THAT(text_, HasSubstr(R"("trueValues": ["Y", "y"], "falseValues": ["N", "n"])"));
}

// As the owner's dialect says it: what is proposed is read by that dialect.
TEST_F(Inferring, YesAndNoThatADialectSaysAreABoolean) {
  v1::Dialect dialect;
  v1::FieldDialect& field = *dialect.add_fields();
  field.set_name("x");
  for (const auto& [to, from] :
       {std::pair("true", "J"), std::pair("false", "-"), std::pair("false", "")}) {
    v1::FieldDialect::Mapped& mapped = *field.add_map();
    mapped.set_to(to);
    mapped.add_from(from);
  }
  const std::string csv = File("x,sex", 240, [](int i) {
    return i % 3 == 0 ? "J,F" : i % 3 == 1 ? "-,F" : ",F";
  });
  Infer({csv}, dialect);
  EXPECT_EQ(fields_["x"].type, "boolean");
  EXPECT_TRUE(fields_["x"].required) << "an empty field says no";
  EXPECT_EQ(Taken(csv, dialect).first, 240u);
  Infer({File("x,sex", 240, [](int i) { return i % 3 ? "Y,F" : ",F"; })});
  EXPECT_THAT(fields_["x"].why, HasSubstr(R"({"name": "x", "falseValues": [""]})"));
}

TEST_F(Inferring, SpacesAroundCodesWaitForADialectThatTrims) {
  const std::string csv =
      File("x,n", 300, [](int i) { return absl::StrCat(i % 2 ? " F" : "M ", ",", i % 50); });
  Infer({csv});
  EXPECT_EQ(fields_["x"].role, ProposedRole::kSkip);
  EXPECT_THAT(fields_["x"].why, HasSubstr("\"commons:trim\": true"));
  Inference inference;
  ASSERT_TRUE(inference.AddFile(StringSource(csv), {}).ok());
  const v1::Dialect dialect = inference.DialectFor({});
  EXPECT_TRUE(dialect.trim());
  Infer({csv}, dialect);
  EXPECT_THAT(fields_["x"].codes, ElementsAre("F", "M"));
  EXPECT_EQ(Taken(csv, dialect).first, 300u);
}

TEST_F(Inferring, ADialectIsFoundForWhatAllValuesTell) {
  const std::string csv = File("a,b,c,d", 300, [](int i) {
    return absl::StrCat("\"", 1 + i % 900, "\u00a0", 100 + i, ",5\",$", i, ".25,", 1 + i % 28, "/",
                        1 + i % 12, "/2023,", 1 + i % 9, "/", 1 + i % 12, "/2023");
  });
  Inference inference;
  ASSERT_TRUE(inference.AddFile(StringSource(csv), {}).ok());
  const v1::Dialect dialect = inference.DialectFor({});
  ASSERT_EQ(dialect.fields_size(), 3) << "days and months of d can't be told apart";
  Infer({csv}, dialect);
  EXPECT_EQ(fields_["a"].role, ProposedRole::kDimensionAndMeasure);
  EXPECT_EQ(fields_["b"].decimals, 2);
  EXPECT_EQ(fields_["c"].type, "date");
  EXPECT_EQ(fields_["d"].role, ProposedRole::kSkip);
  EXPECT_EQ(Taken(csv, dialect).first, 300u);
}

TEST_F(Inferring, LettersBeforeDigitsAreNoCurrency) {
  Infer({File("client,fee,sex", 300,
              [](int i) { return absl::StrCat("ABC", 1000 + i, ",NZD ", i, ",F"); })});
  EXPECT_EQ(proposal_.entity, "client");
  EXPECT_THAT(fields_["fee"].why, HasSubstr("bareNumber"));
}

// A slip in one row makes no list of codes of an age.
TEST_F(Inferring, FewTextsAmongNumbersAreRejectedRows) {
  const std::string csv = File("age,sex", 1000, [](int i) {
    return absl::StrCat(i == 500 ? "unknwn" : absl::StrCat(i % 90), ",F");
  });
  Infer({csv});
  EXPECT_EQ(fields_["age"].role, ProposedRole::kDimensionAndMeasure);
  EXPECT_THAT(fields_["age"].why, HasSubstr("1 values are no numbers"));
  EXPECT_EQ(Taken(csv).first, 999u);
  Infer({File("age,sex", 1000, [](int i) { return absl::StrCat(i % 100 ? i % 90 : -i, "y,F"); })});
  EXPECT_NE(fields_["age"].role, ProposedRole::kDimensionAndMeasure);
}

TEST_F(Inferring, NumbersThatMayStandForNotKnownAreNamedAndTaken) {
  Infer({File("age,code,rooms,year", 600, [](int i) {
    return absl::StrCat(i % 40 == 0 ? 999 : i % 90, ",", i % 30 == 0 ? 9 : 1 + i % 5, ",",
                        i % 50 == 0 ? -9 : i % 60, ",", i % 100);
  })});
  EXPECT_THAT(proposal_.notes,
              ElementsAre(HasSubstr("no column was found"),
                          HasSubstr("age: 15 values are 999, away from all others"),
                          HasSubstr("code: 20 values are 9, away"),
                          HasSubstr("rooms: 12 values are -9, away")));
}

TEST_F(Inferring, ATotalRowIsNamedAndInNoBound) {
  const auto value = [](int i) { return absl::StrCat(i % 3 ? "a" : "b", ",", i % 90); };
  const std::string rows = File("x,n", 300, value);
  Infer({rows, rows + "a,0\n"});
  const std::vector<int64_t> breaks = fields_["n"].breaks;
  Infer({rows + "Total,13350\n", rows + "a,0\n"});
  EXPECT_EQ(fields_["n"].breaks, breaks);
  EXPECT_THAT(proposal_.notes, ::testing::Contains(HasSubstr("the last row of 1 file reads as the "
                                                             "total of the others")));
  Infer({File("x,n", 300, [&](int i) { return i % 2 ? "Total,5" : value(i); })});
  EXPECT_THAT(fields_["x"].codes, ElementsAre("Total", "a", "b")) << "in the middle it is a code";
}

TEST_F(Inferring, FilesThatAreTheSameAndRowsThatAreTheHeaderAreNamed) {
  const std::string csv = File("x,n", 300, [](int i) { return absl::StrCat("a,", i % 90); });
  Infer({csv, csv});
  EXPECT_THAT(proposal_.notes, ::testing::Contains(HasSubstr("1 file is the same, byte by byte")));
  Inference inference;
  EXPECT_THAT(inference.AddFile(StringSource(csv + csv), {}).message(),
              HasSubstr("row 302 (line 302) is the header again"));
}

TEST_F(Inferring, CodesThatDifferByCapitalsAloneAreNamed) {
  Infer({File("x,n", 300,
              [](int i) { return absl::StrCat(i % 3 ? "Female" : "female", ",", i % 90); })});
  EXPECT_THAT(proposal_.notes,
              ::testing::Contains(HasSubstr("x: Female, female differ by capitals")));
}

// Each column leaves few rows out; together they would stop an import.
TEST_F(Inferring, WhatAnImportRejectsStaysBelowWhatStopsIt) {
  std::string header = "c0";
  for (int column = 1; column < 8; ++column) absl::StrAppend(&header, ",c", column);
  const std::string csv = File(header, 2000, [](int i) {
    std::string row;
    for (int column = 0; column < 8; ++column) {
      const bool rare = i % 2000 / 8 < 9 && i % 8 == column;
      absl::StrAppend(&row, column > 0 ? "," : "", rare ? "rare" : i % 2 ? "a" : "b");
    }
    return row;
  });
  Infer({csv});
  const auto [accepted, all] = Taken(csv);
  EXPECT_GT(accepted * 100, all * 98);
  EXPECT_EQ(std::count_if(proposal_.fields.begin(), proposal_.fields.end(),
                          [](const auto& field) { return field.role == ProposedRole::kDimension; }),
            2);
}

TEST_F(Inferring, WhoeverManyRowsLackTellsNobodyApart) {
  Infer({File("client_id,sex", 600,
              [](int i) { return absl::StrCat(i % 20 == 0 ? "" : absl::StrCat("c", i), ",F"); })});
  EXPECT_EQ(proposal_.entity, "");
  EXPECT_THAT(proposal_.notes,
              ::testing::Contains(HasSubstr("client_id may tell persons apart, and "
                                            "30 rows have none")));
}

TEST_F(Inferring, WeeksAreADimensionByWeek) {
  // 2025-W01 begins in 2024, and 2020 had 53 weeks.
  const std::string csv = File("w,v", 400, [](int i) {
    return absl::StrCat("2024-W", i % 40 + 10, ",", i % 2 == 0 ? "2020-W53" : "2025-W01");
  });
  Infer({csv});
  EXPECT_EQ(fields_["w"].type, "date");
  EXPECT_EQ(fields_["w"].unit, "week");
  EXPECT_EQ(fields_["w"].from, "2024-W01");
  EXPECT_EQ(fields_["w"].to, "2024-W52");
  EXPECT_EQ(fields_["v"].from, "2020-W01");
  EXPECT_EQ(fields_["v"].to, "2025-W52");
  EXPECT_EQ(Taken(csv).first, 400u);
}

TEST_F(Inferring, DaysOfEightDigitsAreReadByADialect) {
  const std::string csv = File("d,n,sex", 400, [](int i) {
    return absl::StrCat(20240601 + i % 28, ",", 20240640 + i, ",F");
  });
  Infer({csv});
  EXPECT_THAT(fields_["d"].why,
              HasSubstr(R"({"fields": [{"name": "d", "format": "%Y%m%d"}]} says how)"));
  EXPECT_THAT(fields_["n"].why, Not(HasSubstr("format"))) << "as many digits, and no days";
  Inference inference;
  ASSERT_TRUE(inference.AddFile(StringSource(csv), {}).ok());
  const v1::Dialect dialect = inference.DialectFor({});
  ASSERT_EQ(dialect.fields_size(), 1);
  Infer({csv}, dialect);
  EXPECT_EQ(fields_["d"].type, "date");
  EXPECT_EQ(fields_["d"].unit, "month");
  EXPECT_EQ(Taken(csv, dialect).first, 400u);
}

// In one file, or in two.
TEST_F(Inferring, TwoWaysOfWritingDatesAreCounted) {
  const auto plain = [](int i) { return absl::StrCat("2024-06-", 10 + i % 20, ",F"); };
  const auto compact = [](int i) { return absl::StrCat(20240610 + i % 20, ",M"); };
  const auto slashed = [](int i) { return absl::StrCat(i % 28 + 1, "/06/2024,M"); };
  Infer({File("d,sex", 300, plain), File("d,sex", 200, compact)});
  EXPECT_THAT(fields_["d"].why, HasSubstr("300 dates are written like 2024-06-04, and 200 "
                                          "otherwise (%Y%m%d): if each file has one way"));
  Infer({File("d,sex", 500, [&](int i) { return i % 5 == 0 ? slashed(i) : plain(i); })});
  EXPECT_THAT(fields_["d"].why, HasSubstr("and 100 otherwise (%d/%m/%Y"));
}

TEST_F(Inferring, WeeksWrittenOtherwiseAreCounted) {
  const auto plain = [](int i) { return absl::StrCat("2024-W", i % 40 + 10, ",F"); };
  for (const char* const form : {"W$1/$0", "$0w$1", "week $1 $0", "$0-wk-$1", "W$1-$0"}) {
    const auto odd = [&](int i) { return absl::Substitute(form, 2024, i % 40 + 1) + ",M"; };
    Infer({File("w,sex", 300, odd)});
    EXPECT_THAT(fields_["w"].why, HasSubstr("300 weeks are written otherwise than 2024-W05: no "
                                            "format of a dialect reads weeks"))
        << form;
    Infer({File("w,sex", 100, plain), File("w,sex", 300, odd)});
    EXPECT_THAT(fields_["w"].why,
                HasSubstr("100 weeks are written like 2024-W05, and 300 otherwise"));
  }
  Infer({File("w,sex", 300, [](int i) { return absl::StrCat("W", i % 20, "/20,F"); })});
  EXPECT_THAT(fields_["w"].why, Not(HasSubstr("weeks"))) << "wards, perhaps";
}

TEST_F(Inferring, HeadingsThatDifferByCapitalsAreOneColumnByADialect) {
  const auto row = [](int i) { return i % 2 ? "F,1" : "M,2"; };
  const std::string one = File("sex,n", 300, row), other = File("Sex,n", 300, row);
  Infer({one, other});
  EXPECT_THAT(proposal_.notes,
              ::testing::Contains(HasSubstr(R"({"name": "sex", "commons:header": "Sex"}]})")));
  v1::Dialect dialect;
  v1::FieldDialect& sex = *dialect.add_fields();
  sex.set_name("sex");
  sex.set_header("Sex");
  Infer({one, other}, dialect);
  EXPECT_EQ(proposal_.fields.size(), 2u);
  EXPECT_EQ(fields_["sex"].role, ProposedRole::kDimension);
}

TEST_F(Inferring, SeveralResponsesInAFieldAreProposedAsSuch) {
  for (const char* separator : {";", "|", ", "}) {
    std::mt19937 random(29);
    const std::string csv = File("eth,sex", 900, [&](int i) {
      std::vector<std::string> codes = {"Maori", "Samoan", "Tongan", "European"};
      std::shuffle(codes.begin(), codes.end(), random);
      codes.resize(1 + random() % 3);
      if (i == 5) codes = {"Maori", "Samoan", "Tongan", "European"};
      if (i == 7) codes = {"Maori", "Tokelauan"};
      return absl::StrCat("\"", absl::StrJoin(codes, separator), "\",F");
    });
    Infer({csv});
    const ProposedField& eth = fields_["eth"];
    EXPECT_THAT(eth.codes, ElementsAre("European", "Maori", "Samoan", "Tongan")) << separator;
    EXPECT_EQ(eth.separator, std::string(1, separator[0]));
    EXPECT_EQ(eth.max_responses, 3u) << "one row's four are one person's";
    EXPECT_THAT(eth.why, HasSubstr("several responses in a field"));
    EXPECT_THAT(text_, Not(HasSubstr("Tokelauan")));
    EXPECT_EQ(Taken(csv).first, 898u);
  }
}

TEST_F(Inferring, AnotherOwnersSeparatorIsNoted) {
  const auto file = [](absl::string_view separator) {
    return File("eth,sex", 600, [&](int i) {
      const char* codes[] = {"Maori", "Samoan", "Tongan"};
      return absl::StrCat(codes[i % 3], i % 2 ? absl::StrCat(separator, codes[(i + 1) % 3]) : "",
                          ",F");
    });
  };
  const std::string words = R"({"fields": [{"name": "eth", "commons:separator": "|"}]})";
  Infer({file(";"), file("|")});
  EXPECT_EQ(fields_["eth"].separator, ";");
  EXPECT_THAT(proposal_.notes, ::testing::Contains(HasSubstr(words)));
  Infer({file(";")});
  EXPECT_THAT(proposal_.notes, Not(::testing::Contains(HasSubstr("separator"))));
}

TEST_F(Inferring, TextsWithACommaAreNotAlwaysSeveralResponses) {
  Infer({File("place,ward,who", 600, [](int i) {
    const char* places[] = {"\"Gisborne, NZ\"", "\"Nelson, NZ\"", "Apia"};
    return absl::StrCat(places[i % 3], ",", "A|", i % 3, ",\"Name", i, ", Given\"");
  })});
  EXPECT_EQ(fields_["place"].separator, "");
  EXPECT_EQ(fields_["place"].codes.size(), 3u);
  EXPECT_EQ(fields_["ward"].separator, "");
  EXPECT_EQ(fields_["who"].role, ProposedRole::kSkip);
}

// Ten rows of one person are one person's, also where each names another code beside it.
TEST_F(Inferring, AResponseOfFewPersonsIsLeftOut) {
  Infer({File("client_id,code", 4000, [](int i) {
    if (i >= 3980) return absl::StrCat("c7,a;", i % 2 ? "b;" : "", "rare");
    return absl::StrCat("c", i % 200, ",", i % 3 ? "a" : "a;b");
  })});
  EXPECT_EQ(proposal_.entity, "client_id");
  EXPECT_THAT(fields_["code"].codes, ElementsAre("a", "b"));
  EXPECT_THAT(text_, Not(HasSubstr("rare")));
}

// Districts in regions, of which each is in an island; the colour is nobody's.
TEST_F(Inferring, CodesThatFollowFromOthersAreNamedAsTheirGroups) {
  const auto rows = [](int broken) {
    return [broken](int i) {
      const int district = i % 12;
      const int region = i == broken ? 3 : district / 3;
      return absl::StrCat(
          i % 50 == 7 ? "NA,,NA" : absl::StrCat("d", district, ",r", region, ",i", region / 2),
          ",c", i * i % 5 % 2, ",k", district);
    };
  };
  const std::string header = "district,region,island,colour,code";
  Infer({File(header, 600, rows(-1)), File(header, 612, rows(-1))});
  const std::string same = " is the same for every code of ";
  const std::string declare =
      ": to group by it without a column of its own, declare it as groups of ";
  EXPECT_THAT(proposal_.notes,
              ElementsAre(HasSubstr("no column was found"),
                          HasSubstr(absl::StrCat("region", same, "district", declare, "district")),
                          HasSubstr(absl::StrCat("island", same, "region", declare, "region"))));
  EXPECT_THAT(proposal_.notes[1],
              HasSubstr("\"commons:groups\": {\"region\": {\"groups\": [{\"value\": ..., "));
  // One row of the second file that says otherwise, or has a district and no region.
  Infer({File(header, 600, rows(-1)), File(header, 600, rows(600 - 12))});
  const auto none = Not(::testing::Contains(HasSubstr(absl::StrCat("region", same))));
  EXPECT_THAT(proposal_.notes, none);
  Infer({File(header, 600, rows(-1)) + "d1,,,c1,k1\n"});
  EXPECT_THAT(proposal_.notes, none);
}

TEST(CodesThatFollow, AreOfTheFirstColumnsAndOfFewCodes) {
  CodesThatFollow follow;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> row(CodesThatFollow::kColumnsMax + 2, "x");
    row[0] = absl::StrCat(i);
    row[1] = absl::StrCat(i % 256);
    follow.Observe(row);
  }
  EXPECT_FALSE(follow.Follows(2, 0)) << "300 codes";
  EXPECT_TRUE(follow.Follows(2, 1)) << "256";
  EXPECT_FALSE(follow.Follows(1, 2));
  EXPECT_TRUE(follow.Follows(CodesThatFollow::kColumnsMax - 1, 1));
  EXPECT_FALSE(follow.Follows(CodesThatFollow::kColumnsMax, 1));
}

TEST_F(Inferring, HeadingsInOneFieldNameTheDelimiter) {
  for (const char* header : {"id;sex;age", "id\tsex\tage", "id|sex|age"}) {
    Inference inference;
    EXPECT_THAT(inference.AddFile(StringSource(absl::StrCat(header, "\n")), {}).message(),
                HasSubstr("{\"delimiter\": \";\"}"))
        << header;
  }
}

}  // namespace
}  // namespace commons::records
