// Votes in words: who has said yes, how many are needed, whose word is missing, and what to do
// next. For people of the organisation `own`. Member names are safe for a terminal.
#ifndef COMMONS_GOVERNANCE_REVIEW_BALLOT_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_BALLOT_WORDS_H_

#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "governance/register/ballots.h"
#include "governance/register/register.h"
#include "governance/review/note.h"

namespace commons::governance {

// "kahu, rata"; "nobody" for none.
std::string NamesOf(const std::set<OrgId>& orgs, const Register& reg);

// "the proposal 0123456789abcdef of kahu for version 3 of the common rules, ballot 2"
std::string ProposalWords(const Proposal& proposal, const Register& reg);
// "1 of 3 say yes (kahu), 3 are needed; not heard: rata, tui"
std::string VotesWords(const Proposal& proposal, const Register& reg);

// Proposals beside this one that can still be decided.
std::vector<const Proposal*> RivalsOf(const DocId& id, const Register& reg);

// What a board should know before it says yes to a proposal, or no to its ballot; a line each.
std::vector<std::string> BeforeVoting(const Proposal& proposal, bool yes, const Register& reg);

// What is missing once `own` has said yes: "it is decided", or whose yes.
std::string AfterAYes(Proposal proposal, const OrgId& own, const Register& reg);

// What stands about votes and departures, and what to do about it ("": nothing).
std::vector<Note> VoteNotes(const Register& reg, const OrgId& own);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_BALLOT_WORDS_H_
