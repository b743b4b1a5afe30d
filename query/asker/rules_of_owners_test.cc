// What owners' rules, editions and definitions make of a question to the whole federation.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;
using ::testing::HasSubstr;
using testing::Options;

TEST(RulesOfOwners, PolicyNarrowedBetweenSealAndSubmitRefuses) {
  Federation federation(testing::Generous(3, 22));
  v1::Rule narrower = testing::DefaultRule();
  narrower.clear_purposes();
  narrower.add_purposes("another");
  size_t narrowed = 3;  // whoever is not the first to be asked to submit
  federation.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                        const Federation::Deliver& deliver) {
    if (phase == Phase::kSubmit && narrowed == 3) {
      narrowed = (member + 1) % 3;
      federation.SetRule(narrowed, narrower);
    }
    return deliver(request);
  };
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_EQ(answer.refusal().reason(), v1::ABORTED);
  EXPECT_EQ(answer.members(narrowed).reason(), "PURPOSE_NOT_ALLOWED");
}

TEST(RulesOfOwners, AnEditionThatTheNoticeDoesNotNameIsNotAskedAbout) {
  Federation federation(testing::Generous(4, 24));
  federation.nodes[1]->edition = 2;  // the notice of holdings names 1
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_FALSE(answer.has_refusal()) << answer.ShortDebugString();
  for (const v1::MemberState& member : answer.members()) {
    const bool unsigned_edition = member.member() == federation.nodes[1]->name;
    EXPECT_EQ(member.status(),
              unsigned_edition ? v1::MemberState::REFUSED : v1::MemberState::ANSWERED);
    EXPECT_EQ(member.reason(), unsigned_edition ? "NO_DATA" : "");
    EXPECT_EQ(member.epoch(), unsigned_edition ? 0u : 1u);
  }
}

// A code and a column were added; member 2 has imported since.
TEST(RulesOfOwners, RowsOfAnEarlierDefinitionAnswerWhatUsesNothingNew) {
  Options options = testing::Generous(3, 27);
  options.rule = testing::DefaultRule(v1::OPEN);
  Federation federation(options);
  testing::FillRows(federation, 50, 1);
  const auto total = [](const v1::Answer& answer) {
    int64_t sum = 0;
    for (const v1::Cell& cell : answer.cells()) sum += std::stoll(cell.values(0).value());
    return sum;
  };
  constexpr char kBySex[] = "SELECT sex, COUNT(*) FROM visits GROUP BY sex";
  const int64_t all = total(federation.Ask(kBySex));
  v1::Standard after = options.standard;
  const auto add_code = [](v1::Column& column, const char* value) {
    v1::Code& code = *column.add_codes();
    code.set_value(value);
    code.set_label(value);
  };
  add_code(*after.mutable_columns(0), "X");
  add_code(*after.mutable_columns(1), "west");
  v1::Column& ward = *after.add_columns();
  ward.set_name("ward");
  ward.set_role(v1::DIMENSION);
  ward.set_type(v1::STRING);
  add_code(ward, "1");
  federation.Redefine(after);
  federation.SetNotice(2, 1);

  const v1::Answer answer = federation.Ask(kBySex);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(answer.cells_size(), 4);
  EXPECT_EQ(total(answer), all);
  const auto says = [](const auto& sentences) {
    return std::count(sentences.begin(), sentences.end(),
                      "2 of 3 members hold rows under an earlier definition, without what was "
                      "added since: member-00, member-01.");
  };
  EXPECT_EQ(says(answer.caveats()), 1) << answer.DebugString();
  const auto explained = federation.nodes[0]->asker->Explain(federation.Request(kBySex));
  EXPECT_EQ(says(explained.notes()), 1) << explained.DebugString();

  const auto said = [&](const char* sql) {
    std::vector<std::string> words;
    const v1::Answer told = federation.Ask(sql);
    for (const v1::MemberState& member : told.members()) {
      words.push_back(member.message());
    }
    return words;
  };
  const std::string held = "visits is held under an earlier definition, ";
  const std::string again = "; its owner has to import again";
  EXPECT_EQ(said("SELECT ward, COUNT(*) FROM visits GROUP BY ward"),
            (std::vector<std::string>{held + "which lacks 'ward'" + again,
                                      held + "which lacks 'ward'" + again, ""}));
  const std::string lacks = held + "in which 'sex' lacks what is asked for" + again;
  for (const char* sql : {"SELECT COUNT(*) FROM visits WHERE sex = 'X'",
                          "SELECT COUNT(*), COUNT(*) FILTER (WHERE sex = 'X') AS x FROM visits",
                          "SELECT COUNT(*) FROM visits WHERE (sex = 'X' AND region = 'north') OR "
                          "(sex = 'F' AND region = 'west')",
                          "SELECT COUNT(*) FILTER (WHERE (sex = 'X' AND region = 'north') OR (sex "
                          "= 'F' AND region = 'west')) FROM visits"}) {
    EXPECT_EQ(said(sql), (std::vector<std::string>{lacks, lacks, ""})) << sql;
  }
  for (const char* sql : {"SELECT COUNT(*) FROM visits WHERE sex <> 'X'",
                          "SELECT COUNT(*) FROM visits WHERE sex = 'X' OR region = 'north'",
                          "SELECT COUNT(*) FILTER (WHERE sex = 'X' OR region = 'north') FROM "
                          "visits"}) {
    EXPECT_EQ(said(sql), std::vector<std::string>(3)) << sql;
  }
}

