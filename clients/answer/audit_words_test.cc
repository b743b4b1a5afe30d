#include "clients/answer/audit_words.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace commons::clients {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

v1::AuditEntry Asked(const std::string& query = "q1") {
  v1::AuditEntry entry;
  entry.set_at_ms(1'772'000'000'000);
  v1::AuditQuestion& asked = *entry.mutable_question();
  asked.set_query_id(query);
  asked.set_attempt(1);
  asked.set_dataset("visits");
  asked.set_words("how many rows, by sex");
  asked.set_population("all");
  asked.set_purpose("planning");
  asked.set_project_name("survey");
  asked.set_project_of("kahu");
  asked.set_researcher(std::string(32, 'r'));
  asked.set_vouched_by("rata");
  asked.set_asking_org(std::string(32, 'k'));
  asked.set_asking_member("kahu");
  asked.set_cost_micro_rho(5'000);
  return entry;
}

v1::AuditEntry CameTo(v1::AuditOutcome::Step step, const std::string& query = "q1") {
  v1::AuditEntry entry;
  entry.mutable_outcome()->set_query_id(query);
  entry.mutable_outcome()->set_attempt(1);
  entry.mutable_outcome()->set_step(step);
  return entry;
}

// Newest first, as they are given.
AuditItem Only(const std::vector<v1::AuditEntry>& entries) {
  std::vector<std::pair<uint64_t, v1::AuditEntry>> numbered;
  for (size_t i = 0; i < entries.size(); ++i) numbered.emplace_back(entries.size() - i, entries[i]);
  const auto items = AuditItems(numbered);
  EXPECT_EQ(items.size(), 1u);
  return items.at(0);
}

TEST(AuditWords, AQuestionAndWhatCameOfItAreOneSentence) {
  v1::AuditEntry released = CameTo(v1::AuditOutcome::RELEASED);
  released.mutable_outcome()->add_members("kahu");
  released.mutable_outcome()->add_members("rata");
  const AuditItem item = Only({released, CameTo(v1::AuditOutcome::PAID), Asked()});
  EXPECT_EQ(item.index, 1u);
  EXPECT_EQ(item.outcomes.size(), 2u);
  EXPECT_THAT(AuditSentence(item),
              HasSubstr("2026-02-25 06:13:20 UTC  kahu asked how many rows, by sex, of visits, for "
                        "planning, project survey; researcher "));
  EXPECT_THAT(AuditSentence(item), EndsWith("vouched for by rata. yes, 1 standard table; answered "
                                            "together by kahu, rata"));
}

TEST(AuditWords, SayHowFarItCame) {
  EXPECT_THAT(AuditSentence(Only({Asked()})), HasSubstr("the asker went no further"));
  EXPECT_THAT(AuditSentence(Only({CameTo(v1::AuditOutcome::PAID), Asked()})),
              HasSubstr("our protected part left and the cost is spent"));
  v1::AuditEntry stopped = CameTo(v1::AuditOutcome::STOPPED);
  stopped.mutable_outcome()->mutable_refusal()->set_reason(v1::FROZEN);
  EXPECT_THAT(AuditSentence(Only({stopped, Asked()})),
              HasSubstr("this node went no further: the owner has stopped this for now"));
  v1::AuditEntry refused = Asked();
  refused.mutable_question()->mutable_refusal()->set_reason(v1::NOT_ACCREDITED);
  refused.mutable_question()->mutable_refusal()->set_message("no word");
  EXPECT_THAT(AuditSentence(Only({refused})),
              EndsWith(". no: no member vouches for this researcher's key (no word)"));
}

TEST(AuditWords, AnOutcomeGoesToItsOwnQuestion) {
  std::vector<std::pair<uint64_t, v1::AuditEntry>> entries = {
      {3, CameTo(v1::AuditOutcome::PAID, "q2")}, {2, Asked("q1")}, {1, Asked("q2")}};
  const auto items = AuditItems(entries);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].outcomes.size(), 0u);
  EXPECT_EQ(items[1].outcomes.size(), 1u);
  EXPECT_THAT(AuditItems({{3, CameTo(v1::AuditOutcome::PAID, "older")}}), testing::IsEmpty());
}

