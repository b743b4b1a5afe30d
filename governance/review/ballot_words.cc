#include "governance/review/ballot_words.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

std::string ShortId(const DocId& id) { return id.ToHex().substr(0, 16); }

bool CanBeDecided(const Proposal& proposal) { return !proposal.lost() && !proposal.withdrawn; }

std::string Part(absl::string_view name, const std::set<OrgId>& orgs, const Register& reg) {
  return orgs.empty() ? "" : absl::StrCat("; ", name, ": ", NamesOf(orgs, reg));
}

std::string VersionWords(const Ballots& ballots) {
  return absl::StrCat("version ", ballots.version, " of the common rules");
}

// Whose board it is, and which word of which organisation is still wanted.
Note NoteOf(const Proposal& proposal, const Register& reg, const OrgId& own) {
  Note note{absl::StrCat(ProposalWords(proposal, reg), ": ", VotesWords(proposal, reg)), "", false};
  if (!CanBeDecided(proposal)) return note;
  note.ours = proposal.unheard.contains(own);
  note.remedy = note.ours ? absl::StrCat("say yes: commons doc approve ", ShortId(proposal.id),
                                         ", or no: the same with --no")
                          : absl::StrCat("ask them: ", NamesOf(proposal.unheard, reg));
  return note;
}

// When nothing that was proposed can be decided: the next proposal goes into a new ballot, which
// begins at once or when a few more have said no.
Note NextBallotNote(const Ballots& ballots, const Register& reg, const OrgId& own) {
  const std::string any = absl::StrCat("no proposal for ", VersionWords(ballots),
                                       " can have the votes it needs in ballot ");
  if (!ballots.spent()) {
    return {absl::StrCat(any, ballots.ballot - 1, " any more"),
            "propose again: commons doc propose, with what can be agreed on", true};
  }
  const bool ours = ballots.unheard.contains(own);
  return {absl::StrCat(any, ballots.ballot, ", unless it suspends somebody"),
          ours
              ? absl::StrCat("say no, so that the next ballot can begin: commons doc approve --no ",
                             ballots.version)
              : absl::StrCat("ask them to say no, so that the next ballot can begin: ",
                             NamesOf(ballots.unheard, reg)),
          ours};
}

// Whether those who are still there are enough for a decision that suspends nobody.
bool EnoughAreLeft(const Register& reg) {
  const auto& members = reg.members();
  const auto votes = std::count_if(members.begin(), members.end(), [](const auto& each) {
    return !each.second.suspended && !each.second.left;
  });
  return static_cast<uint64_t>(votes) >= reg.ballots().needed;
}

// A seat that is left counts in the vote that lists it, but not in one that suspends it.
Note DepartureNote(const Organisation& gone, const Register& reg) {
  const std::string name = Shown(gone.name);
  const std::string list = absl::StrCat("commons doc propose --departure ", name);
  return {absl::StrCat(name,
                       " has left; its seat counts in every vote until the members list its "
                       "departure"),
          EnoughAreLeft(reg) || gone.suspended
              ? absl::StrCat("propose it: ", list)
              : absl::StrCat("too few are left to decide that with its seat counted: first suspend "
                             "it, with: commons doc propose --suspend ",
                             name, "; then list it, with: ", list),
          false};
}

void AddOthers(const Register& reg, std::vector<Note>& notes) {
  for (const DoubleVote& twice : reg.double_votes()) {
    notes.push_back(
        {absl::StrCat(NamesOf({twice.org}, reg), " said two things in ballot ", twice.ballot.second,
                      " of version ", twice.ballot.first, "; both count"),
         "ask its people what happened", false});
  }
  for (const auto& [org, member] : reg.members()) {
    if (member.left) notes.push_back(DepartureNote(member, reg));
  }
}

}  // namespace

std::string NamesOf(const std::set<OrgId>& orgs, const Register& reg) {
  std::vector<std::string> names;
  names.reserve(orgs.size());
  for (const OrgId& org : orgs) names.push_back(Shown(NameOf(org.view(), &reg)));
  std::sort(names.begin(), names.end());
  return names.empty() ? "nobody" : absl::StrJoin(names, ", ");
}

