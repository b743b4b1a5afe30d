#include "node/services/question_load.h"

#include <algorithm>

#include "governance/rules/rule_in_force.h"
#include "query/member/budget.h"
#include "query/question/owners.h"
#include "query/question/question.h"

namespace commons::node {
namespace {

uint64_t RoomOf(const governance::Register& reg, const std::string& dataset, uint64_t cost,
                absl::Time now) {
  uint64_t room = UINT64_MAX;
  for (const governance::Organisation* owner : query::OwnersOf(reg, dataset)) {
    const auto rule = governance::RuleInForce(reg, owner->id, dataset, now);
    if (!rule.ok()) continue;  // it will refuse, as it will where the whole year is not enough
    const uint64_t budget = rule->rule.yearly_budget_micro_rho();
    if (budget >= cost) room = std::min(room, budget / query::kAbortedPart);
  }
  return room;
}

}  // namespace

QuestionLoad LoadOf(const query::Prepared& prepared, const governance::Register& reg,
                    absl::Time now) {
  const v1::Question& question = prepared.plan.question;
  const auto* in_force = query::StandardOf(reg, question);
  QuestionLoad load;
  load.scans = prepared.scans;
  load.dataset = question.dataset();
  if (in_force == nullptr) return load;  // nobody will be asked
  if (question.release() == v1::OPEN) return load;
  const auto cost = query::SpendingOf(question, in_force->standard);
  if (!cost.ok()) return load;
  load.cost_micro_rho = cost->total_micro_rho();
  load.room_micro_rho = RoomOf(reg, question.dataset(), load.cost_micro_rho, now);
  return load;
}

}  // namespace commons::node
