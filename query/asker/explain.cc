#include "query/asker/explain.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/collusion.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/rules/rule_in_force.h"
#include "privacy/budget.h"
#include "privacy/noise.h"
#include "privacy/present.h"
#include "query/asker/coverage.h"
#include "query/asker/expected_margins.h"
#include "query/peer/peer_message.h"
#include "query/question/cell_space.h"
#include "query/question/owners.h"
#include "query/question/question.h"
#include "query/release/answer_size.h"
#include "query/release/demands.h"

namespace commons::query {

namespace kinds = governance::kinds;

namespace {

using Member = v1::ExplainReply::Member;

// What one member said; requirements only of those who would answer.
struct Said {
  OrgId org;
  Member member;
  v1::Requirements wants;
  bool would_answer = false;
};

void Refused(const absl::Status& status, Member& member) {
  const bool offline = absl::IsDeadlineExceeded(status) || absl::IsUnavailable(status);
  const v1::Refusal refusal = governance::RefusalOf(status);
  member.set_status(offline ? Member::OFFLINE : Member::WOULD_REFUSE);
  member.set_reason(v1::Reason_Name(refusal.reason()));
  member.set_message(refusal.message());
}

Said Read(const absl::StatusOr<v1::Envelope>& reply, const governance::Organisation& owner,
          const v1::Question& question, const governance::Register& reg,
          const NodeContext& context) {
  Said said;
  said.org = owner.id;
  said.member.set_member(owner.name);
  if (!reply.ok()) {
    Refused(reply.status(), said.member);
    return said;
  }
  const auto opened = OpenPeerMessage<v1::PreviewReply>(*reply, kinds::kPreviewReply, reg,
                                                        context.org, context.clock->Now());
  if (!opened.ok()) {
    Refused(opened.status(), said.member);
  } else if (opened->message.has_refusal()) {
    Refused(StatusOf(opened->message.refusal()), said.member);
  } else if (const absl::Status published =
                 CheckDemands(opened->message.requirements(), owner.id, question, reg);
             !published.ok()) {
    Refused(published, said.member);
  } else {
    said.would_answer = true;
    said.wants = opened->message.requirements();
    said.member.set_status(Member::WOULD_ANSWER);
    said.member.set_budget_left_micro_rho(opened->message.budget_left_micro_rho());
  }
  return said;
}

// Of those who would answer; each is told what it forces.
v1::Requirements StrictestAmong(std::vector<Said>& all, const v1::Question& question) {
  std::vector<v1::Requirements> demands;
  std::vector<Said*> whose;
  for (Said& said : all) {
    if (!said.would_answer) continue;
    demands.push_back(said.wants);
    whose.push_back(&said);
  }
  Strictest strictest = StrictestOf(demands, question);
  for (size_t i = 0; i < whose.size(); ++i) {
    for (std::string& value : strictest.forces[i]) whose[i]->member.add_forces(std::move(value));
  }
  return strictest.values;
}

// What the rules known here need, where no owner said what it wants.
uint32_t CommonMinMembers(const governance::Register& reg) {
  return reg.commons_policy() ? reg.commons_policy()->rule().min_members() : 0;
}

void NoteTooFew(uint32_t members, v1::ExplainReply& reply) {
  const uint32_t needed = std::max<uint32_t>(reply.min_members(), 1);
  if (members >= needed) return;
  reply.add_notes(absl::StrCat(members == 0 ? "nobody" : absl::StrCat(members),
                               members == 1   ? " member would answer; at least "
                               : members == 0 ? " would answer; at least "
                                              : " members would answer; at least ",
                               needed, needed == 1 ? " is" : " are",
                               " needed, so the question would be refused."));
}

void NoteCoverage(const std::vector<Said>& all, const governance::Register& reg,
                  v1::ExplainReply& reply) {
  std::vector<OrgId> answering;
  for (const Said& said : all) {
    if (said.would_answer) answering.push_back(said.org);
  }
  for (std::string& sentence : CoverageSentences(reg, reply.dataset(), answering)) {
    reply.add_notes(std::move(sentence));
  }
}

void NoteMeaning(const Plan& plan, const v1::Standard& standard, v1::ExplainReply& reply) {
  for (std::string sentence :
       {SeveralGroupsSentence(plan.question, standard),
        MissingInGroupSentence(plan.question, standard), RowsCountedSentence(plan, standard),
        ShareSentence(plan.question, standard)}) {
    if (!sentence.empty()) reply.add_notes(std::move(sentence));
  }
}

void NoteSlow(const std::vector<Said>& all, v1::ExplainReply& reply) {
  for (const Said& said : all) {
    const auto took = absl::Milliseconds(said.member.took_ms());
    if (took < Attendance::kSlow) continue;
    reply.add_notes(absl::StrCat(said.member.member(), " was slow in the last question: ",
                                 said.member.took_ms(), " ms for its replies."));
  }
}

// What the answers of a year may tell, where most may be spent.
void NoteYear(const v1::Question& question, const governance::Register& reg, absl::Time now,
              privacy::Collusion collusion, v1::ExplainReply& reply) {
  uint64_t budget = 0;
  for (const governance::Organisation* owner : OwnersOf(reg, question.dataset())) {
    const auto rule = governance::RuleInForce(reg, owner->id, question.dataset(), now);
    if (rule.ok()) budget = std::max(budget, rule->rule.yearly_budget_micro_rho());
  }
  if (budget == 0) return;
  reply.add_notes(absl::StrCat("Once a yearly budget of ", budget, " micro-rho is spent: ",
                               privacy::YearSentence(budget, reg.active_members(), collusion),
                               "."));
}

void ExplainNoise(const Plan& plan, const v1::Standard& standard, uint32_t members,
                  uint32_t colluders, v1::ExplainReply& reply) {
  const auto noise = static_cast<privacy::NoiseClass>(plan.question.noise());
  const absl::string_view name = privacy::NoiseClassName(noise);
  reply.set_noise_class(std::string(name.data(), name.size()));
  if (members == 0) return;
  const uint64_t flips = privacy::FlipsOf(noise);
  const uint64_t share = privacy::FlipsShareOf(flips, members, colluders);
  const double variance = privacy::NoiseVariance(share, members);
  reply.set_noise_sigma(std::round(std::sqrt(variance) * 10) / 10);
  const privacy::PresentRules rules{reply.threshold(), reply.rounding(), share * members};
  reply.set_margin95(privacy::CountMargin95(rules));
  reply.set_smallest_shown(privacy::SmallestShown(rules));
  for (v1::MeasureMargin& margin :
       ExpectedMargins(plan, standard, reply.margin95(), members, colluders)) {
    *reply.add_margins() = std::move(margin);
  }
}

// Every owner, those that this node would not even ask included.
std::vector<Said> AskAll(const governance::Register& reg, const NodeContext& context,
                         const FanOut& fan_out, const Prepared& prepared, Attendance& attendance) {
  std::vector<Said> all;
  std::vector<const governance::Organisation*> asked;
  std::vector<Outgoing> messages;
  for (const governance::Organisation* owner : OwnersOf(reg, prepared.plan.question.dataset())) {
    const absl::Time now = context.clock->Now();
    if (const auto may = attendance.MayAsk(*owner, now); !may.ok()) {
      all.push_back(Read(may, *owner, prepared.plan.question, reg, context));
      continue;
    }
    v1::Preview preview;
    *preview.mutable_header() =
        MakeHeader(reg.commons_id(), context.org, owner->id, now, *context.random);
    preview.mutable_header()->set_version(prepared.version);
    *preview.mutable_question() = prepared.plan.question;
    preview.set_researcher(prepared.researcher.ToBytes());
    messages.push_back({owner->id, SignPeerMessage(kinds::kPreview, preview, *context.node_key)});
    asked.push_back(owner);
  }
  auto replies = fan_out(Phase::kPreview, messages, absl::Seconds(limits::kPhaseSeconds));
  replies.resize(asked.size(), {absl::UnavailableError("no reply"), absl::ZeroDuration()});
  for (size_t i = 0; i < asked.size(); ++i) {
    all.push_back(Read(replies[i].message, *asked[i], prepared.plan.question, reg, context));
    const absl::Duration took = attendance.LastTook(asked[i]->id);
    all.back().member.set_took_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(took)));
  }
  return all;
}

}  // namespace

