#include "clients/office/stopping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/testing/commons_for_test.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

class ScopeOfTest : public testing::Test {
 protected:
  ScopeOfTest() : commons_({}) { commons_.Open(); }
  std::optional<v1::Scope> Scope(const StopTarget& target) {
    const auto scope = ScopeOf(target, commons_.Fold());
    EXPECT_TRUE(scope.ok()) << scope.status();
    return scope.value_or(std::nullopt);
  }
  std::string Refused(const StopTarget& target) {
    const absl::Status status = ScopeOf(target, commons_.Fold()).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  }
  governance::TestCommons commons_;
};

TEST_F(ScopeOfTest, IsWhatWasNamed) {
  EXPECT_FALSE(Scope({}).has_value());
  EXPECT_TRUE(Scope({.all = true})->all());
  EXPECT_EQ(Scope({.dataset = "cases"})->dataset(), "cases");
  EXPECT_EQ(Scope({.purpose = "health"})->purpose(), "health");
  const v1::Scope project = *Scope({.project = "survey"});
  EXPECT_EQ(project.project().issuer(), commons_.orgs[0].id.ToBytes());
  EXPECT_EQ(project.project().name(), "survey");
  EXPECT_EQ(Scope({.requester = "org-2"})->requester(), commons_.orgs[2].id.ToBytes());
  const PublicKey key = commons_.researcher.public_key();
  EXPECT_EQ(Scope({.requester = key.ToHex()})->requester(), key.ToBytes());
}

// A freeze of a name that nobody has stops nothing, and would be taken for one that does.
TEST_F(ScopeOfTest, KnowsTheNames) {
  EXPECT_THAT(Refused({.dataset = "case"}), HasSubstr("did you mean cases?"));
  EXPECT_THAT(Refused({.project = "census"}), HasSubstr("--project"));
  EXPECT_THAT(Refused({.requester = "org-9"}), HasSubstr("--requester org-9"));
  EXPECT_THAT(Refused({.dataset = "cases", .purpose = "health"}), HasSubstr("name one of"));
  EXPECT_THAT(Refused({.dataset = "cases", .all = true}), HasSubstr("name one of"));
}

}  // namespace
}  // namespace commons::clients
