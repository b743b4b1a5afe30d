// A grouping of a column's codes while it is read from a datapackage.json or a list beside it.
#ifndef COMMONS_GOVERNANCE_STANDARD_GROUPING_DRAFT_H_
#define COMMONS_GOVERNANCE_STANDARD_GROUPING_DRAFT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "governance/standard/datapackage_place.h"
#include "proto/documents.pb.h"

namespace commons::governance {

class GroupingDraft {
 public:
  // Of a column that has its codes.
  GroupingDraft(std::string name, const v1::Column& column);

  uint32_t AddGroup(std::string value, std::string label);
  // False where the code is in another group already.
  bool Put(uint32_t code, uint32_t group);
  // Title and rest of `place`, an object or what has neither. Refuses codes in no group unless the
  // rest is named, and a rest of nothing.
  absl::StatusOr<v1::Grouping> Finish(const Place& place);

 private:
  absl::Status AddRest(const Place& rest);
  absl::Status RefuseLeft(const Place& place, uint32_t code) const;

  const v1::Column& column_;
  v1::Grouping grouping_;
  std::vector<std::optional<uint32_t>> group_of_;  // of each code
};

// The value of a group and its label, by default the value.
absl::StatusOr<v1::Code> ReadGroup(const Place& place);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_GROUPING_DRAFT_H_
