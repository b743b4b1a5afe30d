// What logs hold that the commons, or others' logs, are folded from.
#ifndef COMMONS_GOVERNANCE_FOLD_GATHER_H_
#define COMMONS_GOVERNANCE_FOLD_GATHER_H_

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "governance/fold/card.h"
#include "governance/fold/commons_document.h"
#include "governance/fold/org_log.h"
#include "governance/register/state.h"

namespace commons::governance {

// Of one log.
struct LogFinds {
  std::vector<std::shared_ptr<const Document>> cards;  // first ones: its own, and all carried
  std::vector<CommonsDocument> charters, resolutions;  // of the commons
  std::vector<std::shared_ptr<const Problem>> problems;

  size_t size() const {
    return cards.size() + charters.size() + resolutions.size() + problems.size();
  }
};

// Adds what stands from the entry `from` on. `commons` is the same for all of a log.
void Find(const OrgId& org, const OrgLog& log, size_t from, const std::optional<CommonsId>& commons,
          LogFinds& finds);

// Of all logs. Borrows what it was gathered from.
struct Gathered {
  Cards cards;
  CommonsDocuments charters, resolutions;
};
void AddTo(Gathered& all, const LogFinds& finds);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_GATHER_H_
