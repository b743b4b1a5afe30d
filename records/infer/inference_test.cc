#include "records/infer/inference.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "records/csv/string_source_for_test.h"
#include "records/infer/inferring_for_test.h"

namespace commons::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(Inferring, EachColumnIsWhatItWasMadeAs) {
  std::mt19937_64 random(20240731);
  const std::string csv =
      File("patient,sex,seen,month,year,yes,visits,cost,region,postcode", 2000, [&](int i) {
        return absl::StrCat(
            "p", random() % 700, ",", random() % 2 == 0 ? "Female" : "Male", ",202", i % 2, "-0",
            1 + random() % 9, "-1", random() % 10, ",2021-0", 1 + random() % 9, ",", 1990 + i % 30,
            ",", i % 2 == 0 ? "true" : "False", ",", random() % 5, ",", random() % 90'000 / 100.0,
            ",0", 1 + random() % 9, ",", 1000 + random() % 900);
      });
  Infer({csv});
  EXPECT_EQ(proposal_.entity, "patient");
  EXPECT_EQ(fields_["patient"].role, ProposedRole::kSkip);
  EXPECT_THAT(fields_["sex"].codes, ElementsAre("Female", "Male"));
  EXPECT_EQ(fields_["seen"].type, "date");
  EXPECT_EQ(fields_["seen"].from, "2020-01");
  EXPECT_EQ(fields_["seen"].to, "2021-12");
  EXPECT_EQ(fields_["month"].type, "yearmonth");
  EXPECT_EQ(fields_["year"].type, "year");
  EXPECT_EQ(fields_["yes"].type, "boolean");
  EXPECT_THAT(fields_["visits"].codes, ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(fields_["visits"].type, "integer");
  EXPECT_EQ(fields_["cost"].type, "number");
  EXPECT_EQ(fields_["cost"].decimals, 2);
  EXPECT_EQ(fields_["cost"].role, ProposedRole::kDimensionAndMeasure);
  EXPECT_EQ(fields_["region"].type, "string");  // 01 is no number in a list of codes
  EXPECT_EQ(fields_["region"].codes.size(), 9u);
  const auto [taken, all] = Taken(csv);
  EXPECT_EQ(taken, all);
}

TEST_F(Inferring, ALongerTimeIsToldMoreCoarsely) {
  const auto days = [](int years) {
    return File("seen", 800, [&](int i) {
      return absl::StrCat(1980 + i % years, "-0", 1 + i % 9, "-1", i % 10);
    });
  };
  for (const auto& [years, unit] : {std::pair(2, "month"), {9, "quarter"}, {40, "year"}}) {
    Infer({days(years)});
    EXPECT_EQ(fields_["seen"].unit, unit);
    EXPECT_EQ(Taken(days(years)).first, 800u) << unit;
  }
}

TEST_F(Inferring, BoundsAreRoundAndHoldAllValues) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> wages(10, 1);
  std::vector<std::string> values;
  const std::string csv = File("wage", 3000, [&](int) {
    values.push_back(absl::StrCat(static_cast<int64_t>(wages(random)) * 100 + 37));
    return values.back();
  });
  Infer({csv});
  const ProposedField& wage = fields_["wage"];
  ASSERT_GE(wage.breaks.size(), 3u);
  for (const int64_t edge : wage.breaks) EXPECT_EQ(edge % 100, 0) << edge;
  EXPECT_EQ(wage.clip.low % 100, 0);
  EXPECT_EQ(wage.clip.high % 100, 0);
  for (const std::string& value : values) EXPECT_THAT(text_, Not(HasSubstr(value)));
  EXPECT_EQ(Taken(csv).first, 3000u);
}

