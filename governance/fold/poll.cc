#include "governance/fold/poll.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/fold/card.h"

namespace commons::governance {
namespace {

const OrgState* StateOf(const OrgStates& orgs, const OrgId& org) {
  const auto found = orgs.find(org);
  return found == orgs.end() ? nullptr : found->second.get();
}

uint64_t DeparturesOf(const OrgId& org, const CommonsState& before) {
  const auto former = before.former.find(org);
  return former == before.former.end() ? 0 : former->second.departures;
}

// When so many had been seen, and the candidate itself; never, if they are fewer.
absl::Time SeenSoMany(std::vector<absl::Time> seen, uint64_t needed, absl::Time candidate) {
  if (seen.size() < needed) return absl::InfiniteFuture();
  std::sort(seen.begin(), seen.end());
  return std::max(candidate, seen[needed - 1]);
}

}  // namespace

std::optional<OrgId> SuspendedBy(const Document& resolution) {
  for (const auto& item : resolution.As<v1::Resolution>().items()) {
    const std::string& suspends = item.membership().suspend();
    if (!suspends.empty()) return *OrgId::FromBytes(suspends);
  }
  return std::nullopt;
}

bool HasLeft(const OrgId& org, const CommonsState& before, const OrgStates& orgs) {
  const OrgState* said = StateOf(orgs, org);
  return said != nullptr && said->leaves > DeparturesOf(org, before);
}

Poll::Poll(const CommonsState& before, const v1::Charter& charter, const OrgStates& orgs)
    : before_(before), orgs_(orgs), version_(before.certified.size() + 1) {
  for (const auto& [org, member] : before.members) {
    if (!member.suspended) electorate_.orgs.insert(org);
  }
  if (charter.threshold_denominator() > 0) {
    electorate_.numerator = charter.threshold_numerator();
    electorate_.denominator = charter.threshold_denominator();
  }
}

// Who has left and is not back says nothing any more; what it said before stays.
bool Poll::Counts(const OrgId& org, const Statement& statement) const {
  return statement.leaves <= DeparturesOf(org, before_);
}

const Statement* Poll::Of(const OrgId& org, uint32_t ballot) const {
  const OrgState* said = StateOf(orgs_, org);
  if (said == nullptr) return nullptr;
  const auto found = said->statements.find({version_, ballot});
  const bool counts = found != said->statements.end() && Counts(org, found->second);
  return counts ? &found->second : nullptr;
}

Said Poll::SaidIn(uint32_t ballot) const {
  Said said;
  for (const OrgId& org : electorate_.orgs) {
    if (const Statement* statement = Of(org, ballot)) {
      said[org] = statement->yes ? std::optional(statement->document) : std::nullopt;
    } else if (HasLeft(org, before_, orgs_)) {
      said[org] = std::nullopt;
    }
  }
  return said;
}

std::vector<std::shared_ptr<const Document>> Poll::ApprovalsIn(uint32_t ballot) const {
  std::vector<std::shared_ptr<const Document>> approvals;
  for (const OrgId& org : electorate_.orgs) {
    if (const Statement* said = Of(org, ballot)) approvals.push_back(said->approval);
  }
  return approvals;
}

absl::StatusOr<absl::Time> Poll::CertifiedAt(const CommonsDocument& candidate) const {
  const Document& d = *candidate.document;
  const std::optional<OrgId> suspends = SuspendedBy(d);
  std::vector<absl::Time> yes, of_one_history;
  absl::Time forked_at = absl::InfiniteFuture();  // the first of those who said yes
  for (const OrgId& org : electorate_.orgs) {
    const Statement* said = org == suspends ? nullptr : Of(org, d.As<v1::Resolution>().ballot());
    if (said == nullptr || !said->yes || said->document != d.id) continue;
    yes.push_back(said->seen_at);
    forked_at = std::min(forked_at, said->forked_at);
    if (said->forked_at == absl::InfiniteFuture()) of_one_history.push_back(said->seen_at);
  }
  const uint64_t needed = electorate_.Needed(suspends);
  // Who shows two histories may have said yes to another document in the other: from when that is
  // known, its yes is left out. What was certified by then stays.
  const absl::Time all = SeenSoMany(yes, needed, candidate.seen_at);
  if (all < forked_at) return all;
  const absl::Time certified = SeenSoMany(of_one_history, needed, candidate.seen_at);
  if (certified != absl::InfiniteFuture()) return certified;
  const size_t left_out = yes.size() - of_one_history.size();
  const bool subject_votes = suspends.has_value() && electorate_.orgs.contains(*suspends);
  return Refuse(
      v1::UNDER_SIGNED,
      absl::StrCat(
          "version ", version_, " has the approval of ", of_one_history.size(), " of ",
          electorate_.orgs.size() - (subject_votes ? 1 : 0), " members, needs ", needed,
          left_out == 0 ? "" : absl::StrCat("; ", left_out, " more have logs of two histories")));
}

// By a board of its organisation, if it counts in its log; what stands in none that is known here,
// by the newest.
bool Poll::SignedByItsBoard(const Organisation& member, uint32_t ballot,
                            const CitedApproval& approval) const {
  const OrgState* state = StateOf(orgs_, member.id);
  if (state == nullptr) return Satisfies(member.root.board(), approval.signers);
  const auto said = state->statements.find({version_, ballot});
  if (said != state->statements.end() && said->second.approval->id == approval.id) {
    const auto& cards = state->cards.versions;
    return std::any_of(cards.begin(), cards.end(), [&](const auto& card) {
      return Satisfies(card.payload->board(), approval.signers);
    });
  }
  const auto* newest = NewestWithPower(state->cards);
  return newest != nullptr && Satisfies(newest->payload->board(), approval.signers);
}

absl::Status Poll::CheckProof(const Document& candidate, const Candidates& known) const {
  const uint32_t before = candidate.As<v1::Resolution>().ballot() - 1;
  Said said;
  for (const CitedApproval& statement : candidate.cited) {
    const auto member = before_.members.find(statement.issuer);
    if (member == before_.members.end() || member->second.suspended) {
      return Refuse(v1::NOT_A_MEMBER, absl::StrCat("ballot ", before + 1, " of version ", version_,
                                                   ": a statement of who has no vote"));
    }
    if (!SignedByItsBoard(member->second, before, statement)) {
      return Refuse(v1::BAD_SIGNATURE, absl::StrCat("ballot ", before + 1, " of version ", version_,
                                                    ": the board of '", member->second.name,
                                                    "' has not signed what is said in its name"));
    }
    said[member->first] = statement.yes ? std::optional(statement.document) : std::nullopt;
  }
  // Who left without a word says none any more. That needs its log, and no statement.
  for (const auto& [org, document] : SaidIn(before)) {
    if (Of(org, before) == nullptr) said.emplace(org, std::nullopt);
  }
  if (IsDead(electorate_, said, known)) return absl::OkStatus();
  return Refuse(
      v1::OUT_OF_ORDER,
      absl::StrCat("ballot ", before + 1, " of version ", version_, ": ", candidate.cited.size(),
                   " statements do not show that ballot ", before, " is dead"));
}

Proposal Poll::Describe(std::shared_ptr<const Document> document) const {
  const Document& candidate = *document;
  Proposal proposal;
  proposal.id = candidate.id;
  proposal.issuer = *OrgId::FromBytes(candidate.header->issuer());
  proposal.ballot = candidate.As<v1::Resolution>().ballot();
  const std::optional<OrgId> suspends = SuspendedBy(candidate);
  proposal.needed = electorate_.Needed(suspends);
  const Said said = SaidIn(proposal.ballot);
  for (const OrgId& org : electorate_.orgs) {
    if (org == suspends) continue;
    const auto word = said.find(org);
    if (word == said.end()) {
      proposal.unheard.insert(org);
    } else if (word->second == candidate.id) {
      proposal.yes.insert(org);
    } else if (Of(org, proposal.ballot) == nullptr) {
      proposal.gone.insert(org);
    } else {
      proposal.against.insert(org);
    }
  }
  proposal.document = std::move(document);
  return proposal;
}

}  // namespace commons::governance
