#include "tests/bench/soak/tally.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/answer/next_step.h"
#include "governance/document/refusal.h"

namespace commons::soak {
namespace {

// Nobody is at fault who was late, away for a moment, had enough to do or is in the middle of an
// import; and who wants more members than came says so.
bool IsNoBlame(const std::string& reason) {
  static const std::set<std::string> kNone = {"DEADLINE", "UNREACHABLE", "BUSY",
                                              "STALE",    "NO_DATA",     "TOO_FEW_MEMBERS"};
  return kNone.count(reason) > 0;
}

// What an honest question may be refused with while one member is hostile.
bool IsExpected(v1::Reason reason) {
  // CONFLICTING_LOG: the one question in which it came out that somebody has two histories.
  return reason == v1::ABORTED || reason == v1::CONFLICTING_LOG ||
         IsNoBlame(v1::Reason_Name(reason));
}

const v1::MemberState* StateOf(const v1::Answer& answer, const std::string& name) {
  for (const v1::MemberState& member : answer.members()) {
    if (member.member() == name) return &member;
  }
  return nullptr;
}

}  // namespace

void Tally::Begin(const std::string& name) {
  std::lock_guard lock(mu_);
  stretches_.emplace_back().name = name;
}

void Tally::NoteAttack(const std::function<void(Stretch&)>& note) {
  std::lock_guard lock(mu_);
  const auto attack = std::find_if(stretches_.rbegin(), stretches_.rend(),
                                   [](const Stretch& stretch) { return !stretch.name.empty(); });
  if (attack != stretches_.rend()) note(*attack);
}

void Tally::Take(const Asked& asked) {
  std::lock_guard lock(mu_);
  Stretch& stretch = stretches_.back();
  for (const v1::MemberState& member : asked.answer.members()) CheckMember(asked, member, stretch);
  if (asked.answer.has_refusal()) return CheckRefusal(asked, stretch);
  ++stretch.answered;
  stretch.seconds.push_back(absl::ToDoubleSeconds(asked.to - asked.from));
  const Comparison comparison = pool_.Compare(asked.question, asked.answer);
  within_ += comparison.within;
  shown_ += comparison.shown;
  if (!comparison.wrong.empty()) {
    BreakLocked(absl::StrCat("wrong number: ", comparison.wrong, ": ", asked.question.Sql(), ": ",
                             asked.answer.ShortDebugString()));
  }
}

bool Tally::Excused(const Asked& asked, const std::string& member) const {
  return outages_.Had(member, asked.from, asked.to);
}

void Tally::CheckMember(const Asked& asked, const v1::MemberState& member, Stretch& stretch) {
  if (member.status() == v1::MemberState::ANSWERED) return;
  CheckWords(member.reason(), member.message());
  if (member.member() == kHostile) {
    ++stretch.hostile_missing[member.reason()];
  } else if (!Excused(asked, member.member())) {
    ++stretch.honest_missing[member.reason()];
    if (!IsNoBlame(member.reason())) {
      BreakLocked(absl::StrCat("an honest member is named as at fault: ", asked.by, " told of ",
                               member.member(), ": ", member.reason(), ": ", member.message()));
    }
  }
}

void Tally::CheckRefusal(const Asked& asked, Stretch& stretch) {
  const v1::Refusal& refusal = asked.answer.refusal();
  const std::string reason = v1::Reason_Name(refusal.reason());
  if (Excused(asked, asked.by)) {
    ++stretch.refused["killed"];  // the asking daemon itself
    return;
  }
  ++stretch.refused[reason];
  CheckWords(reason, refusal.message());
  if (!IsExpected(refusal.reason())) {
    BreakLocked(absl::StrCat("an honest question was refused: ", reason, ": ", refusal.message(),
                             ": ", asked.question.Sql()));
  }
  for (const std::string& member : kHonest) {
    const v1::MemberState* state = StateOf(asked.answer, member);
    const bool blameless = state != nullptr && IsNoBlame(state->reason());
    if (absl::StrContains(refusal.message(), member) && !blameless && !Excused(asked, member)) {
      BreakLocked(
          absl::StrCat("a refusal names an honest member: ", reason, ": ", refusal.message()));
    }
  }
}

// One line, in words, without a path of the machine or bytes of somebody else; and something that
// whoever reads it can do.
void Tally::CheckWords(const std::string& name, const std::string& said) {
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  v1::Reason_Parse(name, &reason);
  const std::string message(said.empty() ? governance::PlainWords(reason) : said);
  const std::vector<std::string> words = absl::StrSplit(message, ' ', absl::SkipEmpty());
  const bool printable = std::all_of(message.begin(), message.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
  const absl::string_view next = clients::NextStep(reason);
  if (words.size() < 3 || !printable || absl::StrContains(message, "/tmp") || next.empty()) {
    BreakLocked(absl::StrCat("words that nobody can act on: ", name, ": \"", message, "\""));
  }
  words_.emplace(name, absl::StrCat(message, "; ", next));
}

void Tally::BreakLocked(const std::string& promise) {
  if (broken_.size() < 50) broken_.push_back(promise);
}

void Tally::Break(const std::string& promise) {
  std::lock_guard lock(mu_);
  BreakLocked(promise);
}

std::vector<Stretch> Tally::stretches() const {
  std::lock_guard lock(mu_);
  return stretches_;
}

std::vector<std::string> Tally::broken() const {
  std::lock_guard lock(mu_);
  return broken_;
}

std::map<std::string, std::string> Tally::words() const {
  std::lock_guard lock(mu_);
  return words_;
}

}  // namespace commons::soak