std::string ProposalWords(const Proposal& proposal, const Register& reg) {
  const uint64_t version = reg.ballots().version;
  if (version == 1) return absl::StrCat("the charter ", ShortId(proposal.id));
  return absl::StrCat("the proposal ", ShortId(proposal.id), " of ",
                      NamesOf({proposal.issuer}, reg), " for ", VersionWords(reg.ballots()),
                      ", ballot ", proposal.ballot);
}

std::string VotesWords(const Proposal& proposal, const Register& reg) {
  const std::string votes = absl::StrCat(
      proposal.yes.size(), " of ", proposal.voters(), " say yes",
      proposal.yes.empty() ? "" : absl::StrCat(" (", NamesOf(proposal.yes, reg), ")"), ", ",
      proposal.needed, proposal.needed == 1 ? " is needed" : " are needed",
      Part("against", proposal.against, reg), Part("left without a word", proposal.gone, reg),
      Part("not heard", proposal.unheard, reg));
  if (proposal.withdrawn) return absl::StrCat(votes, "; its proposer withdrew it");
  return proposal.lost() ? absl::StrCat(votes, "; it can't be decided in this ballot any more")
                         : votes;
}

std::vector<const Proposal*> RivalsOf(const DocId& id, const Register& reg) {
  std::vector<const Proposal*> rivals;
  for (const Proposal& other : reg.ballots().proposals) {
    if (other.id != id && other.ballot == reg.ballots().ballot && CanBeDecided(other))
      rivals.push_back(&other);
  }
  return rivals;
}

std::vector<std::string> BeforeVoting(const Proposal& proposal, bool yes, const Register& reg) {
  std::vector<std::string> lines = {absl::StrCat("votes so far: ", VotesWords(proposal, reg))};
  for (const Proposal* rival : RivalsOf(proposal.id, reg)) {
    lines.push_back(
        absl::StrCat("a rival: ", ProposalWords(*rival, reg), ": ", VotesWords(*rival, reg)));
  }
  if (reg.ballots().version == 1) {
    lines.push_back("every founder must say yes; what a founder says is final");
    return lines;
  }
  lines.push_back(
      yes ? absl::StrCat("a yes is final: in ballot ", proposal.ballot,
                         " it can't be taken back or given to another proposal")
          : absl::StrCat("a no is final, and to every proposal in ballot ", proposal.ballot));
  return lines;
}

std::string AfterAYes(Proposal proposal, const OrgId& own, const Register& reg) {
  for (std::set<OrgId>* others : {&proposal.unheard, &proposal.against, &proposal.gone})
    others->erase(own);
  proposal.yes.insert(own);
  if (proposal.yes.size() >= proposal.needed) return "it has all the votes it needs";
  const uint64_t more = proposal.needed - proposal.yes.size();
  if (proposal.lost())
    return absl::StrCat("it needs ", more, " more, and can't have them in this ballot");
  return absl::StrCat("it needs ", more, " more of: ", NamesOf(proposal.unheard, reg));
}

std::vector<Note> VoteNotes(const Register& reg, const OrgId& own) {
  std::vector<Note> notes;
  const Organisation* member = reg.FindMember(own);
  if (member != nullptr && member->left) {
    return {{"this organisation has left the commons: it asks and votes no more",
             "to come back, ask a member to propose its admission", false}};
  }
  const Ballots& ballots = reg.ballots();
  bool alive = false;
  for (const Proposal& proposal : ballots.proposals) {
    alive = alive || (proposal.ballot >= ballots.ballot && CanBeDecided(proposal));
    notes.push_back(NoteOf(proposal, reg, own));
  }
  // With nothing proposed in it there is nothing to say no to: only who is there can go on.
  const bool proposed =
      std::any_of(ballots.proposals.begin(), ballots.proposals.end(),
                  [&](const Proposal& each) { return each.ballot == ballots.ballot; });
  const bool over = ballots.version > 1 && (ballots.spent() ? proposed : ballots.ballot > 1);
  if (over && !alive) notes.push_back(NextBallotNote(ballots, reg, own));
  AddOthers(reg, notes);
  return notes;
}

}  // namespace commons::governance
