#include "query/member/permit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/rules/frozen.h"
#include "governance/rules/rule_in_force.h"
#include "governance/standard/held_under.h"
#include "query/member/membership_age.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/joint.h"
#include "query/question/joint_wire.h"
#include "query/question/owners.h"
#include "query/question/question.h"
#include "query/question/validate.h"
#include "query/release/demands.h"

namespace commons::query {

using governance::Refuse;

namespace {

v1::Requirements RequirementsOf(const v1::Question& question,
                                const governance::Permission& permission) {
  v1::Requirements wants = DemandsOf(question, permission.rule.rule);
  std::vector<std::string> documents;
  for (const DocId& id : permission.documents) documents.push_back(id.ToBytes());
  std::sort(documents.begin(), documents.end());
  for (std::string& id : documents) wants.add_rules(std::move(id));
  return wants;
}

governance::AskRequest RequestOf(const v1::Question& question, const v1::Standard& standard,
                                 const OrgId& owner, const Asked& asked, const DocId& project,
                                 const Hash32& standard_id) {
  const std::vector<uint32_t> columns = ColumnsOf(question);
  return {
      .asking_org = asked.asking_org,
      .researcher = asked.researcher,
      .project = project,
      .purpose = question.purpose(),
      .dataset = question.dataset(),
      .standard_id = standard_id,
      .release = question.release(),
      .noise = question.noise(),
      .columns = {columns.begin(), columns.end()},
      .groupings = GroupingsOf(question),
      .uses_foreign_exclusive_code =
          question.release() != v1::OPEN && UsesExclusiveCode(question, standard, owner),
  };
}

// Whoever takes part will be among these.
absl::Status CheckOwnersAge(const governance::Register& reg, const v1::Question& question,
                            const v1::Rule& rule, absl::Time now) {
  const std::vector<const governance::Organisation*> all = OwnersOf(reg, question.dataset());
  std::vector<OrgId> owners;
  owners.reserve(all.size());
  for (const governance::Organisation* owner : all) owners.push_back(owner->id);
  return CheckMembershipAge(rule, owners, reg, now);
}

// Every owner that could be told apart must allow it. Otherwise nobody answers: a total that lacks
// the very owner it asks about would mislead. Members that hold no edition are in no total.
absl::Status CheckExclusiveCodes(const governance::Register& reg, const v1::Question& question,
                                 const v1::Standard& standard, absl::Time now) {
  if (question.release() == v1::OPEN) return absl::OkStatus();
  for (const governance::Organisation* owner : OwnersOf(reg, question.dataset())) {
    if (!UsesExclusiveCode(question, standard, owner->id)) continue;
    const auto rule = governance::RuleInForce(reg, owner->id, question.dataset(), now);
    if (rule.ok() && rule->rule.exclusive_cells() == v1::ALLOW) continue;
    return Refuse(v1::EXCLUSIVE_CELLS,
                  absl::StrCat("only ", owner->name,
                               " can have a code of a column that is grouped "
                               "or filtered by, and its rules do not allow that"));
  }
  return absl::OkStatus();
}

// The values of a column that rows under an earlier definition can have, missing ones aside; all of
// them where it did not have the column.
IntervalSet ValuesHeld(const v1::Column& column, const v1::Standard& before) {
  for (const v1::Column& held : before.columns()) {
    if (held.name() == column.name()) return IntervalSet({Universe(held)});
  }
  return IntervalSet({Universe(column)});
}

bool KeepsNoneHeld(const v1::Filter& filter, const v1::Standard& asked,
                   const v1::Standard& before) {
  if (filter.missing()) return false;
  const v1::Column& column = asked.columns(static_cast<int>(filter.column()));
  const IntervalSet kept = ConditionOf(filter, column).kept;
  return !kept.intervals().empty() && kept.And(ValuesHeld(column, before)).intervals().empty();
}

// A filter that keeps nothing but values which this owner's rows could not have yet would count 0
// people where nobody has looked.
absl::Status CheckValuesHeld(const governance::Register& reg, const v1::Question& question,
                             const v1::Standard& asked, const v1::Manifest& notice) {
  const auto* held = reg.FindDefinition(question.dataset(), notice.standard_id());
  if (held == nullptr) return absl::OkStatus();
  const auto lacks = [&](const std::string& columns) {
    return governance::RefuseHeldUnder(
        asked, absl::StrCat("in which '", columns, "' lacks what is asked for"));
  };
  for (const v1::Filter* filter : FiltersOf(question)) {
    if (!KeepsNoneHeld(*filter, asked, held->standard)) continue;
    return lacks(asked.columns(static_cast<int>(filter->column())).name());
  }
  for (const v1::JointFilter* filter : JointFiltersOf(question)) {
    Joint joint = JointOf(*filter, asked);
    std::vector<IntervalSet> bins;
    for (const uint32_t index : joint.columns) {
      const v1::Column& column = asked.columns(static_cast<int>(index));
      bins.push_back(BinsKept({ValuesHeld(column, held->standard), Condition::Truth::kTrue}, column,
                              column.period_unit()));
    }
    if (KeepsAny(joint, bins)) continue;
    return lacks(asked.columns(static_cast<int>(filter->columns(0))).name());
  }
  return absl::OkStatus();
}

}  // namespace

bool UsesExclusiveCode(const v1::Question& question, const v1::Standard& standard,
                       const OrgId& owner) {
  const std::vector<uint32_t> columns = ColumnsOf(question);
  return std::any_of(columns.begin(), columns.end(), [&](uint32_t column) {
    const auto& codes = standard.columns(static_cast<int>(column)).codes();
    return std::any_of(codes.begin(), codes.end(), [&](const v1::Code& code) {
      return absl::string_view(code.exclusive_org()) == owner.view();
    });
  });
}

absl::Status CheckNotStopped(const MemberContext& context, const governance::Register& reg,
                             const v1::Question& question, const Asked& asked) {
  governance::AskRequest request;
  request.asking_org = asked.asking_org;
  request.researcher = asked.researcher;
  ASSIGN_OR_RETURN(request.project, DocId::FromBytes(question.project()));
  request.purpose = question.purpose();
  request.dataset = question.dataset();
  return governance::CheckNotFrozen(reg, context.org, request);
}

absl::StatusOr<Permit> PermitQuestion(const MemberContext& context, const governance::Register& reg,
                                      const v1::Question& question, const Asked& asked) {
  RETURN_IF_ERROR(context.ready());
  if (absl::string_view(question.commons_id()) != reg.commons_id().view()) {
    return Refuse(v1::WRONG_COMMONS, "question: for another commons");
  }
  const governance::StandardInForce* standard = reg.FindStandard(question.dataset());
  if (standard == nullptr) {
    return Refuse(v1::UNKNOWN_DATASET, "question: no common definition of this dataset");
  }
  if (absl::string_view(question.standard_id()) != standard->id.view()) {
    return Refuse(v1::WRONG_STANDARD,
                  absl::StrCat(question.dataset(), ": asked under another common definition"));
  }
  RETURN_IF_ERROR(ValidateQuestion(question, standard->standard));
  const auto project = DocId::FromBytes(question.project());
  if (!project.ok()) return Refuse(v1::MALFORMED, "question: the project's id is not 32 bytes");

  Permit permit;
  permit.standard = standard;
  ASSIGN_OR_RETURN(permit.permission,
                   governance::Decide(reg, context.org,
                                      RequestOf(question, standard->standard, context.org, asked,
                                                *project, standard->id),
                                      context.clock->Now()));
  RETURN_IF_ERROR(CheckOwnersAge(reg, question, permit.permission.rule.rule, context.clock->Now()));
  RETURN_IF_ERROR(CheckExclusiveCodes(reg, question, standard->standard, context.clock->Now()));
  RETURN_IF_ERROR(CheckValuesHeld(reg, question, standard->standard, permit.permission.manifest));
  permit.requirements = RequirementsOf(question, permit.permission);
  ASSIGN_OR_RETURN(permit.cost_micro_rho, CostOf(question, standard->standard));
  const uint64_t limit = permit.permission.rule.rule.question_budget_micro_rho();
  if (limit != 0 && permit.cost_micro_rho > limit) {
    return Refuse(v1::BUDGET_EXHAUSTED,
                  absl::StrCat(question.dataset(), ": costs ", permit.cost_micro_rho,
                               " micro-rho, one question may cost ", limit));
  }
  ASSIGN_OR_RETURN(permit.edition, context.current_edition(question.dataset()));
  if (permit.edition != permit.permission.manifest.epoch()) {
    return Refuse(v1::NO_DATA, absl::StrCat(question.dataset(), ": edition ", permit.edition,
                                            " is held, the notice of holdings names edition ",
                                            permit.permission.manifest.epoch()));
  }
  return permit;
}

}  // namespace commons::query