v1::ExplainReply ExplainQuestion(const NodeContext& context, const FanOut& fan_out,
                                 const Prepared& prepared, Attendance& attendance) {
  const auto reg = context.reg();
  const v1::Question& question = prepared.plan.question;
  v1::ExplainReply reply;
  const auto* in_force = StandardOf(*reg, question);
  if (in_force == nullptr) {
    *reply.mutable_refusal() = governance::RefusalOf(governance::Refuse(
        v1::STALE, "the common definition changed since the question was prepared"));
    return reply;
  }
  std::vector<Said> all = AskAll(*reg, context, fan_out, prepared, attendance);
  std::sort(all.begin(), all.end(),
            [](const Said& a, const Said& b) { return a.member.member() < b.member.member(); });
  const auto members = static_cast<uint32_t>(
      std::count_if(all.begin(), all.end(), [](const Said& s) { return s.would_answer; }));

  const v1::Standard& standard = in_force->standard;
  reply.set_sql(prepared.plan.canonical_sql);
  reply.set_dataset(question.dataset());
  reply.set_release(question.release() == v1::OPEN ? "open" : "protected");
  reply.set_practice(reg->charter().practice());
  reply.set_cells(CellSpace(question, standard).total_cells());
  reply.set_digest(DigestOf(question, standard).ToHex());
  if (const auto cost = CostOf(question, standard); cost.ok()) {
    reply.set_cost_micro_rho(*cost);
  } else {
    *reply.mutable_refusal() = governance::RefusalOf(cost.status());
  }
  const v1::Requirements strictest = StrictestAmong(all, question);
  reply.set_min_members(std::max(strictest.min_members(), CommonMinMembers(*reg)));
  if (question.release() != v1::OPEN) {
    reply.set_threshold(strictest.threshold());
    reply.set_rounding(strictest.rounding());
    const privacy::Collusion collusion = governance::CollusionOf(strictest.collusion());
    const uint32_t colluders =
        members == 0 ? 0 : privacy::ColludersOf(members, reg->active_members(), collusion);
    ExplainNoise(prepared.plan, standard, members, colluders, reply);
    const auto coins = CheckCoins(question, standard, std::max(members, 1u), colluders);
    if (members > 0 && !coins.ok() && !reply.has_refusal()) {
      *reply.mutable_refusal() = governance::RefusalOf(coins);
    }
    NoteYear(question, *reg, context.clock->Now(), collusion, reply);
  }
  NoteCoverage(all, *reg, reply);
  NoteMeaning(prepared.plan, standard, reply);
  NoteSlow(all, reply);
  NoteTooFew(members, reply);  // last: nothing of the above comes true
  for (Said& said : all) {
    *reply.add_members() = std::move(said.member);
  }
  const auto others = NotHoldingOf(*reg, question.dataset());
  *reply.mutable_not_holding() = {others.begin(), others.end()};
  return reply;
}

}  // namespace commons::query
