// What a proposal in a second or later ballot carries: statements of the ballot before, which show
// that no proposal there can be decided any more (docs/decisions/0017-ballots.md).
#ifndef COMMONS_GOVERNANCE_KINDS_COMMONS_DEAD_BALLOT_H_
#define COMMONS_GOVERNANCE_KINDS_COMMONS_DEAD_BALLOT_H_

#include "absl/status/status.h"
#include "governance/document/document.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// What a statement that was opened says, to be held by the resolution.
void TakeStatement(const Document& statement, Document& resolution);

// Whether the statements are about the ballot before, each organisation's once: MALFORMED,
// WRONG_COMMONS. Who has a vote, whether their boards signed, and what that proves is the fold's to
// say.
absl::Status CheckDeadBallot(const Document& resolution);

// Adds the statements by which the register's open ballot follows the one before; none in the
// first.
void AddDeadBallot(const Register& reg, v1::Resolution& resolution);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_COMMONS_DEAD_BALLOT_H_
