#include "query/asker/asking.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "query/question/owners.h"
#include "query/question/question.h"
#include "query/release/answer_size.h"
#include "query/release/compare.h"
#include "query/release/release.h"

namespace commons::query {

using governance::Refuse;

namespace {

constexpr size_t kMembersTold = 10;  // in a sentence; an answer lists all

bool IsOffline(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status) || absl::IsUnavailable(status);
}

absl::Status Stopped() {
  return Refuse(v1::ABORTED, "this node is being stopped; ask again once it runs");
}

}  // namespace

Asking::Asking(const NodeContext& context, const FanOut& fan_out, const Prepared& prepared,
               const Memory& memory)
    : context_(context),
      fan_out_(fan_out),
      prepared_(prepared),
      began_(context.clock->Now()),
      attendance_(memory.attendance),
      restraint_(memory.restraint),
      reg_(context.reg()),
      standard_(StandardOf(*reg_, prepared.plan.question)),
      deadline_(context.clock->Now() + absl::Seconds(limits::kQuestionSeconds)) {}

bool Asking::Sealed::Complete() const {
  return std::none_of(signatures.begin(), signatures.end(),
                      [](const std::string& s) { return s.empty(); });
}

v1::Answer Asking::Run(absl::string_view researcher_signature, bool per_member) {
  auto answer = Ask(researcher_signature, per_member);
  v1::Answer result;
  if (answer.ok()) {
    result = *std::move(answer);
  } else {
    *result.mutable_refusal() = governance::RefusalOf(answer.status());
  }
  const v1::Question& question = prepared_.plan.question;
  result.set_query_id(prepared_.query_id.ToHex());
  if (standard_ != nullptr) {
    result.set_digest(DigestOf(question, standard_->standard).ToHex());
  }
  result.set_dataset(question.dataset());
  result.set_release(question.release() == v1::OPEN ? "open" : "protected");
  result.set_practice(reg_->charter().practice());
  result.set_sql(prepared_.plan.canonical_sql);
  result.set_purpose(question.purpose());
  result.set_cost_micro_rho(charged_micro_rho_);
  result.set_asked_at(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", began_, absl::UTCTimeZone()));
  const auto project = DocId::FromBytes(question.project());
  const auto* in_force = project.ok() ? reg_->FindProject(*project) : nullptr;
  if (in_force != nullptr) result.set_project(in_force->project->name());
  AddMembers(result);
  NoteTimes(result);
  return result;
}

absl::StatusOr<v1::Answer> Asking::Ask(absl::string_view researcher_signature, bool per_member) {
  if (Stopping()) return Stopped();
  attendance_.Saw(reg_->head(), began_);
  RETURN_IF_ERROR(context_.ready());
  RETURN_IF_ERROR(restraint_.Today(context_.clock->Now()));
  if (standard_ == nullptr) {
    return Refuse(v1::STALE, "the common definition changed since the question was prepared");
  }
  std::vector<OrgId> members = Askable();
  if (per_member && prepared_.plan.question.release() != v1::OPEN) {
    return Refuse(v1::RELEASE_NOT_ALLOWED,
                  "nobody knows a member's own part of a protected answer; ask without it");
  }
  if (per_member) {
    RETURN_IF_ERROR(CheckCellsSize(prepared_.plan, standard_->standard, members.size() + 1));
  }
  for (uint32_t attempt = 1; attempt <= limits::kAttempts; ++attempt) {
    ASSIGN_OR_RETURN(auto answer, Attempt(attempt, researcher_signature, per_member, members));
    if (answer.has_value()) return *std::move(answer);
    if (members.empty()) break;
  }
  return Refuse(v1::ABORTED, absl::StrCat("lost before anything was spent: ",
                                          absl::StrJoin(Absent(), ", "), "; ask again"));
}

absl::StatusOr<std::optional<v1::Answer>> Asking::Attempt(uint32_t attempt,
                                                          absl::string_view researcher_signature,
                                                          bool per_member,
                                                          std::vector<OrgId>& members) {
  ASSIGN_OR_RETURN(std::vector<Voter> voters, Propose(members, researcher_signature, attempt));
  const bool voted = !voters.empty();
  absl::Status enough = DropUncompared(voters);
  enough.Update(DropUnsatisfied(voters));
  // Not without those whom only its own stop kept away.
  if (cut_short_) {
    Withdraw({}, attempt);
    return Stopped();
  }
  if (!enough.ok() && voted) restraint_.VoteDropped(context_.clock->Now());
  Withdraw(voters, attempt);
  RETURN_IF_ERROR(enough);
  auto sealed = Seal(voters, attempt);
  if (!sealed.ok() || !sealed->Complete()) {
    NoteNothing();
    Withdraw({}, attempt);
  }
  RETURN_IF_ERROR(sealed.status());
  if (sealed->Complete()) {
    const auto contributions = Submit(*sealed);
    if (contributions.ok()) return Complete(*sealed, *contributions, per_member);
    NoteNothing();  // for whoever refused it
    if (prepared_.plan.question.release() != v1::OPEN) return contributions.status();
    Withdraw({}, attempt);
  }
  if (cut_short_) return Stopped();
  // Nothing is spent: once more without them.
  std::erase_if(
      voters, [&](const Voter& v) { return states_[v.org].status() != v1::MemberState::ANSWERED; });
  members = OrgsOf(voters);
  return std::nullopt;
}

void Asking::NoteNothing() {
  const absl::Time now = context_.clock->Now();
  restraint_.VoteDropped(now);
  restraint_.ScanDropped(prepared_.scans, now);
}

absl::StatusOr<v1::Answer> Asking::Complete(const Sealed& sealed,
                                            const std::vector<v1::Contribution>& contributions,
                                            bool per_member) {
  ASSIGN_OR_RETURN(const std::string release,
                   BuildRelease(prepared_.plan.question, standard_->standard, sealed.roster,
                                sealed.transcript, contributions));
  NoteForces(sealed);
  ASSIGN_OR_RETURN(v1::Answer answer, Present(sealed, release, contributions, per_member));
  Publish(sealed, contributions, release, answer);
  return answer;
}

std::vector<OrgId> Asking::Askable() {
  std::vector<OrgId> members;
  const v1::Question& question = prepared_.plan.question;
  for (const governance::Organisation* owner : OwnersOf(*reg_, question.dataset())) {
    const absl::Status may = attendance_.MayAsk(*owner, context_.clock->Now());
    if (may.ok()) {
      members.push_back(owner->id);
    } else {
      Lost(owner->id, may);
    }
  }
  return members;
}

// Each member compares too before it signs; here whoever can't be compared with is left out while
// that costs the others nothing.
absl::Status Asking::DropUncompared(std::vector<Voter>& voters) {
  const auto failed = CompareWithVoters(context_, *reg_, voters);
  if (!failed.ok()) {
    voters.clear();
    return failed.status();
  }
  for (const auto& [org, why] : *failed) Lost(org, why);
  std::erase_if(voters, [&](const Voter& voter) { return failed->count(voter.org) > 0; });
  return absl::OkStatus();
}

absl::Status Asking::DropUnsatisfied(std::vector<Voter>& voters) {
  std::set<v1::Reason> reasons;
  for (const auto& [org, state] : states_) {
    v1::Reason reason = v1::REASON_UNSPECIFIED;
    if (state.status() == v1::MemberState::REFUSED && v1::Reason_Parse(state.reason(), &reason)) {
      reasons.insert(reason);
    }
  }
  uint32_t wanted = 1;
  for (bool changed = true; changed;) {
    const size_t members = voters.size();
    std::erase_if(voters, [&](const Voter& voter) {
      const uint32_t wants = voter.vote.requirements().min_members();
      if (wants <= members) return false;
      wanted = std::max(wanted, wants);
      Lost(voter.org,
           Refuse(v1::TOO_FEW_MEMBERS,
                  absl::StrCat("wants at least ", wants, " members, ", members, " would answer")));
      return true;
    });
    changed = voters.size() != members;
  }
  if (!voters.empty()) return absl::OkStatus();
  if (reasons.size() == 1) return Refuse(*reasons.begin(), WordsOfAll(*reasons.begin()));
  return Refuse(v1::TOO_FEW_MEMBERS,
                absl::StrCat("fewer than ", wanted, " members would answer; ", WhyNot()));
}

// Each member's reason, and who was not asked.
std::string Asking::WhyNot() const {
  std::map<std::string, std::string> said;
  for (const auto& [org, state] : states_) {
    said.emplace(NameOf(org), absl::StrCat(NameOf(org), ": ", state.reason()));
  }
  std::vector<std::string> words;
  for (auto& [name, why] : said) {
    if (words.size() < kMembersTold) words.push_back(std::move(why));
  }
  if (said.size() > words.size()) {
    words.push_back(absl::StrCat(said.size() - words.size(), " more"));
  }
  const auto others = NotHoldingOf(*reg_, prepared_.plan.question.dataset());
  if (!others.empty()) words.push_back(NotHoldingWords(others));
  return absl::StrJoin(words, "; ");
}

// What the first of them by name says more than that: which column, what is left of a budget.
std::string Asking::WordsOfAll(v1::Reason reason) const {
  const absl::string_view words = governance::PlainWords(reason);
  std::map<std::string, std::string> said;
  for (const auto& [org, state] : states_) {
    if (state.reason() == v1::Reason_Name(reason)) said.emplace(NameOf(org), state.message());
  }
  if (said.empty() || said.begin()->second.empty()) return std::string(words);
  return absl::StrCat(words, "; ", said.begin()->first, " says: ", said.begin()->second);
}

std::vector<OrgId> Asking::OrgsOf(const std::vector<Voter>& voters) {
  std::vector<OrgId> orgs;
  orgs.reserve(voters.size());
  for (const Voter& voter : voters) orgs.push_back(voter.org);
  return orgs;
}

void Asking::Lost(const OrgId& member, const absl::Status& why) {
  const v1::Refusal refusal = governance::RefusalOf(why);
  // What a member itself refuses, but for being out of touch, is no matter of this node's stop.
  const bool silent = !governance::HasRefusal(why) || refusal.reason() == v1::STALE;
  cut_short_ |= silent && Stopping();
  v1::MemberState& state = states_[member];
  state.Clear();
  state.set_status(IsOffline(why) ? v1::MemberState::OFFLINE : v1::MemberState::REFUSED);
  state.set_reason(v1::Reason_Name(refusal.reason()));
  state.set_message(refusal.message());
}

std::vector<OrgId> Asking::Missing(const std::vector<Voter>& voters,
                                   const std::vector<absl::Status>& outcomes) {
  const absl::Time now = context_.clock->Now();
  attendance_.Saw(context_.reg()->head(), now);
  bool heard = false;
  for (size_t i = 0; i < voters.size(); ++i) {
    heard |= voters[i].org != context_.org && !IsOffline(outcomes[i]);
  }
  std::vector<OrgId> missing;
  for (size_t i = 0; i < voters.size(); ++i) {
    if (outcomes[i].ok()) continue;
    const OrgId& member = voters[i].org;
    Lost(member, outcomes[i]);
    missing.push_back(member);
    // Nor is anybody blamed for the moments that slow ones left of the question's time.
    const bool late = IsOffline(outcomes[i]) && !phase_was_whole_;
    // Nor, while documents are on their way, for what it refuses: it may have yet to catch up, or
    // follow a rule that its owner has just changed. That can't be told from keeping some back.
    const bool catching_up = !attendance_.Settled(now) && governance::HasRefusal(outcomes[i]);
    if (heard && !late && !catching_up && member != context_.org) {
      attendance_.Missed(member, began_, now);
    }
  }
  return missing;
}

std::string Asking::NameOf(const OrgId& member) const {
  const auto* organisation = reg_->FindMember(member);
  return organisation == nullptr ? member.ToHex() : organisation->name;
}

}  // namespace commons::query
