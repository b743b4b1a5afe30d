// The words of statuses in JSON, CSV and tables: part of the contract (docs/formats/answer.md). And
// of a question that waits.
#ifndef COMMONS_CLIENTS_ANSWER_STATUS_WORDS_H_
#define COMMONS_CLIENTS_ANSWER_STATUS_WORDS_H_

#include <string>

#include "proto/local.pb.h"

namespace commons::clients {

// "released", "answered", "would_answer", ...; "" for one that was never set.
std::string StatusWord(v1::CellValue::Status status);
std::string StatusWord(v1::MemberState::Status status);
std::string StatusWord(v1::ExplainReply::Member::Status status);

// Of a question that waits: "waiting for its turn: 12 questions before yours, about 3 s".
std::string WaitingWords(const v1::PlaceReply& place);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_STATUS_WORDS_H_
