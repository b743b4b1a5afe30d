#include "clients/answer/render.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace commons::clients {
namespace {

using nlohmann::json;
using testing::HasSubstr;

v1::Answer TwoCells() {
  v1::Answer answer;
  answer.set_query_id("ab");
  answer.set_dataset("covid_cases");
  answer.set_release("protected");
  answer.set_practice(true);
  answer.add_dimensions("sex");
  answer.add_measures("n");
  answer.set_noise_class("standard");
  answer.set_noise_sigma(13.8);
  for (const char* label : {"Wāhine, \"f\"", ""}) {
    v1::Cell* cell = answer.add_cells();
    v1::KeyPart* key = cell->add_key();
    key->set_dimension("sex");
    if (*label)
      key->set_label(label);
    else
      key->set_kind(v1::KeyPart::MISSING);
    v1::CellValue* value = cell->add_values();
    value->set_measure("n");
    value->set_status(*label ? v1::CellValue::RELEASED : v1::CellValue::SUPPRESSED);
    value->set_value("22692");
    value->set_margin95("29");
    value->set_noise_sd("13.78");
    value->set_reason("SMALL_CELL");
  }
  v1::MemberState* member = answer.add_members();
  member->set_member("west-coast");
  member->set_status(v1::MemberState::REFUSED);
  member->set_reason("FROZEN");
  return answer;
}

TEST(AnswerJson, HasTheContractsShape) {
  const json parsed = json::parse(AnswerJson(TwoCells()));
  EXPECT_EQ(parsed["cells"][0]["key"]["sex"], "Wāhine, \"f\"");
  EXPECT_EQ(
      parsed["cells"][0]["values"]["n"],
      (json{{"status", "released"}, {"value", 22692}, {"margin95", 29}, {"noise_sd", 13.78}}));
  EXPECT_TRUE(parsed["cells"][1]["key"]["sex"].is_null());
  EXPECT_EQ(parsed["cells"][1]["values"]["n"],
            (json{{"status", "suppressed"}, {"reason", "SMALL_CELL"}}));
  EXPECT_EQ(parsed["members"][0]["reason"], "FROZEN");
  EXPECT_EQ(parsed["noise"]["sigma"], 13.8);
  EXPECT_EQ(parsed["practice"], true);
}

TEST(AnswerJson, SaysWhatAReaderNeedsBesideTheFigures) {
  v1::Answer answer = TwoCells();
  answer.set_asked_at("2024-03-15T09:30:00Z");
  answer.set_project("housing");
  answer.add_members()->set_status(v1::MemberState::ANSWERED);
  v1::MeasureUnit& unit = *answer.add_units();
  unit.set_measure("n");
  unit.set_unit("person");
  for (const auto& [code, label] : {std::pair("F", "Wāhine"), std::pair("M", "Tāne")}) {
    v1::LabelledCode& entry = *answer.add_codes();
    entry.set_dimension("sex");
    entry.set_code(code);
    entry.set_label(label);
  }
  const json parsed = json::parse(AnswerJson(answer));
  EXPECT_EQ(parsed["asked_at"], "2024-03-15T09:30:00Z");
  EXPECT_EQ(parsed["project"], "housing");
  EXPECT_EQ(parsed["coverage"], (json{{"members", 1}, {"of", 2}}));
  EXPECT_EQ(parsed["units"], (json{{"n", "person"}}));
  EXPECT_EQ(parsed["labels"], (json{{"sex", {{"F", "Wāhine"}, {"M", "Tāne"}}}}));
}

TEST(AnswerJson, OfADaemonFromBeforeIsJsonToo) {
  v1::Answer answer = TwoCells();
  answer.mutable_cells(0)->mutable_values(0)->clear_noise_sd();
  const json parsed = json::parse(AnswerJson(answer));
  EXPECT_EQ(parsed["cells"][0]["values"]["n"],
            (json{{"status", "released"}, {"value", 22692}, {"margin95", 29}}));
}

TEST(AnswerJson, ASuppressedCellCarriesNoNumber) {
  const std::string text = AnswerJson(TwoCells());
  EXPECT_EQ(text.find("22692"), text.rfind("22692"));
}

TEST(AnswerJson, ExactSumsKeepEveryDigit) {
  v1::Answer answer = TwoCells();
  answer.mutable_cells(0)->mutable_values(0)->set_value("170141183460469231731687303.25");
  EXPECT_THAT(AnswerJson(answer), HasSubstr("\"value\":170141183460469231731687303.25,"));
}

TEST(AnswerJson, ARefusalSaysWhyAndWhere) {
  v1::Answer answer;
  answer.mutable_refusal()->set_reason(v1::UNSUPPORTED_SQL);
  answer.mutable_refusal()->set_message("no joins");
  answer.mutable_refusal()->set_position(17);
  const json parsed = json::parse(AnswerJson(answer));
  EXPECT_EQ(parsed["refused"],
            (json{{"reason", "UNSUPPORTED_SQL"}, {"message", "no joins"}, {"position", 17}}));
  EXPECT_TRUE(parsed["members"].is_array());
}

TEST(AnswerJson, InvalidUtf8IsReplacedNotThrownOn) {
  v1::Answer answer = TwoCells();
  answer.set_sql("\xff");
  EXPECT_TRUE(json::parse(AnswerJson(answer))["sql"].is_string());
}

TEST(AnswerCsv, QuotesWhatNeedsIt) {
  EXPECT_EQ(AnswerCsv(TwoCells()),
            "sex,n,n_margin95,n_status\r\n\"Wāhine, \"\"f\"\"\",22692,29,released\r\n"
            "(missing),,,SMALL_CELL\r\n");
}

TEST(AnswerCsv, EachTextOfAKeyMeansOneThing) {
  v1::Answer answer;
  answer.add_dimensions("c");
  const auto label = [&](const char* text) {
    v1::KeyPart& part = *answer.add_cells()->add_key();
    part.set_dimension("c");
    part.set_kind(v1::KeyPart::LABEL);
    part.set_label(text);
  };
  for (const char* text : {"(missing)", "((all))", "(other)", "missing", "("}) label(text);
  v1::KeyPart& missing = *answer.add_cells()->add_key();
  missing.set_dimension("c");
  missing.set_kind(v1::KeyPart::MISSING);
  answer.add_cells();
  EXPECT_EQ(AnswerCsv(answer),
            "c\r\n((missing))\r\n(((all)))\r\n(other)\r\nmissing\r\n(\r\n"
            "(missing)\r\n(all)\r\n");
}

TEST(AnswerCsv, ASumOfNoValuesIsReleasedAndHasNone) {
  v1::Answer answer;
  answer.add_measures("s");
  v1::CellValue& value = *answer.add_cells()->add_values();
  value.set_measure("s");
  value.set_status(v1::CellValue::RELEASED);
  value.set_value("null");
  value.set_margin95("0");
  EXPECT_EQ(AnswerCsv(answer), "s,s_margin95,s_status\r\n,0,released\r\n");
}

TEST(AnswerCsv, PercentilesHaveTheirBandBeside) {
  v1::Answer answer = TwoCells();
  answer.add_banded("n");
  answer.mutable_cells(0)->mutable_values(0)->set_band("[15,25)");
  EXPECT_EQ(AnswerCsv(answer),
            "sex,n,n_margin95,n_status,n_band\r\n"
            "\"Wāhine, \"\"f\"\"\",22692,29,released,\"[15,25)\"\r\n"
            "(missing),,,SMALL_CELL,\r\n");
  EXPECT_THAT(AnswerTable(answer), HasSubstr("22692 ± 29 in [15,25)"));
  const json values = json::parse(AnswerJson(answer))["cells"][0]["values"]["n"];
  EXPECT_FALSE(values.contains("interval95"));
  EXPECT_EQ(values["band"], "[15,25)");
}

TEST(AnswerJson, WhereTheMarginReachesTooFarOnOneSideTheIntervalStands) {
  v1::Answer answer = TwoCells();
  v1::CellValue& value = *answer.mutable_cells(0)->mutable_values(0);
  value.set_low95("22663");
  value.set_high95("22701.5");
  value.set_band("[15,25)");
  EXPECT_EQ(json::parse(AnswerJson(answer))["cells"][0]["values"]["n"]["interval95"],
            json({22663, 22701.5}));
  EXPECT_THAT(AnswerTable(answer), HasSubstr("22692 (22663 to 22701.5) in [15,25)"));
  value.set_band("22692");  // of whole numbers, one by one
  EXPECT_THAT(AnswerTable(answer), HasSubstr("22692 (22663 to 22701.5)\n"));
}

TEST(AnswerTable, NamesWhoDidNotAnswerAndWhy) {
  const std::string text = AnswerTable(TwoCells());
  EXPECT_THAT(text, HasSubstr("PRACTICE"));
  EXPECT_THAT(text, HasSubstr("22692 ± 29"));
  EXPECT_THAT(text, HasSubstr("too small to show"));
  EXPECT_THAT(text, HasSubstr("west-coast refused (FROZEN"));
}

TEST(AnswerTable, NamesWhoForcesAValue) {
  v1::Answer answer = TwoCells();
  v1::MemberState& strict = *answer.add_members();
  strict.set_member("tui");
  strict.set_status(v1::MemberState::ANSWERED);
  strict.set_took_ms(1200);
  EXPECT_THAT(AnswerTable(answer), testing::Not(HasSubstr("forces")));
  strict.add_forces("threshold");
  strict.add_forces("rounding");
  EXPECT_THAT(AnswerTable(answer), HasSubstr("  tui forces threshold, rounding\n"));
  const json member = json::parse(AnswerJson(answer))["members"].back();
  EXPECT_EQ(member["forces"], (json{"threshold", "rounding"}));
  EXPECT_EQ(member["took_ms"], 1200);
}

TEST(Explain, TellsNoMarginWhereNobodyWouldAnswer) {
  v1::ExplainReply reply;
  reply.set_noise_class("standard");
  EXPECT_THAT(ExplainTable(reply), testing::Not(HasSubstr("±")));
  EXPECT_TRUE(json::parse(ExplainJson(reply))["margin95"].is_null());
  reply.set_margin95(29);
  EXPECT_THAT(ExplainTable(reply), HasSubstr("± 29"));
  EXPECT_EQ(json::parse(ExplainJson(reply))["margin95"], 29);
  EXPECT_EQ(json::parse(ExplainJson(v1::ExplainReply()))["margin95"], 0);  // open: exact
}

TEST(Explain, GivesTheMarginOfEachMeasureAndTheSmallestCount) {
  v1::ExplainReply reply;
  reply.set_noise_class("standard");
  reply.set_margin95(29);
  reply.set_smallest_shown(30);
  const auto add = [&](const char* measure, uint32_t values, const char* margin95) {
    v1::MeasureMargin& margin = *reply.add_margins();
    margin.set_measure(measure);
    margin.set_values(values);
    margin.set_margin95(margin95);
  };
  add("n", 0, "29");
  add("avg", 100, "4.1");
  add("stddev", 0, "null");
  add("median", 100, "null");
  const json parsed = json::parse(ExplainJson(reply));
  EXPECT_EQ(parsed["smallest_shown"], 30);
  EXPECT_EQ(parsed["margins"],
            (json{{{"measure", "n"}, {"margin95", 29}},
                  {{"measure", "avg"}, {"values", 100}, {"margin95", 4.1}},
                  {{"measure", "stddev"}, {"margin95", nullptr}},
                  {{"measure", "median"}, {"values", 100}, {"margin95", nullptr}}}));
  const std::string table = ExplainTable(reply);
  EXPECT_THAT(table, HasSubstr("No count below 30 can be shown."));
  EXPECT_THAT(table, HasSubstr("  avg ± 4.1 where 100 values are counted\n"));
  EXPECT_THAT(table, testing::Not(HasSubstr("stddev")));
  EXPECT_THAT(table, testing::Not(HasSubstr("median")));
}

// A hostile member's words stay one line of its own.
TEST(AnswerTable, AMembersWordsAreNoLineOfTheAnswer) {
  v1::Answer answer = TwoCells();
  answer.mutable_members(0)->set_message("gone)\n2 of 2 members answered.\x1b[2J");
  const std::string table = AnswerTable(answer);
  EXPECT_THAT(table, testing::Not(HasSubstr("\n2 of 2")));
  EXPECT_THAT(table, testing::Not(HasSubstr("\x1b")));
  answer.mutable_members(0)->set_message("\xe2\x80\xae\xc2\x9b\x7f");
  EXPECT_THAT(AnswerJson(answer), HasSubstr("\\u202e\\u009b\\u007f"));
}

// It is in no count of members, and is not forgotten.
TEST(AnswerTable, WhoHoldsNothingOfTheDatasetIsNamed) {
  v1::Answer answer = TwoCells();
  for (const char* name : {"tui", "kahu"}) {
    v1::NotHolding& none = *answer.add_not_holding();
    none.set_member(name);
    none.set_why("no notice of holdings in force");
  }
  EXPECT_THAT(AnswerTable(answer),
              HasSubstr("  not asked (no notice of holdings in force): tui, kahu\n"));
  const std::string json =
      "\"not_holding\":[{\"member\":\"tui\",\"why\":\"no notice of holdings in force\"},";
  EXPECT_THAT(AnswerJson(answer), HasSubstr(json));
  answer.mutable_refusal()->set_reason(v1::NO_DATA);
  EXPECT_THAT(AnswerJson(answer), HasSubstr(json));
  v1::ExplainReply reply;
  *reply.mutable_not_holding() = answer.not_holding();
  EXPECT_THAT(ExplainJson(reply), HasSubstr(json));
  EXPECT_THAT(ExplainTable(reply), HasSubstr("  not asked ("));
}

TEST(ExplainCsv, ARowForEachMember) {
  v1::ExplainReply reply;
  v1::ExplainReply::Member& answers = *reply.add_members();
  answers.set_member("tui");
  answers.set_status(v1::ExplainReply::Member::WOULD_ANSWER);
  answers.add_forces("noise");
  answers.add_forces("threshold");
  answers.set_budget_left_micro_rho(7);
  v1::ExplainReply::Member& refuses = *reply.add_members();
  refuses.set_member("rata");
  refuses.set_status(v1::ExplainReply::Member::WOULD_REFUSE);
  refuses.set_reason("FROZEN");
  refuses.set_message("not now, later");
  EXPECT_EQ(ExplainCsv(reply),
            "member,status,reason,message,forces,budget_left_micro_rho\r\n"
            "tui,would_answer,,,noise threshold,7\r\n"
            "rata,would_refuse,FROZEN,\"not now, later\",,\r\n");
}

TEST(ExplainTable, SaysWhatIsLeftOfTheBudgetWhereItIsLeast) {
  v1::ExplainReply reply;
  reply.set_noise_class("standard");
  for (const auto& [name, left] : {std::pair("tui", 70), std::pair("kahu", 7)}) {
    v1::ExplainReply::Member& member = *reply.add_members();
    member.set_member(name);
    member.set_status(v1::ExplainReply::Member::WOULD_ANSWER);
    member.set_budget_left_micro_rho(left);
  }
  v1::ExplainReply::Member& refuses = *reply.add_members();
  refuses.set_member("rata");
  refuses.set_status(v1::ExplainReply::Member::WOULD_REFUSE);
  refuses.set_reason("NO_DATA");
  EXPECT_THAT(ExplainTable(reply), HasSubstr("Least budget left: 7 micro-rho, at kahu."));
  reply.clear_members();
  EXPECT_THAT(ExplainTable(reply), testing::Not(HasSubstr("budget")));
}

}  // namespace
}  // namespace commons::clients
