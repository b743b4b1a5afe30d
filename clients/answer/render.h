// An answer as people and programs read it: a table with its uncertainty, CSV, or the JSON of the
// contract (docs/formats/answer.md). Pure: messages in, text out.
#ifndef COMMONS_CLIENTS_ANSWER_RENDER_H_
#define COMMONS_CLIENTS_ANSWER_RENDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/local.pb.h"

namespace commons::clients {

enum class Format { kTable, kCsv, kJson };

absl::StatusOr<Format> ParseFormat(absl::string_view name);

// JSON: one object and a newline. A refused question becomes {"refused":{...},"members":[...]}.
std::string AnswerJson(const v1::Answer& answer);
std::string RefusalJson(const v1::Refusal& refusal,
                        const google::protobuf::RepeatedPtrField<v1::MemberState>& members);
std::string ExplainJson(const v1::ExplainReply& reply);

// RFC 4180: a column per dimension, then value, margin95 and status per measure.
std::string AnswerCsv(const v1::Answer& answer);

// A row per member: whether and why, what it decides, what it has left.
std::string ExplainCsv(const v1::ExplainReply& reply);

// Plain words under the table: who answered, who did not and why, margins, caveats, cost.
std::string AnswerTable(const v1::Answer& answer);
std::string ExplainTable(const v1::ExplainReply& reply);

// "refused (UNKNOWN_COLUMN): message (at character 8: sx)", the place where it is known. One line,
// no trailing newline.
std::string RefusalLine(const v1::Refusal& refusal, absl::string_view sql);
// The question and under it a caret at the place; "" when that is unknown or the question long.
std::string Caret(const v1::Refusal& refusal, absl::string_view sql);

// Rows, the first one the headings: aligned, or as CSV for Format::kCsv.
std::string Rows(const std::vector<std::vector<std::string>>& rows, Format format);

// Terminal columns of UTF-8 text, macrons counted once.
size_t DisplayWidth(absl::string_view text);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_RENDER_H_
