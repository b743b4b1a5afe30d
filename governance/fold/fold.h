// All logs to the register: a pure function, which looks at no clock. The order of arrival does not
// matter (docs/decisions/0003-in-force.md).
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/ids.h"
#include "governance/fold/org_log.h"
#include "governance/register/register.h"

namespace commons::governance {

// `charter` names the commons; without one the register holds only the organisations' own cards.
// The log of OrgId() is nobody's: of what lies there, only that charter counts.
// Documents that do not count (unknown issuer, under-signed, out of order) are left out and named
// in problems(): they are kept in the log and may count later.
Register FoldLogs(const std::map<OrgId, OrgLog>& logs, std::optional<CommonsId> charter);

// Logs that are folded, from which the next fold goes on: a document costs what it costs alone,
// however many came before it. What a log begins with is taken over if it is the same; else the log
// is folded anew. Immutable and thread-safe; copies share it.
class FoldedLogs {
 public:
  FoldedLogs();  // of nothing

  const std::shared_ptr<const Register>& reg() const;
  // The register is the one of FoldLogs.
  FoldedLogs Then(const Logs& logs, std::optional<CommonsId> charter) const;
  // What Then would take at the most, before it is done: about as long as going through so many
  // documents.
  uint64_t Ahead(const Logs& logs) const;

 private:
  class Next;
  struct Parts;
  explicit FoldedLogs(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  std::shared_ptr<const Parts> parts_;  // never nullptr
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_H_
