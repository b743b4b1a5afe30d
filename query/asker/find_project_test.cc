// Which project a question is asked under, when any member may publish one of any name and key.
#include "query/asker/find_project.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using ::testing::AllOf;
using testing::Federation;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kQuestion[] = "SELECT COUNT(*) FROM visits";

class FindProjectTest : public ::testing::Test {
 protected:
  // As member 0 asks.
  absl::StatusOr<DocId> Asked(const std::string& project, const std::string& purpose = "") {
    v1::PrepareRequest request = federation.Request(kQuestion);
    request.set_project(project);
    request.set_purpose(purpose);
    const auto found = FindProject(*federation.reg(), federation.nodes[0]->org, request, "visits",
                                   federation.clock.Now());
    if (!found.ok()) return found.status();
    return (*found)->id;
  }
  std::string Refused(const std::string& project) {
    const absl::Status status = Asked(project).status();
    EXPECT_EQ(governance::ReasonOf(status), v1::PROJECT_NOT_APPROVED);
    return std::string(status.message());
  }
  DocId Real() { return *Asked(""); }

  Federation federation;
};

TEST_F(FindProjectTest, AnotherMembersProjectOfTheSameNameAndKeyDoesNotGetInTheWay) {
  const DocId real = Real();
  for (const char* name : {"practice", "other"}) federation.Publish(1, name);
  EXPECT_EQ(*Asked(""), real);
  EXPECT_EQ(*Asked("practice"), real);
  EXPECT_FALSE(federation.Ask(kQuestion).has_refusal());
}

TEST_F(FindProjectTest, OneThatTheOrganisationDidNotApproveIsNotSignedForByItsName) {
  const DocId other = federation.Publish(1, "other");
  EXPECT_THAT(Refused("other"), AllOf(HasSubstr("no project named other"), HasSubstr("its id"),
                                      HasSubstr(other.ToHex()), HasSubstr("of member-01")));
  EXPECT_EQ(*Asked(other.ToHex()), other);
  EXPECT_EQ(*Asked(other.ToHex().substr(0, 12)), other);
  federation.ApproveProject(0, other);
  EXPECT_EQ(*Asked("other"), other);
}

TEST_F(FindProjectTest, TwoThatTheOrganisationApprovedAreNotChosenBetween) {
  const DocId real = Real();
  const DocId twin = federation.Publish(1, "practice");
  federation.ApproveProject(0, twin);
  EXPECT_THAT(Refused("practice"),
              AllOf(HasSubstr("2 projects are named practice"), HasSubstr(real.ToHex()),
                    HasSubstr(absl::StrCat(twin.ToHex(), " of member-01"))));
  EXPECT_THAT(Refused(""), HasSubstr("name the project (--project)"));
}

TEST_F(FindProjectTest, AnIdThatBeginsASecondNameIsNotGuessed) {
  const DocId real = Real();
  const std::string begins = real.ToHex().substr(0, 8);
  const DocId named_so = federation.Publish(1, begins);
  EXPECT_EQ(*Asked(begins), real);  // a name of nobody's choice here
  federation.ApproveProject(0, named_so);
  EXPECT_THAT(Refused(begins), HasSubstr("2 projects are named"));
}

TEST_F(FindProjectTest, WhoHoldsNothingAndApprovesNothingAsksUnderItsOwnProject) {
  const DocId own = federation.Publish(0, "own");
  EXPECT_EQ(*Asked("own"), own);
}

TEST_F(FindProjectTest, WhoStandsForNoneAsksUnderTheOnlyOne) {
  const OrgId nobody = *OrgId::FromBytes(std::string(32, 'n'));
  const auto found = [&](const std::string& project) {
    v1::PrepareRequest request = federation.Request(kQuestion);
    request.set_project(project);
    return FindProject(*federation.reg(), nobody, request, "visits", federation.clock.Now());
  };
  EXPECT_EQ((*found(""))->id, Real());
  EXPECT_EQ((*found("practice"))->id, Real());
  federation.Publish(1, "other");
  EXPECT_TRUE(found("practice").ok());
  EXPECT_EQ(governance::ReasonOf(found("").status()), v1::PROJECT_NOT_APPROVED);
}

TEST_F(FindProjectTest, AsManyAsAnybodyPublishesMakeNoLongRefusal) {
  for (int i = 0; i < 9; ++i) federation.Publish(1, absl::StrCat("flood-", i));
  EXPECT_THAT(Refused("nobody's"),
              AllOf(HasSubstr("in force and approved here: practice"), Not(HasSubstr("flood"))));
  for (int i = 0; i < 9; ++i) {
    federation.ApproveProject(0, federation.Publish(1, absl::StrCat("approved-", i)));
  }
  EXPECT_THAT(Refused(""), HasSubstr(" and 5 more"));
}

}  // namespace
}  // namespace commons::query
