// An answer as people and programs read it: a table with its uncertainty, CSV, or the JSON of the
// contract (docs/formats/answer.md). Pure: messages in, text out.
#ifndef COMMONS_CLIENTS_ANSWER_RENDER_H_
#define COMMONS_CLIENTS_ANSWER_RENDER_H_

#include <string>

#include "proto/local.pb.h"

namespace commons::clients {

// JSON: one object and a newline. A refused question becomes {"refused":{...},"members":[...]};
// `others` hold nothing of its dataset.
std::string AnswerJson(const v1::Answer& answer);
std::string RefusalJson(const v1::Refusal& refusal,
                        const google::protobuf::RepeatedPtrField<v1::MemberState>& members,
                        const google::protobuf::RepeatedPtrField<v1::NotHolding>& others = {});
std::string ExplainJson(const v1::ExplainReply& reply);

// RFC 4180: a column per dimension, then value, margin95 and status per measure.
std::string AnswerCsv(const v1::Answer& answer);

// A row per member: whether and why, what it decides, what it has left.
std::string ExplainCsv(const v1::ExplainReply& reply);

// Plain words under the table: who answered, who did not and why, margins, caveats, cost.
std::string AnswerTable(const v1::Answer& answer);
std::string ExplainTable(const v1::ExplainReply& reply);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_RENDER_H_