// One far out says no more than how many digits it has.
TEST_F(Inferring, OneFarOutIsNotToldByTheLastEdge) {
  const auto with = [](int64_t out) {
    return File("hours", 500, [&](int i) { return absl::StrCat(i == 77 ? out : 1 + i % 60); });
  };
  Infer({with(8'123)});
  const std::string one = text_;
  Infer({with(9'876)});
  EXPECT_EQ(text_, one);
}

TEST_F(Inferring, CodesOfFewRowsAreCountedAndNotNamed) {
  const std::string csv = File("illness", 4000, [](int i) {
    return i == 17 ? std::string("Rare-one") : absl::StrCat("Common-", i % 3);
  });
  Infer({csv});
  EXPECT_EQ(fields_["illness"].codes.size(), 3u);
  EXPECT_THAT(text_, Not(HasSubstr("Rare-one")));
  EXPECT_THAT(fields_["illness"].why, HasSubstr("left out: 1 in fewer than 10 rows each, 1 rows"));
  EXPECT_EQ(Taken(csv).first, 3999u);
}

TEST_F(Inferring, ManyCodesOfFewRowsLeaveTheColumnToTheSteward) {
  Infer({File("village,sex", 600, [](int i) { return absl::StrCat("Village ", i % 110, ",F"); })});
  EXPECT_EQ(fields_["village"].role, ProposedRole::kSkip);
  EXPECT_THAT(text_, Not(HasSubstr("Village ")));
}

TEST_F(Inferring, AllFilesGiveOneListAndWhatSomeLackIsSkipped) {
  const auto owner = [](const std::string& place, const std::string& extra) {
    return File(absl::StrCat("place,", extra), 60,
                [&](int i) { return absl::StrCat(place, ",", i % 2); });
  };
  Infer({owner("north", "a"), owner("south", "b")});
  EXPECT_THAT(fields_["place"].codes, ElementsAre("north", "south"));
  EXPECT_EQ(fields_["a"].role, ProposedRole::kSkip);
  EXPECT_EQ(fields_["b"].why, "not in every file");
}

TEST_F(Inferring, DirectIdentifiersAreNeverDimensions) {
  Infer({File("contact,ref,given name,sex", 400, [](int i) {
    return absl::StrCat("p", i % 20, "@example.org,02", 1'000'000 + i % 9, ",Hana,F");
  })});
  for (const char* name : {"contact", "ref", "given name"}) {
    EXPECT_EQ(fields_[name].role, ProposedRole::kSkip) << name;
  }
  EXPECT_THAT(text_, Not(HasSubstr("Hana")));
  EXPECT_EQ(fields_["sex"].role, ProposedRole::kDimension);
}

TEST_F(Inferring, RowsOfAPersonAreRoundedUp) {
  Infer({File("client id,service", 3000, [](int i) {
    return absl::StrCat("c", i / 4, ",", i % 2 == 0 ? "a" : "b");  // four rows each
  })});
  EXPECT_EQ(proposal_.entity, "client id");
  EXPECT_EQ(proposal_.rows_per_person, 5u);
  EXPECT_EQ(package_.standard.max_rows_per_person(), 5u);
  EXPECT_EQ(package_.standard.max_rows_per_person_and_cell(), 1u);
}

TEST_F(Inferring, TextsForNoValueAreNamed) {
  const std::string csv = File("area", 300, [](int i) {
    return std::string(i % 3 == 0 ? "NA" : i % 3 == 1 ? "x" : "y");
  });
  Infer({csv});
  EXPECT_THAT(fields_["area"].missing, ElementsAre("", "NA"));
  EXPECT_FALSE(fields_["area"].required);
  EXPECT_EQ(Taken(csv).first, 300u);
}

TEST_F(Inferring, ADialectSaysHowNumbersAreWritten) {
  v1::Dialect dialect;
  dialect.set_delimiter(";");
  auto* field = dialect.add_fields();
  field->set_name("cost");
  field->set_decimal_char(",");
  Infer({File("cost;sex", 500, [](int i) { return absl::StrCat(i, ",5;F"); })}, dialect);
  EXPECT_EQ(fields_["cost"].type, "number");
  EXPECT_EQ(fields_["cost"].decimals, 1);
}

TEST_F(Inferring, AFileOfAHeaderAloneGivesSkippedColumns) {
  Inference inference;
  ASSERT_TRUE(inference.AddFile(StringSource("a,b\n"), {}).ok());
  const Proposal proposal = inference.Propose("d");
  EXPECT_EQ(proposal.fields.size(), 2u);
  EXPECT_EQ(proposal.fields[0].role, ProposedRole::kSkip);
}

TEST_F(Inferring, AHeaderThatIsNoNameIsRefused) {
  Inference inference;
  EXPECT_THAT(inference.AddFile(StringSource("a,,c\n1,2,3\n"), {}).message(),
              HasSubstr("the header of column 2"));
}

// Its words would be column names of a definition that all members sign.
TEST_F(Inferring, ARowOfDataIsNoHeader) {
  for (const char* row : {"ZAC5361,Wiremu Smith,F", "Wiremu Smith,021 902 9179,F",
                          "Wiremu,a@example.org", "2021-03-04,17,Auckland,12.50"}) {
    Inference inference;
    const absl::Status status =
        inference.AddFile(StringSource(absl::StrCat(row, "\n", row, "\n")), {});
    EXPECT_THAT(status.message(), HasSubstr("reads like a row of data")) << row;
    EXPECT_THAT(status.message(), Not(HasSubstr("Wiremu"))) << row;
  }
  for (const char* header : {"id,2019,region,sex,age", "h1,h2,q3_2021", "NHI,Name"}) {
    Inference inference;
    EXPECT_TRUE(inference.AddFile(StringSource(absl::StrCat(header, "\n")), {}).ok()) << header;
  }
}

// Ten rows of one person are one person's.
TEST_F(Inferring, ACodeOfFewPersonsIsLeftOut) {
  Infer({File("client_id,code", 4000, [](int i) {
    if (i >= 3980) return std::string("c7,rare");
    return absl::StrCat("c", i % 200, ",", i % 2 ? "a" : "b");
  })});
  EXPECT_EQ(proposal_.entity, "client_id");
  EXPECT_EQ(text_.find("rare"), std::string::npos) << text_;
}

// Whatever the column is called.
TEST_F(Inferring, SentencesAreNoCodes) {
  Infer({File("K\xc5\x8drero,region", 600, [](int i) {
    return absl::StrCat(i % 3 ? "\"HIV result positive, please do not disclose\"" : "fine", ",",
                        i % 2 ? "North" : "South");
  })});
  EXPECT_EQ(text_.find("disclose"), std::string::npos) << text_;
}

TEST(PublicNumbers, StepsAreOneTwoFive) {
  EXPECT_EQ(StepAtLeast(0), 1);
  EXPECT_EQ(StepAtLeast(1.1), 2);
  EXPECT_EQ(StepAtLeast(3), 5);
  EXPECT_EQ(StepAtLeast(50), 50);
  EXPECT_EQ(StepAtLeast(51), 100);
}

TEST(DatasetName, IsMadeOfAFilesName) {
  EXPECT_EQ(DatasetNameFrom("My Visits-2021"), "my_visits_2021");
  EXPECT_EQ(DatasetNameFrom("2021"), "d_2021");
  EXPECT_EQ(DatasetNameFrom(""), "d_");
}

// A text is counted from its first row on, however many others come: against counts kept in full.
TEST(ColumnProfile, RowsOfATextAreExact) {
  std::mt19937_64 random(3);
  ColumnProfile profile;
  for (int i = 0; i < 40'000; ++i) profile.Observe(absl::StrCat("p", random() % 10'000), 0);
  EXPECT_NEAR(profile.Distinct(), 9'800, 1'000);
  EXPECT_NEAR(static_cast<double>(profile.RowsEach(0.01)), 9, 1);
  EXPECT_FALSE(profile.codes().has_value());
}

}  // namespace
}  // namespace commons::records
