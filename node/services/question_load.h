// What a question takes of the little that members hold ready for one asking organisation.
#ifndef COMMONS_NODE_SERVICES_QUESTION_LOAD_H_
#define COMMONS_NODE_SERVICES_QUESTION_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "governance/register/register.h"
#include "query/asker/prepared.h"

namespace commons::node {

struct QuestionLoad {
  size_t scans = 1;             // as each member weighs it: query/asker/prepared.h
  std::string dataset;          // whose budget it holds from the vote until it is published
  uint64_t cost_micro_rho = 0;  // 0: none
  // What this node's questions may hold of it together, before a member is BUSY; alone each may.
  uint64_t room_micro_rho = UINT64_MAX;
};

// As the owners' rules have it. What owners spent already is not known here: the room may be
// smaller.
QuestionLoad LoadOf(const query::Prepared& prepared, const governance::Register& reg,
                    absl::Time now);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_QUESTION_LOAD_H_