TEST(AuditWords, SayWhatOwnPeopleDid) {
  v1::AuditEntry entry;
  v1::AuditDeed& deed = *entry.mutable_deed();
  deed.set_kind(v1::AuditDeed::IMPORTED);
  deed.set_dataset("visits");
  deed.set_epoch(3);
  deed.set_rows(1204);
  deed.set_rejected(3);
  EXPECT_THAT(AuditSentence(Only({entry})),
              EndsWith("import of visits: edition 3, 1204 rows, 3 left out. done"));
  deed.mutable_refusal()->set_reason(v1::NO_DATA);
  EXPECT_THAT(AuditSentence(Only({entry})), HasSubstr("import of visits. refused: "));
  deed.Clear();
  deed.set_kind(v1::AuditDeed::HANDED_IN);
  deed.set_document(std::string(32, 'd'));
  deed.set_document_kind("commons/owner-policy/1");
  EXPECT_THAT(AuditSentence(Only({entry})),
              EndsWith("our rules 6464646464646464 was handed in. done"));
}

TEST(AuditWords, AQuestionThatThisNodeRefusedItselfIsThereAsItWasTyped) {
  v1::AuditEntry entry;
  v1::AuditDeed& deed = *entry.mutable_deed();
  deed.set_kind(v1::AuditDeed::ASKED);
  deed.mutable_question()->set_sql("SELECT person FROM visits");
  deed.mutable_question()->set_researcher(std::string(32, 'r'));
  deed.mutable_refusal()->set_reason(v1::UNKNOWN_COLUMN);
  EXPECT_THAT(AuditSentence(Only({entry})),
              HasSubstr(" asked: SELECT person FROM visits. refused: "));
  EXPECT_THAT(AuditRow(Only({entry})), testing::Contains("refused UNKNOWN_COLUMN"));
}

// What went wrong with a file is the import's own words, not those for a document.
TEST(AuditWords, AnImportSaysWhatWasWrongWithTheFile) {
  v1::AuditEntry entry;
  v1::AuditDeed& deed = *entry.mutable_deed();
  deed.set_kind(v1::AuditDeed::IMPORTED);
  deed.mutable_refusal()->set_reason(v1::MALFORMED);
  deed.mutable_refusal()->set_message("declared columns missing");
  EXPECT_THAT(AuditSentence(Only({entry})), EndsWith("refused: declared columns missing"));
}

// Names come from other organisations.
TEST(AuditWords, NothingThatOthersWriteMovesATerminal) {
  v1::AuditEntry entry = Asked();
  v1::AuditQuestion& asked = *entry.mutable_question();
  for (auto* text :
       {asked.mutable_words(), asked.mutable_population(), asked.mutable_purpose(),
        asked.mutable_project_name(), asked.mutable_project_of(), asked.mutable_vouched_by(),
        asked.mutable_asking_member(), asked.mutable_dataset(), asked.mutable_sql()}) {
    *text = "x\n\x1b[2J";
  }
  const AuditItem item = Only({entry});
  EXPECT_EQ(AuditSentence(item).find_first_of("\n\x1b"), std::string::npos);
  for (const std::string& cell : AuditRow(item)) {
    EXPECT_EQ(cell.find_first_of("\n\x1b"), std::string::npos) << cell;
  }
}

TEST(AuditWords, ProgramsReadTheSame) {
  v1::AuditEntry released = CameTo(v1::AuditOutcome::RELEASED);
  released.mutable_outcome()->set_release(std::string(32, 'h'));
  released.mutable_outcome()->add_members("kahu");
  const AuditItem item = Only({released, Asked()});
  const auto json = nlohmann::json::parse(AuditJson(item));
  EXPECT_EQ(json["entry"], 1);
  EXPECT_EQ(json["kind"], "question");
  EXPECT_EQ(json["outcome"], "released");
  EXPECT_EQ(json["at"], "2026-02-25T06:13:20Z");
  EXPECT_EQ(json["question"], "how many rows, by sex");
  EXPECT_EQ(json["cost_micro_rho"], 5'000);
  EXPECT_EQ(json["members"], nlohmann::json({"kahu"}));
  EXPECT_EQ(json["words"], AuditSentence(item));
  EXPECT_EQ(AuditRow(item).size(), AuditHeadings().size());
  EXPECT_THAT(AuditRow(Only({Asked()})), testing::Contains("not_carried_out"));
}

}  // namespace
}  // namespace commons::clients
