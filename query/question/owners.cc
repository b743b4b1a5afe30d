#include "query/question/owners.h"

namespace commons::query {

std::vector<const governance::Organisation*> OwnersOf(const governance::Register& reg,
                                                      absl::string_view dataset) {
  std::vector<const governance::Organisation*> owners;
  if (reg.FindStandard(dataset) == nullptr) return owners;
  for (const auto& [id, organisation] : reg.members()) {
    const auto* manifests = reg.Manifests(id, dataset);
    if (organisation.active() && manifests != nullptr && !manifests->versions.empty() &&
        manifests->versions.back().payload->epoch() != 0) {
      owners.push_back(&organisation);
    }
  }
  return owners;
}

const governance::StandardInForce* StandardOf(const governance::Register& reg,
                                              const v1::Question& question) {
  const auto* standard = reg.FindStandard(question.dataset());
  const bool same =
      standard != nullptr && absl::string_view(question.standard_id()) == standard->id.view();
  return same ? standard : nullptr;
}

}  // namespace commons::query
