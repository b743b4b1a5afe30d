// Thresholds as people write them, such as
//
//   2
//   2 of board(chair, kaumatua, clinical) AND 1 of kaumatua(pou)
//   2 of board(chair, 1 of elders("te pou", kuia), clinical)
//
// A number alone is so many of all seats. Groups are named, but for the only one of all. AND asks
// for each of its groups. A member is a seat's label, a key in 64 hexadecimal digits, or a group.
// "and" and "of" are read in any case. Labels other than letters, digits, '-', '_' and '.' stand in
// double quotes, with a backslash before a quote or a backslash. Pure.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_THRESHOLD_H_
#define COMMONS_GOVERNANCE_DOCUMENT_THRESHOLD_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::governance {

using LabelledKeys = std::vector<std::pair<std::string, PublicKey>>;

inline constexpr size_t kThresholdBytesMax = 16 << 10;

// kInvalidArgument: what, at which character (bytes, from 1), what is expected there; and what
// ValidateQuorum of quorum.h refuses.
absl::StatusOr<v1::Quorum> ParseThreshold(absl::string_view text, const LabelledKeys& seats);

// The text that ParseThreshold reads as this quorum, if it is valid; keys without a label in
// hexadecimal.
std::string PrintThreshold(const v1::Quorum& quorum, const LabelledKeys& seats);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_THRESHOLD_H_
