// Organisation cards as all logs together have them, and other things that both folds make.
#ifndef COMMONS_GOVERNANCE_FOLD_CARD_H_
#define COMMONS_GOVERNANCE_FOLD_CARD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/quorum.h"
#include "governance/register/state.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// An organisation's first card with the valid signatures of every copy that came.
struct Card {
  DocId id;
  std::shared_ptr<const v1::OrgRoot> root;  // never nullptr
  std::set<PublicKey> signers;

  bool Complete() const { return Satisfies(root->board(), signers); }
};
using Cards = std::map<OrgId, Card>;

// `version` of the commons chain that admits it, certified at `at`.
Organisation MakeOrganisation(const OrgId& id, const Card& card, uint64_t version, absl::Time at);
// nullptr: none. What was seen once the log had two histories never matures: no new key gains power
// by it.
const Chain<v1::OrgRoot>::Version* NewestWithPower(const Chain<v1::OrgRoot>& cards);
// With the newest of its cards that has power.
void TakeCard(const Chain<v1::OrgRoot>& cards, Organisation& member);
std::shared_ptr<const Problem> MakeProblem(const DocId& id, const OrgId& log,
                                           const absl::Status& status, bool proposal = false);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_CARD_H_
