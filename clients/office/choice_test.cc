#include "clients/office/choice.h"

#include <unordered_map>

#include "gmock/gmock.h"
#include "governance/document/id_prefix.h"
#include "governance/document/payload_types.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::TestCommons;
using testing::HasSubstr;
using testing::Not;

void ExpectRefusedAs(const absl::Status& status, const std::vector<std::string>& listed) {
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;  // wrong use: exit 2
  for (const std::string& each : listed) EXPECT_THAT(status.message(), HasSubstr(each));
}

TEST(ChooseProject, ANameThatTwoMembersGaveIsNotGuessed) {
  TestCommons c({});
  c.Found();
  const DocId first = c.SetProject(c.orgs[0], c.CasesProject());
  EXPECT_EQ(*ChooseProject("survey", c.Fold()), first);
  const DocId second = c.SetProject(c.orgs[1], c.CasesProject());
  ExpectRefusedAs(ChooseProject("survey", c.Fold()).status(),
                  {first.ToHex() + " from org-0", second.ToHex() + " from org-1"});
  for (const DocId& id : {first, second}) {
    EXPECT_EQ(*ChooseProject(id.ToHex(), c.Fold()), id);
    EXPECT_EQ(*ChooseProject(id.ToHex().substr(0, 16), c.Fold()), id);
    EXPECT_TRUE(absl::IsNotFound(ChooseProject(id.ToHex().substr(0, 7), c.Fold()).status()));
  }
}

TEST(ChooseProject, ANameThatIsAnothersIdChangesNothingForThatId) {
  TestCommons c({});
  c.Found();
  const DocId first = c.SetProject(c.orgs[0], c.CasesProject());
  v1::Project liar = c.CasesProject();
  liar.set_name(first.ToHex());
  c.SetProject(c.orgs[1], liar);
  EXPECT_EQ(*ChooseProject(first.ToHex(), c.Fold()), first);
  liar.set_name(first.ToHex().substr(0, 16));
  c.SetProject(c.orgs[1], liar);
  ExpectRefusedAs(ChooseProject(first.ToHex().substr(0, 16), c.Fold()).status(), {first.ToHex()});
}

v1::Envelope Ballot(TestCommons& c, int org, int64_t issued_at) {
  v1::Resolution resolution = c.CommonRules();
  *resolution.mutable_header() = governance::NextCommonsHeader(c.Fold(), c.orgs[org].id, c.now);
  resolution.mutable_header()->set_issued_at(issued_at);
  resolution.set_ballot(1);
  return governance::SignDocument(kinds::kResolution, resolution.SerializeAsString(), {});
}

TEST(ChooseBallot, ABeginningThatTwoIdsShareIsNotGuessed) {
  TestCommons c({});
  c.Found();
  // What any member can do: write resolutions until two ids begin alike.
  v1::Resolution resolution;
  ASSERT_TRUE(resolution.ParseFromString(Ballot(c, 0, 1).payload()));
  std::unordered_map<std::string, int64_t> seen;
  v1::RuleFile rules;
  std::string shared;
  for (int64_t at = 1; rules.envelopes().empty(); ++at) {
    const int org = at % 2;
    resolution.mutable_header()->set_issuer(c.orgs[org].id.ToBytes());
    resolution.mutable_header()->set_issued_at(at);
    v1::Envelope envelope;
    envelope.set_payload_type(kinds::kResolution);
    envelope.set_payload(resolution.SerializeAsString());
    shared = governance::IdOf(envelope).ToHex().substr(0, governance::kIdDigitsMin);
    const auto [before, fresh] = seen.emplace(shared, at);
    if (fresh || before->second % 2 == org) continue;
    *rules.add_envelopes() = Ballot(c, 1 - org, before->second);
    *rules.add_envelopes() = Ballot(c, org, at);
  }
  *rules.add_envelopes() = Ballot(c, 0, 1);
  const governance::Register reg = c.Fold();
  const auto choose = [&](const std::string& digits) {
    v1::RuleFile named;
    for (const v1::Envelope& each : rules.envelopes()) {
      if (governance::IdBegins(digits, governance::IdOf(each))) *named.add_envelopes() = each;
    }
    return ChooseBallot(digits, named, reg);
  };
  const std::string first = governance::IdOf(rules.envelopes(0)).ToHex();
  const std::string second = governance::IdOf(rules.envelopes(1)).ToHex();
  ExpectRefusedAs(choose(shared).status(), {first, second, "from org-0", "from org-1"});
  EXPECT_THAT(choose(shared).status().message(),
              Not(HasSubstr(governance::IdOf(rules.envelopes(2)).ToHex())));
  EXPECT_EQ(choose(first)->id.ToHex(), first);
  EXPECT_EQ(choose(second.substr(0, 20))->id.ToHex(), second);
  EXPECT_TRUE(absl::IsNotFound(choose(first.substr(0, governance::kIdDigitsMin - 1)).status()));
}

TEST(ChooseBallot, AFileWithTwoBallotsIsNotGuessedFrom) {
  TestCommons c({});
  c.Found();
  v1::RuleFile rules;
  *rules.add_envelopes() = c.orgs[0].card;
  *rules.add_envelopes() = Ballot(c, 0, 1);
  *rules.add_envelopes() = Ballot(c, 0, 1);  // the same once more
  EXPECT_TRUE(ChooseBallot("a.rule", rules, c.Fold()).ok());
  *rules.add_envelopes() = Ballot(c, 1, 1);
  ExpectRefusedAs(ChooseBallot("a.rule", rules, c.Fold()).status(), {"a.rule: may be any of"});
}

}  // namespace
}  // namespace commons::clients
