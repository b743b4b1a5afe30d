// What the member's keys sign and nobody may take: damaged and repeated messages, proposals that
// are never gone on with, rosters that lie.
#include <algorithm>
#include <list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/refusal.h"
#include "tests/attacks/bad_messages.h"
#include "tests/attacks/intruder.h"
#include "tests/bench/soak/attacks.h"

namespace commons::soak {
namespace {

using attacks::BadMessage;
using attacks::HostileQuestion;
using attacks::Intruder;
using attacks::PeerMethod;
using query::Voter;

constexpr absl::Duration kLook = absl::Milliseconds(100);
constexpr char kProtectedCount[] = "SELECT sex, COUNT(*) AS n FROM stays GROUP BY sex";

// Whatever is wrong with a message, its sender may be cut off, or have sent too much already.
bool IsTurnedAway(const std::string& outcome) {
  return outcome == "BUSY" || outcome.rfind("grpc ", 0) == 0;
}

std::string Damaged(Turn& turn) {
  Intruder intruder(turn.lab());
  std::map<std::string, int> outcomes;
  size_t sent = 0;
  do {
    for (size_t i = 0; i < kHonest.size(); ++i) {
      const std::string& other = kHonest[(i + 1) % kHonest.size()];
      for (const BadMessage& bad : attacks::BadMessages(intruder, kHonest[i], other)) {
        const PeerMethod method = attacks::kAllMethods[sent++ % node::kPeerMethods];
        const std::string outcome = intruder.Outcome(kHonest[i], method, bad.make(method));
        ++outcomes[outcome];
        if (outcome != bad.outcome && !IsTurnedAway(outcome)) {
          turn.tally.Break(absl::StrCat(bad.name, " was not ", bad.outcome, " but ", outcome));
        }
      }
      absl::SleepFor(kLook);
    }
  } while (!turn.over());
  return CountsAsText(outcomes);
}

std::string Repeated(Turn& turn) {
  Intruder intruder(turn.lab());
  std::map<std::string, int> outcomes;
  do {
    for (const std::string& member : kHonest) {
      HostileQuestion question(intruder);
      const v1::Envelope proposal = question.ProposalTo(member);
      const bool taken = intruder.Outcome(member, PeerMethod::kPropose, proposal) == "ok";
      const std::string again = intruder.Outcome(member, PeerMethod::kPropose, proposal);
      ++outcomes[again];
      if (again == "ok" || (taken && again != "REPLAYED" && !IsTurnedAway(again))) {
        turn.tally.Break("a repeated message was " + again);
      }
      absl::SleepFor(kLook);
    }
  } while (!turn.over());
  return CountsAsText(outcomes);
}

// As many as may be open at every member, held, and let go together.
std::string OpenProposals(Turn& turn) {
  Intruder intruder(turn.lab());
  std::map<std::string, int> outcomes;
  do {
    std::list<HostileQuestion> questions;
    for (size_t i = 0; i < limits::kOpenProposalsPerOrg + 4; ++i) {
      HostileQuestion& question = questions.emplace_back(intruder, kProtectedCount);
      for (const std::string& member : kHonest) {
        ++outcomes[intruder.Outcome(member, PeerMethod::kPropose, question.ProposalTo(member))];
      }
    }
    const absl::Time hold = std::min(turn.until, absl::Now() + absl::Seconds(5));
    while (absl::Now() < hold) absl::SleepFor(kLook);
  } while (!turn.over());
  return CountsAsText(outcomes);
}

using Lie = std::function<void(v1::Roster&)>;
const std::vector<std::pair<std::string, Lie>>& Lies() {
  static const auto* lies = new std::vector<std::pair<std::string, Lie>>{
      {"a lower threshold", [](v1::Roster& roster) { roster.set_threshold(1); }},
      {"less noise", [](v1::Roster& roster) { roster.set_flips_share(roster.flips_share() / 2); }},
      {"a lower cost", [](v1::Roster& roster) { roster.set_cost_micro_rho(1); }},
      {"an open release", [](v1::Roster& roster) { roster.set_release(v1::OPEN); }},
      {"a member twice", [](v1::Roster& roster) { *roster.add_votes() = roster.votes(0); }},
      {"a vote changed", [](v1::Roster& roster) {
         for (v1::Envelope& envelope : *roster.mutable_votes()) {
           v1::Vote vote;
           vote.ParseFromString(envelope.payload());
           vote.mutable_requirements()->set_threshold(1);
           envelope.set_payload(vote.SerializeAsString());
         }
       }}};
  return *lies;
}

// Each honest member is shown another lie about the same votes; then all sign the true roster, give
// their vectors, and the asker keeps the answer.
std::string FalseRosters(Turn& turn) {
  Intruder intruder(turn.lab());
  std::map<std::string, int> outcomes;
  size_t lie = 0;
  do {
    HostileQuestion question(intruder, kProtectedCount);
    const auto votes = question.TryVotes();
    if (!votes.ok()) {
      ++outcomes[absl::StrCat("no votes: ",
                              governance::ReasonName(governance::ReasonOf(votes.status())))];
      absl::SleepFor(absl::Seconds(1));
      continue;
    }
    const v1::Roster honest = question.RosterOf(*votes);
    for (const std::string& member : kHonest) {
      const auto& [name, tell] = Lies()[lie++ % Lies().size()];
      v1::Roster changed = honest;
      tell(changed);
      const std::string outcome =
          intruder.Outcome(member, PeerMethod::kSeal, question.SealTo(member, changed));
      ++outcomes[outcome];
      if (outcome == "ok") turn.tally.Break("a roster was signed that lies: " + name);
    }
    std::vector<std::string> signatures;
    for (const Voter& voter : *votes) signatures.push_back(question.SealedBy(voter, honest));
    for (const std::string& member : kHonest) {
      auto swapped = signatures;
      std::swap(swapped[0], swapped[1]);
      const std::string outcome =
          intruder.Outcome(member, PeerMethod::kSubmit, question.SubmitTo(member, swapped));
      if (outcome == "ok") turn.tally.Break("a vector was given for signatures of others");
      ++outcomes[absl::StrCat("kept ", intruder.Outcome(member, PeerMethod::kSubmit,
                                                        question.SubmitTo(member, signatures)))];
    }
    absl::SleepFor(kLook);
  } while (!turn.over());
  return CountsAsText(outcomes);
}

}  // namespace

std::vector<Attack> AttacksWithMessages() {
  return {{"malformed messages", Damaged},
          {"repeated messages", Repeated},
          {"open proposals", OpenProposals},
          {"false rosters", FalseRosters}};
}

}  // namespace commons::soak
