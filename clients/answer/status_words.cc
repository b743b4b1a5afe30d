#include "clients/answer/status_words.h"

#include "absl/strings/str_cat.h"

namespace commons::clients {

// Spelled out: a name may change, a word of the contract may not. A status of a newer daemon has
// none here.

std::string StatusWord(v1::CellValue::Status status) {
  switch (status) {
    case v1::CellValue::RELEASED:
      return "released";
    case v1::CellValue::UNRELIABLE:
      return "unreliable";
    case v1::CellValue::SUPPRESSED:
      return "suppressed";
    default:
      return "";
  }
}

std::string StatusWord(v1::MemberState::Status status) {
  switch (status) {
    case v1::MemberState::ANSWERED:
      return "answered";
    case v1::MemberState::REFUSED:
      return "refused";
    case v1::MemberState::OFFLINE:
      return "offline";
    default:
      return "";
  }
}

std::string StatusWord(v1::ExplainReply::Member::Status status) {
  switch (status) {
    case v1::ExplainReply::Member::WOULD_ANSWER:
      return "would_answer";
    case v1::ExplainReply::Member::WOULD_REFUSE:
      return "would_refuse";
    case v1::ExplainReply::Member::OFFLINE:
      return "offline";
    default:
      return "";
  }
}

std::string WaitingWords(const v1::PlaceReply& place) {
  const uint32_t seconds = (place.about_ms() + 999) / 1000;
  return absl::StrCat(
      "waiting for its turn: ",
      place.before() == 0
          ? "yours is next"
          : absl::StrCat(place.before(), place.before() == 1 ? " question" : " questions",
                         " before yours"),
      ", about ", seconds, " s");
}

}  // namespace commons::clients
