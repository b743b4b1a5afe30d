#include "clients/answer/status_words.h"

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

}  // namespace commons::clients
