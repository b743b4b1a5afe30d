// Questions as people asked them, in the words that boards read.
#include "query/question/question_words.h"

#include <string>

#include "gmock/gmock.h"
#include "query/sql/planner_for_test.h"

namespace commons::query {
namespace {

class QuestionWordsTest : public PlanTest {
 protected:
  std::string Words(absl::string_view sql) const {
    const auto plan = Ask(sql);
    if (!plan.ok()) return plan.status().ToString();
    return QuestionWords(plan->question, standard_);
  }
  std::string Population(absl::string_view where) const {
    const auto plan = Ask(absl::StrCat("SELECT COUNT(*) FROM visits WHERE ", where));
    if (!plan.ok()) return plan.status().ToString();
    return PopulationWords(plan->question, standard_);
  }
};

TEST_F(QuestionWordsTest, NameWhatIsCountedAndByWhat) {
  EXPECT_EQ(Words("SELECT COUNT(*) FROM visits"), "how many rows");
  EXPECT_EQ(Words("SELECT sex, age, COUNT(*), COUNT(DISTINCT person) AS people FROM visits GROUP "
                  "BY sex, age"),
            "how many rows and how many people, by sex and age");
  EXPECT_EQ(Words("SELECT COUNT(*) FILTER (WHERE sex = 'F') FROM visits"),
            "how many rows (of some of them)");
  EXPECT_EQ(Words("SELECT CASE WHEN sex = 'F' THEN 'a' ELSE 'b' END, COUNT(*) FROM visits GROUP BY "
                  "1"),
            "how many rows, by groups of sex");
}

TEST_F(QuestionWordsTest, SayInWhichPeriods) {
  EXPECT_EQ(Words("SELECT date_trunc('year', month), COUNT(*) FROM visits GROUP BY 1"),
            "how many rows, by year of month");
  EXPECT_EQ(Words("SELECT month, COUNT(*) FROM visits GROUP BY 1"), "how many rows, by month");
}

// A row of several responses that has one of two, and one that lacks both, are not the same rows.
TEST_F(QuestionWordsTest, SeveralResponsesAreHadOrAreAllThereIs) {
  v1::Standard standard = standard_;
  standard.mutable_columns(1)->set_max_responses(3);
  const auto population = [&](absl::string_view where) {
    const auto plan = PlanQuery(absl::StrCat("SELECT COUNT(*) FROM visits WHERE ", where),
                                LookupOf(standard, v1::PROTECTED));
    return plan.ok() ? PopulationWords(plan->question, standard) : plan.status().ToString();
  };
  EXPECT_EQ(population("sex IN ('F', 'U')"), "sex has Female or Unknown, \"other\"");
  EXPECT_EQ(population("sex <> 'M'"), "sex does not have Male");
  EXPECT_EQ(population("sex NOT IN ('M', 'F')"), "sex has neither Female nor Male");
}

TEST_F(QuestionWordsTest, NameWhomItIsAbout) {
  EXPECT_EQ(Population("true"), "all");
  EXPECT_EQ(Population("sex = 'F'"), "sex is Female");
  EXPECT_EQ(Population("sex <> 'F' AND age BETWEEN 15 AND 24"),
            "sex is Male or Unknown, \"other\"; age from 15 to under 25");
  EXPECT_EQ(Population("age >= 15"), "age from 15");
  EXPECT_EQ(Population("age < 15 OR age >= 26"), "age to under 15 or from 26");
  EXPECT_EQ(Population("age IS NULL"), "age is not known");
  EXPECT_EQ(Population("age IS NOT NULL"), "age is known");
  EXPECT_EQ(Population("age >= 15 OR age IS NULL"), "age from 15, or not known");
  EXPECT_EQ(Population("sex = 'F' OR age >= 15"), "some combinations of sex and age");
}

// Whatever an owner calls its columns and codes, it stays a line that a terminal shows.
TEST_F(QuestionWordsTest, AreOneLineAndBounded) {
  v1::Standard standard = standard_;
  standard.mutable_columns(1)->set_name(std::string(5000, 'n') + "\n\x1b[2J");
  standard.mutable_columns(1)->mutable_codes(0)->set_label("\n\x1b]0;x");
  const auto plan = Ask("SELECT sex, COUNT(*) FROM visits WHERE sex = 'F' GROUP BY sex");
  ASSERT_TRUE(plan.ok());
  for (const std::string& words :
       {QuestionWords(plan->question, standard), PopulationWords(plan->question, standard)}) {
    EXPECT_LT(words.size(), 1500u);
    EXPECT_EQ(words.find_first_of("\n\x1b"), std::string::npos) << words;
  }
}

}  // namespace
}  // namespace commons::query