// One member's files have no column "region": it answers all that does not use it.
TEST(RulesOfOwners, AColumnThatAMemberDoesNotHoldIsRefusedByThatMemberAlone) {
  Federation federation(testing::Generous(4, 28));
  federation.SetNotice(1, 1, 0, {"region"});
  const auto told = [&](const v1::Answer& answer) {
    std::vector<std::string> words;
    for (const v1::MemberState& member : answer.members()) words.push_back(member.reason());
    return words;
  };
  const std::vector<std::string> all(4), alone = {"", "COLUMN_NOT_HELD", "", ""};
  EXPECT_EQ(told(federation.Ask("SELECT sex, COUNT(*) FROM visits GROUP BY sex")), all);
  const auto spent = [&] {
    const auto& node = *federation.nodes[1];
    return node.ledger->BalanceOf(testing::kDataset, federation.clock.Now()).spent_micro_rho;
  };
  const uint64_t before = spent();
  for (const char* sql : {"SELECT region, COUNT(*) FROM visits GROUP BY region",
                          "SELECT COUNT(*) FROM visits WHERE region = 'north'",
                          "SELECT COUNT(*) FROM visits WHERE region IS NULL"}) {
    const v1::Answer answer = federation.Ask(sql);
    EXPECT_FALSE(answer.has_refusal()) << answer.ShortDebugString();
    EXPECT_EQ(told(answer), alone) << sql;
    EXPECT_EQ(answer.members(1).message(),
              "column 'region' is not in the data that this owner holds");
    const v1::ExplainReply plan = federation.nodes[0]->asker->Explain(federation.Request(sql));
    ASSERT_EQ(plan.members_size(), 4);
    EXPECT_EQ(plan.members(1).reason(), "COLUMN_NOT_HELD");
  }
  EXPECT_EQ(spent(), before) << "nothing was charged for what was refused";
}

TEST(RulesOfOwners, OpenRulesForADatasetThatCannotBeOpenAreRefusedWithThatReason) {
  Options options = testing::Generous(3, 25);
  options.rule = testing::DefaultRule(v1::OPEN);
  v1::Column& hidden = *options.standard.add_columns();
  hidden.set_name("name");
  hidden.set_role(v1::HIDDEN);
  hidden.set_type(v1::STRING);
  Federation federation(options);
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_EQ(answer.refusal().reason(), v1::RELEASE_NOT_ALLOWED);
  EXPECT_EQ(answer.refusal().message(), "'visits' keeps 'name', so it can't be open");
}

