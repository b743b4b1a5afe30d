// Which version of the common definition the rows of an edition are of.
#ifndef COMMONS_NODE_SERVICES_HELD_DEFINITION_H_
#define COMMONS_NODE_SERVICES_HELD_DEFINITION_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "query/question/layout.h"
#include "storage/table/table_store.h"

namespace commons::node {

// As the edition's record says. Where a version that did not keep it wrote the edition (`recorded`
// is zeros): as the owner's newest notice of that edition says, else the one in force. Empty: the
// commons has no definition of the dataset.
std::string HeldDefinition(const Hash32& recorded, const governance::Register& reg,
                           const OrgId& owner, absl::string_view dataset, uint64_t edition);

// The columns of that definition that the edition held does not have.
template <typename Reply>
void AddNotHeld(const storage::TableInfo& held, const governance::Register& reg, Reply& reply) {
  const auto* definition = reg.FindDefinition(held.dataset, reply.standard_id());
  if (definition == nullptr) return;
  for (const std::string& name : query::NotHeldIn(held.layout, definition->standard)) {
    reply.add_not_held(name);
  }
}

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_HELD_DEFINITION_H_
