#include "clients/answer/status_words.h"

#include <set>

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

TEST(StatusWord, IsTheContracts) {
  EXPECT_EQ(StatusWord(v1::CellValue::RELEASED), "released");
  EXPECT_EQ(StatusWord(v1::CellValue::UNRELIABLE), "unreliable");
  EXPECT_EQ(StatusWord(v1::CellValue::SUPPRESSED), "suppressed");
  EXPECT_EQ(StatusWord(v1::MemberState::ANSWERED), "answered");
  EXPECT_EQ(StatusWord(v1::MemberState::REFUSED), "refused");
  EXPECT_EQ(StatusWord(v1::MemberState::OFFLINE), "offline");
  EXPECT_EQ(StatusWord(v1::ExplainReply::Member::WOULD_ANSWER), "would_answer");
  EXPECT_EQ(StatusWord(v1::ExplainReply::Member::WOULD_REFUSE), "would_refuse");
  EXPECT_EQ(StatusWord(v1::ExplainReply::Member::OFFLINE), "offline");
}

// A value added to an enum needs its word.
template <typename Message>
void ExpectAWordForEach(const char* name) {
  const google::protobuf::EnumDescriptor* statuses =
      Message::descriptor()->FindEnumTypeByName(name);
  ASSERT_NE(statuses, nullptr);
  std::set<std::string> words;
  for (int i = 0; i < statuses->value_count(); ++i) {
    const auto status = static_cast<typename Message::Status>(statuses->value(i)->number());
    EXPECT_EQ(StatusWord(status).empty(), status == 0) << statuses->value(i)->name();
    EXPECT_TRUE(words.insert(StatusWord(status)).second) << statuses->value(i)->name();
  }
}

TEST(StatusWord, IsThereForEveryStatusAndNoOther) {
  ExpectAWordForEach<v1::CellValue>("Status");
  ExpectAWordForEach<v1::MemberState>("Status");
  ExpectAWordForEach<v1::ExplainReply::Member>("Status");
}

TEST(WaitingWords, SayHowManyGoFirstAndHowLong) {
  v1::PlaceReply place;
  place.set_waiting(true);
  place.set_about_ms(200);
  EXPECT_EQ(WaitingWords(place), "waiting for its turn: yours is next, about 1 s");
  place.set_before(1);
  EXPECT_EQ(WaitingWords(place), "waiting for its turn: 1 question before yours, about 1 s");
  place.set_before(12);
  place.set_about_ms(3001);
  EXPECT_EQ(WaitingWords(place), "waiting for its turn: 12 questions before yours, about 4 s");
}

}  // namespace
}  // namespace commons::clients