TEST(RulesOfOwners, APurposeOutsideTheDefinitionIsRefusedNamingThoseInIt) {
  Options options = testing::Generous(3, 26);
  options.standard.add_purposes(testing::kPurpose);
  options.rule.add_purposes("marketing");
  Federation federation(options);
  EXPECT_FALSE(federation.Ask("SELECT COUNT(*) FROM visits").has_refusal());
  v1::PrepareRequest request = federation.Request("SELECT COUNT(*) FROM visits");
  request.set_purpose("marketing");
  const auto prepared = federation.nodes[0]->asker->Prepare(request);
  EXPECT_EQ(governance::ReasonOf(prepared.status()), v1::PURPOSE_NOT_ALLOWED);
  EXPECT_EQ(governance::RefusalOf(prepared.status()).message(),
            absl::StrCat("visits may not be used for 'marketing'; its definition allows: ",
                         testing::kPurpose));
}

TEST(RulesOfOwners, ExplainNamesWhoForcesWhat) {
  Federation federation(testing::Generous(3, 23));
  v1::Rule strict = testing::DefaultRule();
  strict.set_noise(v1::BROAD);
  strict.set_threshold(20);
  federation.SetRule(1, strict);
  federation.nodes[2]->ready = governance::Refuse(v1::STALE, "catching up");
  const v1::ExplainReply reply =
      federation.nodes[0]->asker->Explain(federation.Request("SELECT COUNT(*) FROM visits"));
  ASSERT_EQ(reply.members_size(), 3) << reply.DebugString();
  EXPECT_EQ(reply.members(0).forces_size(), 0);
  ASSERT_EQ(reply.members(1).forces_size(), 2);
  EXPECT_EQ(reply.members(1).forces(0), "noise");
  EXPECT_EQ(reply.members(1).forces(1), "threshold");
  EXPECT_EQ(reply.members(2).status(), v1::ExplainReply::Member::WOULD_REFUSE);
  EXPECT_EQ(reply.members(2).reason(), "STALE");
  EXPECT_EQ(reply.noise_class(), "broad");
  EXPECT_EQ(reply.threshold(), 20u);
  EXPECT_EQ(reply.cost_micro_rho(), 1'250u);
  EXPECT_EQ(reply.cells(), 1u);
  ASSERT_EQ(reply.notes_size(), 3);
  EXPECT_NE(reply.notes(0).find("if at most 1 other pools what they know"), std::string::npos)
      << reply.notes(0);
}

TEST(RulesOfOwners, AKeyThatNoProjectNamesIsSaidToBeWhatIsWrong) {
  Federation federation;
  v1::PrepareRequest request = federation.Request("SELECT COUNT(*) FROM visits");
  request.set_researcher(federation.nodes[0]->key.public_key().ToBytes());
  const absl::Status refused = federation.nodes[0]->asker->Prepare(request).status();
  EXPECT_EQ(governance::ReasonOf(refused), v1::PROJECT_NOT_APPROVED);
  EXPECT_THAT(std::string(refused.message()),
              ::testing::AllOf(HasSubstr("researcher's key and visits"), HasSubstr("--as")));
  request.set_project("nobody's");
  EXPECT_THAT(std::string(federation.nodes[0]->asker->Prepare(request).status().message()),
              HasSubstr("no project in force is named nobody's"));
}

TEST(RulesOfOwners, UnknownDatasetNamesTheNearest) {
  Federation federation;
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visit");
  EXPECT_EQ(answer.refusal().reason(), v1::UNKNOWN_DATASET);
  EXPECT_NE(answer.refusal().message().find("visits"), std::string::npos);
}

}  // namespace
}  // namespace commons::query
