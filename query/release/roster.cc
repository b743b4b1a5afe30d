#include "query/release/roster.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "crypto/mask.h"
#include "google/protobuf/util/message_differencer.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/peer/peer_message.h"
#include "query/question/question.h"
#include "query/release/answer_size.h"
#include "query/release/demands.h"

namespace commons::query {

using governance::Refuse;

namespace {

constexpr size_t kDateBytes = 10;  // 2023-11-01

absl::Status BadRoster(absl::string_view what) {
  return Refuse(v1::BAD_ROSTER, absl::StrCat("roster: ", what));
}

// A vote goes on to every member, in the roster and again with the release: what its sender could
// make long would stop the asker's questions, and everybody would blame the asker.
absl::Status CheckVote(const v1::Envelope& envelope, const v1::Vote& vote) {
  if (envelope.ByteSizeLong() > limits::kVoteBytes) {
    return Refuse(v1::MALFORMED, absl::StrCat("more than ", limits::kVoteBytes, " bytes"));
  }
  RETURN_IF_ERROR(governance::NothingUnknown(envelope));
  RETURN_IF_ERROR(governance::NothingUnknown(vote));
  for (const std::string& rule : vote.requirements().rules()) {
    if (rule.size() != DocId::kSize) return Refuse(v1::MALFORMED, "a rule's id");
  }
  if (!vote.as_of().empty() && vote.as_of().size() != kDateBytes) {
    return Refuse(v1::MALFORMED, "the date of its data");
  }
  if (vote.state_id().size() != StateId::kSize) return Refuse(v1::MALFORMED, "state");
  const auto ephemeral = PublicKey::FromBytes(vote.ephemeral());
  if (!ephemeral.ok() || !crypto::CheckEphemeral(*ephemeral).ok()) {
    return Refuse(v1::MALFORMED, "key");
  }
  return absl::OkStatus();
}

absl::Status CheckSeats(absl::Span<const Voter> voters) {
  if (voters.empty()) return BadRoster("nobody takes part");
  if (voters.size() > limits::kMembers) return BadRoster("too many members");
  std::set<PublicKey> keys;
  for (size_t i = 0; i < voters.size(); ++i) {
    if (i > 0 && !(voters[i - 1].org < voters[i].org)) {
      return BadRoster("votes are not sorted by distinct organisations");
    }
    if (!keys.insert(voters[i].node_key).second) return BadRoster("a node key twice");
    if (!keys.insert(voters[i].ephemeral).second) return BadRoster("an ephemeral key twice");
  }
  return absl::OkStatus();
}

absl::Status CheckRequirements(const v1::Requirements& wants, const v1::Question& question,
                               size_t members) {
  if (wants.release() != question.release()) return BadRoster("a member wants another release");
  if (question.release() != v1::OPEN && wants.noise() > question.noise()) {
    return BadRoster("a member wants more noise than the question names");
  }
  if (wants.min_members() > members) {
    return BadRoster(absl::StrCat("a member wants at least ", wants.min_members(), " members, ",
                                  members, " take part"));
  }
  return absl::OkStatus();
}

// The asker, who pays, has compared each vote's demands with the rules that it knows. Others do so
// where the voter had the same register: else it might know rules that have not come here yet, and
// whoever made them could so have honest members refuse.
absl::Status CheckPublished(const Voter& voter, const v1::Question& question,
                            const governance::Register& reg) {
  if (absl::string_view(voter.vote.register_head()) != reg.head().view()) return absl::OkStatus();
  const absl::Status fits = CheckDemands(voter.vote.requirements(), voter.org, question, reg);
  return fits.ok() ? fits : BadRoster(absl::StrCat("a vote ", fits.message()));
}

}  // namespace

absl::StatusOr<Voter> OpenVote(const v1::Envelope& envelope, const governance::Register& reg,
                               const OrgId& asking_org, const QueryId& query_id, uint32_t attempt,
                               absl::Time now) {
  ASSIGN_OR_RETURN(auto opened, OpenPeerMessage<v1::Vote>(envelope, governance::kinds::kVote, reg,
                                                          asking_org, now));
  if (absl::string_view(opened.message.query_id()) != query_id.view() ||
      opened.message.attempt() != attempt) {
    return BadRoster(absl::StrCat("the vote of ", opened.sender->name, " is for another question"));
  }
  if (const absl::Status status = CheckVote(envelope, opened.message); !status.ok()) {
    return Refuse(v1::MALFORMED,
                  absl::StrCat("vote of ", opened.sender->name, ": ", status.message()));
  }
  ASSIGN_OR_RETURN(const PublicKey ephemeral, PublicKey::FromBytes(opened.message.ephemeral()));
  return Voter{envelope, std::move(opened.message), opened.sender->id, opened.sender->node_key,
               ephemeral};
}

absl::StatusOr<v1::Roster> MakeRoster(const v1::Question& question, const v1::Standard& standard,
                                      const RosterTerms& terms, const governance::Register& reg,
                                      absl::Span<const Voter> voters) {
  RETURN_IF_ERROR(CheckSeats(voters));
  v1::Roster roster;
  roster.set_query_id(terms.query_id.ToBytes());
  roster.set_attempt(terms.attempt);
  roster.set_asking_org(terms.asking_org.ToBytes());
  roster.set_asking_key(terms.asking_key.ToBytes());
  roster.set_release(question.release());
  privacy::Collusion collusion = privacy::Collusion::kMinority;
  for (const Voter& voter : voters) {
    const v1::Requirements& wants = voter.vote.requirements();
    RETURN_IF_ERROR(CheckRequirements(wants, question, voters.size()));
    roster.set_threshold(std::max(roster.threshold(), wants.threshold()));
    roster.set_rounding(std::max(roster.rounding(), wants.rounding()));
    if (wants.collusion() == v1::ALL) collusion = privacy::Collusion::kAll;
    *roster.add_votes() = voter.envelope;
  }
  if (question.release() == v1::OPEN) return roster;
  if (!v1::NoiseClass_IsValid(question.noise()) || question.noise() == 0) {
    return BadRoster("the question names no noise class");
  }
  const auto plan =
      privacy::PlanNoise(privacy::FlipsOf(static_cast<privacy::NoiseClass>(question.noise())),
                         voters.size(), reg.active_members(), collusion);
  roster.set_flips(plan.flips);
  roster.set_colluders(plan.colluders);
  roster.set_flips_share(plan.flips_share);
  RETURN_IF_ERROR(CheckCoins(question, standard, voters.size(), plan.colluders));
  const privacy::Sensitivity sensitivity = SensitivityOf(question, standard);
  roster.set_sets_times_responses(sensitivity.sets_times_responses);
  roster.set_rows_per_person(sensitivity.rows_per_person);
  roster.set_owners_per_person(sensitivity.owners_per_person);
  ASSIGN_OR_RETURN(const uint64_t cost, CostOf(question, standard));
  roster.set_cost_micro_rho(cost);
  return roster;
}

absl::StatusOr<std::vector<Voter>> CheckRoster(const v1::Roster& roster,
                                               const v1::Question& question,
                                               const v1::Standard& standard,
                                               const RosterTerms& terms,
                                               const governance::Register& reg, absl::Time now) {
  if (roster.votes_size() > static_cast<int>(limits::kMembers)) {
    return BadRoster("too many members");
  }
  std::vector<Voter> voters;
  for (const v1::Envelope& vote : roster.votes()) {
    auto voter = OpenVote(vote, reg, terms.asking_org, terms.query_id, terms.attempt, now);
    if (!voter.ok()) return BadRoster(absl::StrCat("a vote: ", voter.status().message()));
    RETURN_IF_ERROR(CheckPublished(*voter, question, reg));
    voters.push_back(*std::move(voter));
  }
  ASSIGN_OR_RETURN(const v1::Roster expected, MakeRoster(question, standard, terms, reg, voters));
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  if (!differencer.Compare(expected, roster)) {
    return BadRoster(absl::StrReplaceAll(difference, {{"\n", "; "}}));
  }
  return voters;
}

uint64_t FlipsShareOf(const v1::Roster& roster, const v1::Partial& partial) {
  if (roster.release() == v1::OPEN) return 0;
  if (!IsSum(partial)) return roster.flips_share();
  return privacy::FlipsShareOf(roster.flips() * privacy::kSumFlipsFactor, roster.votes_size(),
                               roster.colluders());
}

bool SignedByResearcher(const QueryId& query_id, const PublicKey& researcher,
                        absl::string_view signature) {
  return crypto::VerifyStrict(researcher, governance::ResearcherMessage(query_id), signature);
}

QueryId QueryIdOf(const v1::Propose& proposal, const QuestionDigest& digest) {
  return crypto::Retype<QueryId>(crypto::FieldHasher("commons/query-id/2")
                                     .Add(digest)
                                     .Add(proposal.asking_key())
                                     .Add(proposal.researcher())
                                     .Add(proposal.question().project())
                                     .Add(proposal.question().purpose())
                                     .Add(proposal.nonce())
                                     .AddU64(static_cast<uint64_t>(proposal.not_after_ms()))
                                     .Finish());
}

std::string SealMessage(const Hash32& transcript) {
  return absl::StrCat("commons/seal/1", transcript.view());
}

std::string ContributionMessage(const Hash32& transcript, absl::string_view values) {
  return absl::StrCat("commons/contribution/1", transcript.view(),
                      crypto::FieldHasher("commons/values/1").Add(values).Finish().view());
}

std::string ReleaseMessage(absl::string_view release) {
  return absl::StrCat("commons/release/1", release);
}

absl::Status CheckContributions(absl::Span<const v1::Contribution> contributions,
                                absl::Span<const Voter> voters, const Hash32& transcript) {
  if (contributions.size() != voters.size()) {
    return Refuse(v1::MALFORMED, absl::StrCat("contributions: ", contributions.size(), " for ",
                                              voters.size(), " members"));
  }
  for (size_t i = 0; i < voters.size(); ++i) {
    RETURN_IF_ERROR(governance::NothingUnknown(contributions[i]));
    if (absl::string_view(contributions[i].org_id()) != voters[i].org.view()) {
      return Refuse(v1::MALFORMED, "contributions: not in roster order");
    }
    if (!crypto::VerifyWithValidKey(voters[i].node_key,
                                    ContributionMessage(transcript, contributions[i].values()),
                                    contributions[i].signature())) {
      return Refuse(v1::BAD_SIGNATURE, absl::StrCat("contribution ", i + 1, " of ", voters.size(),
                                                    ": its signature is wrong"));
    }
  }
  return absl::OkStatus();
}

}  // namespace commons::query
