// How a freeze that is in force is written, for people and for programs.
#ifndef COMMONS_CLIENTS_ANSWER_FREEZE_WORDS_H_
#define COMMONS_CLIENTS_ANSWER_FREEZE_WORDS_H_

#include <string>

#include "proto/local.pb.h"

namespace commons::clients {

// "everything of lakes, stopped since 2026-03-09T10:00:00Z: the records are wrong (document 1a2b)".
std::string FreezeWords(const v1::StatusReply::Freeze& freeze);
// {"member","what","since","reason","words","document"}
std::string FreezeJson(const v1::StatusReply::Freeze& freeze);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_FREEZE_WORDS_H_
