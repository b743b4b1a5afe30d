// The audit as people and programs read it: a question with what came of it, in one sentence.
// Pure; texts are safe for a terminal.
#ifndef COMMONS_CLIENTS_ANSWER_AUDIT_WORDS_H_
#define COMMONS_CLIENTS_ANSWER_AUDIT_WORDS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "clients/answer/table.h"
#include "proto/audit.pb.h"

namespace commons::clients {

struct AuditItem {
  uint64_t index = 0;
  v1::AuditEntry entry;                    // a question, a deed, or some that were counted
  std::vector<v1::AuditOutcome> outcomes;  // of a question, the oldest first
};

// `entries` newest first, as the daemon lists them: outcomes go to their question, which is older.
// One whose question is not among them is left out.
std::vector<AuditItem> AuditItems(const std::vector<std::pair<uint64_t, v1::AuditEntry>>& entries);

// The question that a member put to this node, or that this node's own researcher put; nullptr: it
// is neither.
const v1::AuditQuestion* QuestionOf(const AuditItem& item);
// The dataset that it is about; "": none.
const std::string& DatasetOf(const AuditItem& item);

// "2026-11-28 14:02:33 UTC  kahu asked how many rows, by sex, of visits, for planning ...: yes,
// ..."
std::string AuditSentence(const AuditItem& item);
std::string AuditJson(const AuditItem& item);
Row AuditHeadings();
Row AuditRow(const AuditItem& item);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_AUDIT_WORDS_H_
