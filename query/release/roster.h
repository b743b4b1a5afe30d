// Who takes part in a question and under which parameters (docs/formats/aggregation.md): computed
// by the asker, recomputed by every contributor with the same function before it signs.
#ifndef COMMONS_QUERY_RELEASE_ROSTER_H_
#define COMMONS_QUERY_RELEASE_ROSTER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "governance/register/register.h"
#include "privacy/noise.h"
#include "proto/peer.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

struct Voter {
  v1::Envelope envelope;  // as signed
  v1::Vote vote;
  OrgId org;
  PublicKey node_key;
  PublicKey ephemeral;
};

// A vote on (query_id, attempt) for the asking organisation, signed by a member's node key of
// `reg`, of at most limits::kVoteBytes and known fields, with an ephemeral key that the others can
// mask against: MALFORMED otherwise, so that it is out before anything is spent.
absl::StatusOr<Voter> OpenVote(const v1::Envelope& envelope, const governance::Register& reg,
                               const OrgId& asking_org, const QueryId& query_id, uint32_t attempt,
                               absl::Time now);

struct RosterTerms {
  QueryId query_id;
  uint32_t attempt = 1;
  OrgId asking_org;
  PublicKey asking_key;
};

// The one roster that these voters and this question allow. BAD_ROSTER naming what is off: empty or
// too long, not sorted by distinct organisations, a node key or E twice, a member that asks for
// another release, more noise than the question's class or more members than there are;
// TOO_SENSITIVE from the cost, TOO_MANY_CELLS from its coins. `reg` says how many members the
// commons has, of which a minority may collude.
absl::StatusOr<v1::Roster> MakeRoster(const v1::Question& question, const v1::Standard& standard,
                                      const RosterTerms& terms, const governance::Register& reg,
                                      absl::Span<const Voter> voters);

// Opens every vote of a roster that came from the asker and compares it with MakeRoster's.
// BAD_ROSTER naming the first field that differs, or what MakeRoster refuses, or a vote of this
// register that demands other than its rules (demands.h).
absl::StatusOr<std::vector<Voter>> CheckRoster(const v1::Roster& roster,
                                               const v1::Question& question,
                                               const v1::Standard& standard,
                                               const RosterTerms& terms,
                                               const governance::Register& reg, absl::Time now);

// The coins of each member for one partial of this roster; 0 when open.
uint64_t FlipsShareOf(const v1::Roster& roster, const v1::Partial& partial);

// query_id = BLAKE2b over what is asked, by whom and until when.
QueryId QueryIdOf(const v1::Propose& proposal, const QuestionDigest& digest);
// Whether the researcher signed the question of that number (governance::ResearcherMessage).
bool SignedByResearcher(const QueryId& query_id, const PublicKey& researcher,
                        absl::string_view signature);
// What a member signs at Seal, Submit and Publish.
std::string SealMessage(const Hash32& transcript);
std::string ContributionMessage(const Hash32& transcript, absl::string_view values);
std::string ReleaseMessage(absl::string_view release);

// One contribution for each voter, in order, each signed over this transcript, with nothing beside
// it (they are passed on to all). BAD_SIGNATURE or MALFORMED naming the member.
absl::Status CheckContributions(absl::Span<const v1::Contribution> contributions,
                                absl::Span<const Voter> voters, const Hash32& transcript);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_ROSTER_H_
