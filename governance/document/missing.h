// Whose signatures a threshold still waits for: the fewest that reach it. Pure.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_MISSING_H_
#define COMMONS_GOVERNANCE_DOCUMENT_MISSING_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "governance/document/threshold.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Every smallest set of signatures that is still missing: those of each of `all`, and those of any
// `choose` of `from`, which cost the same. A leaf is one key's signature. A key stands once in a
// valid quorum, so that nothing is counted twice.
struct Missing {
  size_t fewest = 0;  // signatures; 0: the threshold is reached
  std::string key;    // 32 bytes; of a leaf alone
  std::vector<Missing> all;
  size_t choose = 0;
  std::vector<Missing> from;  // more than `choose`
};

// `quorum` is valid (quorum.h).
Missing MissingFrom(const v1::Quorum& quorum, const std::set<PublicKey>& signers);

// "the kaumatua seat or the clinical seat"; "" when nothing is missing. Keys without a label are
// named by their fingerprints.
std::string MissingWords(const Missing& missing, const LabelledKeys& seats);

// "2 of 3 signed: missing the kaumatua seat or the clinical seat"; "signed by all that are needed".
std::string SignedWords(const v1::Quorum& quorum, const std::set<PublicKey>& signers,
                        const LabelledKeys& seats);

// The seats of a card, for the functions above.
LabelledKeys SeatsOf(const v1::OrgRoot& card);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_MISSING_H_
