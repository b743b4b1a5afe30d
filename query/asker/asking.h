// One asking of one question: the phases of docs/formats/aggregation.md from the asker's side.
#ifndef COMMONS_QUERY_ASKER_ASKING_H_
#define COMMONS_QUERY_ASKER_ASKING_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "governance/register/register.h"
#include "proto/local.pb.h"
#include "proto/peer.pb.h"
#include "query/asker/attendance.h"
#include "query/asker/prepared.h"
#include "query/asker/restraint.h"
#include "query/peer/node_context.h"
#include "query/release/roster.h"

namespace commons::query {

// Used once, by one thread; borrows its arguments. What each member said is kept as it comes, so
// that every answer and refusal names all of them.
class Asking {
 public:
  // What this node remembers from question to question.
  struct Memory {
    Attendance& attendance;
    Restraint& restraint;
  };
  Asking(const NodeContext& context, const FanOut& fan_out, const Prepared& prepared,
         const Memory& memory);
  v1::Answer Run(absl::string_view researcher_signature, bool per_member);

 private:
  struct Sealed {
    v1::Roster roster;
    std::vector<Voter> voters;
    Hash32 transcript;
    std::vector<std::string> signatures;  // in roster order; empty for who did not sign
    bool Complete() const;
  };

  std::string WordsOfAll(v1::Reason reason) const;
  std::string WhyNot() const;
  static std::vector<OrgId> OrgsOf(const std::vector<Voter>& voters);
  // An Answer with everything but a refusal, or why there is none.
  absl::StatusOr<v1::Answer> Ask(absl::string_view researcher_signature, bool per_member);
  // The owners whom this node asks; the others' states say why not.
  std::vector<OrgId> Askable();
  absl::StatusOr<std::vector<Voter>> Propose(const std::vector<OrgId>& members,
                                             absl::string_view researcher_signature,
                                             uint32_t attempt);
  // BAD_ROSTER: another release or class than asked for, or other demands than its rules'.
  absl::Status CheckVote(const Voter& voter) const;
  // Voters who know other documents and can't be compared with drop out; all of them, with
  // CONFLICTING_LOG, when it comes out so that somebody has two histories.
  absl::Status DropUncompared(std::vector<Voter>& voters);
  // Voters who want more members than there are drop out. TOO_FEW_MEMBERS, or what all refusers
  // say.
  absl::Status DropUnsatisfied(std::vector<Voter>& voters);
  absl::StatusOr<Sealed> Seal(std::vector<Voter> voters, uint32_t attempt);
  absl::StatusOr<std::vector<v1::Contribution>> Submit(const Sealed& sealed);
  // BAD_SIGNATURE, MALFORMED.
  absl::Status CheckVector(const v1::Contribution& contribution, const Voter& voter,
                           const Hash32& transcript) const;
  void Publish(const Sealed& sealed, const std::vector<v1::Contribution>& contributions,
               const std::string& release, v1::Answer& answer);
  // For whoever may hold a reservation of this attempt, but for these voters, the question goes no
  // further: they are told to free it. Best effort; members that were silent are told as well.
  void Withdraw(const std::vector<Voter>& but, uint32_t attempt);
  absl::StatusOr<v1::Answer> Present(const Sealed& sealed, const std::string& release,
                                     const std::vector<v1::Contribution>& contributions,
                                     bool per_member) const;
  // Which of the roster's values each voter is strictest in.
  void NoteForces(const Sealed& sealed);
  std::vector<std::string> Caveats(const Sealed& sealed) const;

  // Signs `message` for each member with its own header, sends all, and opens the replies.
  template <typename Reply, typename Message>
  std::vector<absl::StatusOr<Reply>> Exchange(Phase phase, const char* kind, const char* reply_kind,
                                              const std::vector<OrgId>& members, Message message,
                                              absl::Duration timeout);
  std::vector<absl::StatusOr<v1::Envelope>> Send(Phase phase, const std::vector<Outgoing>& messages,
                                                 absl::Duration timeout);
  void Lost(const OrgId& member, const absl::Status& why);
  bool Stopping() const { return context_.stopping != nullptr && context_.stopping(); }
  // Of the voters those that did not go on: they are lost, and it is remembered of them. Silence is
  // not, where nobody else was heard: then it may be this node that is cut off.
  std::vector<OrgId> Missing(const std::vector<Voter>& voters,
                             const std::vector<absl::Status>& outcomes);
  // One attempt: an answer, a refusal, or neither: nothing was spent, and `members` are those that
  // did not fail it.
  absl::StatusOr<std::optional<v1::Answer>> Attempt(uint32_t attempt,
                                                    absl::string_view researcher_signature,
                                                    bool per_member, std::vector<OrgId>& members);
  // Members voted and counted, and this attempt goes no further.
  void NoteNothing();
  // What follows from all vectors, told to all.
  absl::StatusOr<v1::Answer> Complete(const Sealed& sealed,
                                      const std::vector<v1::Contribution>& contributions,
                                      bool per_member);
  // Who was slow, for the answer, and for the next question.
  void NoteTimes(v1::Answer& answer);
  std::string NameOf(const OrgId& member) const;
  std::vector<std::string> Absent() const;  // names of who did not answer, sorted
  void AddMembers(v1::Answer& answer) const;

  const NodeContext& context_;
  const FanOut& fan_out_;
  const Prepared& prepared_;
  const absl::Time began_;
  Attendance& attendance_;
  Restraint& restraint_;
  const std::shared_ptr<const governance::Register> reg_;
  const governance::StandardInForce* standard_;  // of reg_; null when another one came into force
  const absl::Time deadline_;
  std::map<OrgId, v1::MemberState> states_;
  std::map<OrgId, absl::Duration> took_;  // waited for its replies
  // The last phase had all its time, not what was left of the question's.
  bool phase_was_whole_ = true;
  bool cut_short_ = false;   // somebody was lost while this node was being stopped
  std::set<OrgId> holding_;  // may hold a reservation of this attempt
  uint64_t charged_micro_rho_ = 0;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_ASKING_H_
