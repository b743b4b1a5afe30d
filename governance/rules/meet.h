// Of two rules the stricter, field by field.
#ifndef COMMONS_GOVERNANCE_RULES_MEET_H_
#define COMMONS_GOVERNANCE_RULES_MEET_H_

#include "proto/documents.pb.h"

namespace commons::governance {

// The lattice meet, field by field (docs/formats/documents.md): commutative, associative,
// idempotent on canonical rules; the result is canonical (lists sorted, without repeats). An
// intersection that becomes empty is the list of just the empty text, which no purpose, column or
// key equals: it never inherits.
v1::Rule Meet(const v1::Rule& a, const v1::Rule& b);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_RULES_MEET_H_
