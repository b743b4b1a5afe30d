#include "governance/review/project_fit.h"

#include <functional>

#include "gmock/gmock.h"
#include "governance/rules/decide.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ProjectFitTest : public testing::Test {
 protected:
  ProjectFitTest() { c.Open(); }

  // The oracle: what is kept out is what Decide refuses although the owner has said yes.
  std::vector<std::string> KeptOut() const {
    const Register reg = c.Fold();
    const auto lines =
        KeptOutByRules(*reg.FindProject(c.project)->project, reg, c.orgs[1].id, c.now);
    EXPECT_EQ(lines.empty(), Decide(reg, c.orgs[1].id, c.Ask(), c.now).ok());
    return lines;
  }
  void Narrow(const std::function<void(v1::Rule&)>& change) {
    v1::Rule rule = TestCommons::OwnerRule();
    change(rule);
    c.SetPolicy(c.orgs[1], rule);
  }

  TestCommons c{{}};
};

TEST_F(ProjectFitTest, OfAProjectThatTheRulesAllowNothingIsSaid) {
  EXPECT_THAT(KeptOut(), IsEmpty());
}

TEST_F(ProjectFitTest, NamesWhatTheRulesKeepOut) {
  Narrow([](v1::Rule& rule) { rule.set_purposes(0, "teaching"); });
  EXPECT_THAT(KeptOut(), ElementsAre(HasSubstr("our rules for cases: none of its purposes")));
  Narrow([](v1::Rule& rule) { rule.add_prohibited("health"); });
  EXPECT_THAT(KeptOut(), ElementsAre(HasSubstr("none of its purposes")));
}

TEST_F(ProjectFitTest, NamesALegalBasisThatIsNotAllowed) {
  Narrow([](v1::Rule& rule) { rule.add_legal_bases("statute"); });
  EXPECT_THAT(KeptOut(),
              ElementsAre(HasSubstr("legal basis is not allowed; allowed are: statute")));
}

TEST_F(ProjectFitTest, NamesWhoMayNotAsk) {
  Narrow([&](v1::Rule& rule) { rule.add_asking_orgs(c.orgs[1].id.ToBytes()); });
  EXPECT_THAT(KeptOut(), ElementsAre(HasSubstr("its organisation is not one that may ask")));
}

TEST_F(ProjectFitTest, NamesThatNoneOfItsResearchersMayAsk) {
  Narrow([&](v1::Rule& rule) { rule.add_researchers(c.orgs[1].id.ToBytes()); });
  EXPECT_THAT(KeptOut(), ElementsAre(HasSubstr("none of its researchers may ask")));
}

TEST_F(ProjectFitTest, SaysThatADatasetIsClosed) {
  c.SetPolicy(c.orgs[1], TestCommons::OwnerRule(), false, 0, absl::ToUnixSeconds(c.now) + 10);
  c.now += absl::Seconds(10);
  EXPECT_THAT(KeptOut(), ElementsAre(HasSubstr("the owner's rules have expired")));
}

}  // namespace
}  // namespace commons::governance
