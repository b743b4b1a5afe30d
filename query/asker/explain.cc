#include "query/asker/explain.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/kinds.h"
#include "governance/refusal.h"
#include "privacy/noise.h"
#include "privacy/present.h"
#include "query/peer/peer_message.h"
#include "query/question/owners.h"
#include "query/question/question.h"
#include "query/release/answer_size.h"

namespace commons::query {

namespace kinds = governance::kinds;

namespace {

using Member = v1::ExplainReply::Member;

// What one member said; requirements only of those who would answer.
struct Said {
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
          const governance::Register& reg, const NodeContext& context) {
  Said said;
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
  } else {
    said.would_answer = true;
    said.wants = opened->message.requirements();
    said.member.set_status(Member::WOULD_ANSWER);
    said.member.set_budget_left_micro_rho(opened->message.budget_left_micro_rho());
  }
  return said;
}

// The maximum over those who would answer; whoever asks for it names `what`, unless all agree.
uint32_t Strictest(std::vector<Said>& all, uint32_t (*field)(const v1::Requirements&),
                   const char* what) {
  uint32_t highest = 0, lowest = UINT32_MAX;
  for (const Said& said : all) {
    if (!said.would_answer) continue;
    highest = std::max(highest, field(said.wants));
    lowest = std::min(lowest, field(said.wants));
  }
  for (Said& said : all) {
    if (said.would_answer && highest != lowest && field(said.wants) == highest) {
      said.member.add_forces(what);
    }
  }
  return highest;
}

uint32_t Noise(const v1::Requirements& wants) { return wants.noise(); }
uint32_t Threshold(const v1::Requirements& wants) { return wants.threshold(); }
uint32_t Rounding(const v1::Requirements& wants) { return wants.rounding(); }
uint32_t MinMembers(const v1::Requirements& wants) { return wants.min_members(); }
uint32_t Collusion(const v1::Requirements& wants) { return wants.collusion(); }

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
                               needed, needed == 1 ? " is needed." : " are needed."));
}

privacy::Collusion CollusionModelOf(uint32_t collusion) {
  return collusion == v1::ALL ? privacy::Collusion::kAll : privacy::Collusion::kMinority;
}

void ExplainNoise(const v1::Question& question, uint32_t members, uint32_t collusion,
                  v1::ExplainReply& reply) {
  const auto noise = static_cast<privacy::NoiseClass>(question.noise());
  const absl::string_view name = privacy::NoiseClassName(noise);
  reply.set_noise_class(std::string(name.data(), name.size()));
  if (members == 0) return;
  const auto plan =
      privacy::PlanNoise(privacy::FlipsOf(noise), members, CollusionModelOf(collusion));
  const double variance = privacy::NoiseVariance(plan.flips_share, members);
  reply.set_noise_sigma(std::round(std::sqrt(variance) * 10) / 10);
  reply.set_margin95(privacy::CountMargin95({reply.threshold(), reply.rounding(), variance}));
}

// Every owner, those that this node would not even ask included.
std::vector<Said> AskAll(const governance::Register& reg, const NodeContext& context,
                         const FanOut& fan_out, const Prepared& prepared, Attendance& attendance) {
  std::vector<Said> all;
  std::vector<const governance::Organisation*> asked;
  std::vector<Outgoing> messages;
  for (const governance::Organisation* owner : OwnersOf(reg, prepared.plan.question.dataset())) {
    const absl::Time now = context.clock->Now();
    if (const auto may = attendance.MayAsk(*owner, prepared.plan.question, now); !may.ok()) {
      all.push_back(Read(may, *owner, reg, context));
      continue;
    }
    v1::Preview preview;
    *preview.mutable_header() =
        MakeHeader(reg.commons_id(), context.org, owner->id, now, *context.random);
    *preview.mutable_question() = prepared.plan.question;
    preview.set_researcher(prepared.researcher.ToBytes());
    messages.push_back({owner->id, SignPeerMessage(kinds::kPreview, preview, *context.node_key)});
    asked.push_back(owner);
  }
  auto replies = fan_out(Phase::kPreview, messages, absl::Seconds(limits::kPhaseSeconds));
  replies.resize(asked.size(), absl::UnavailableError("no reply"));
  for (size_t i = 0; i < asked.size(); ++i) {
    all.push_back(Read(replies[i], *asked[i], reg, context));
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
  reply.set_min_members(
      std::max(Strictest(all, MinMembers, "min_members"), CommonMinMembers(*reg)));
  if (question.release() != v1::OPEN) {
    Strictest(all, Noise, "noise");
    reply.set_threshold(Strictest(all, Threshold, "threshold"));
    reply.set_rounding(Strictest(all, Rounding, "rounding"));
    const uint32_t collusion = Strictest(all, Collusion, "collusion");
    ExplainNoise(question, members, collusion, reply);
    const auto coins = CheckCoins(question, standard, members, CollusionModelOf(collusion));
    if (members > 0 && !coins.ok() && !reply.has_refusal()) {
      *reply.mutable_refusal() = governance::RefusalOf(coins);
    }
  }
  NoteTooFew(members, reply);
  for (Said& said : all) {
    if (said.member.reason() == v1::Reason_Name(v1::BUDGET_EXHAUSTED)) {
      said.member.set_message(
          absl::StrCat(said.member.message(), "; the question costs ", reply.cost_micro_rho()));
    }
    *reply.add_members() = std::move(said.member);
  }
  return reply;
}

}  // namespace commons::query
