#include "node/services/held_definition.h"

namespace commons::node {

std::string HeldDefinition(const Hash32& recorded, const governance::Register& reg,
                           const OrgId& owner, absl::string_view dataset, uint64_t edition) {
  if (recorded != Hash32()) return recorded.ToBytes();
  if (const auto* notices = reg.Manifests(owner, dataset); notices != nullptr) {
    for (auto version = notices->versions.rbegin(); version != notices->versions.rend();
         ++version) {
      if (version->payload->epoch() == edition) return version->payload->standard_id();
    }
  }
  const auto* standard = reg.FindStandard(dataset);
  return standard == nullptr ? "" : standard->id.ToBytes();
}

}  // namespace commons::node
