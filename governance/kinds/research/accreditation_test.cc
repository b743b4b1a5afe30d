#include "governance/kinds/research/accreditation.h"

#include "absl/strings/str_cat.h"
#include "governance/document/chains.h"
#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(AccreditationKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  const std::string wrong_chain =
      absl::StrCat("chain must be '", AccreditationChain(c.researcher.public_key()), "'");
  ExpectRefusals<v1::Accreditation>(
      kAccreditationKind, PayloadOf<v1::Accreditation>(c, kAccreditationKind),
      {
          {[](auto& p) { p.set_researcher("short"); }, v1::MALFORMED,
           "accreditation: researcher key"},
          {[](auto& p) { p.set_researcher(std::string(32, '\xff')); }, v1::MALFORMED,
           "accreditation: researcher key"},
          {[](auto& p) { p.mutable_header()->set_chain("accreditation/1"); }, v1::MALFORMED,
           wrong_chain.c_str()},
      });
}

TEST(AccreditationKind, DraftNamesTheKey) {
  TestCommons c({});
  c.Open();
  const PublicKey key = c.NewKey().public_key();
  v1::Accreditation accreditation;
  ASSERT_TRUE(accreditation.ParseFromString(
      DraftAccreditation(c.Fold(), c.orgs[1].id, key, "a university", true, c.now)));
  EXPECT_TRUE(ParseAs(kAccreditationKind, accreditation.SerializeAsString()).ok());
  EXPECT_EQ(accreditation.researcher(), key.view());
  EXPECT_EQ(accreditation.affiliation(), "a university");
  EXPECT_TRUE(accreditation.practice());
}

}  // namespace
}  // namespace commons::governance
