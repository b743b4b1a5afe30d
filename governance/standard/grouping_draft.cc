#include "governance/standard/grouping_draft.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "governance/document/text.h"
#include "governance/standard/datapackage_field.h"

namespace commons::governance {

GroupingDraft::GroupingDraft(std::string name, const v1::Column& column)
    : column_(column), group_of_(column.codes_size()) {
  grouping_.set_name(std::move(name));
}

uint32_t GroupingDraft::AddGroup(std::string value, std::string label) {
  v1::Code* group = grouping_.add_groups();
  group->set_value(std::move(value));
  group->set_label(std::move(label));
  return grouping_.groups_size() - 1;
}

bool GroupingDraft::Put(uint32_t code, uint32_t group) {
  if (group_of_[code].value_or(group) != group) return false;
  group_of_[code] = group;
  return true;
}

absl::StatusOr<v1::Grouping> GroupingDraft::Finish(const Place& place) {
  google::protobuf::RepeatedPtrField<v1::Text> none;
  RETURN_IF_ERROR(ParseTexts(place, grouping_.mutable_title(), &none));
  if (const std::optional<Place> rest = place.Member("rest")) RETURN_IF_ERROR(AddRest(*rest));
  for (uint32_t code = 0; code < group_of_.size(); ++code) {
    if (!group_of_[code].has_value()) return RefuseLeft(place, code);
    grouping_.add_group_of(*group_of_[code]);
  }
  return std::move(grouping_);
}

absl::Status GroupingDraft::AddRest(const Place& rest) {
  ASSIGN_OR_RETURN(const v1::Code named, ReadGroup(rest));
  const uint32_t group = AddGroup(named.value(), named.label());
  bool any = false;
  for (std::optional<uint32_t>& of : group_of_) {
    if (of.has_value()) continue;
    of = group;
    any = true;
  }
  return any ? absl::OkStatus() : rest.Refuse("every code is in a group already; remove it");
}

absl::Status GroupingDraft::RefuseLeft(const Place& place, uint32_t code) const {
  const auto left = std::count(group_of_.begin(), group_of_.end(), std::nullopt);
  return place.Refuse("the code ", Quoted(column_.codes(static_cast<int>(code)).value()),
                      left > 1 ? absl::StrCat(" and ", left - 1, " more are") : " is",
                      " in no group; put every code in one, or name a group for the others: "
                      "\"rest\": {\"value\": \"other\"}");
}

absl::StatusOr<v1::Code> ReadGroup(const Place& place) {
  RETURN_IF_ERROR(place.Expect(Json::Kind::kObject));
  const std::optional<Place> value = place.Member("value");
  if (!value) return place.Refuse("has no \"value\"; add it");
  v1::Code group;
  ASSIGN_OR_RETURN(*group.mutable_value(), value->String());
  ASSIGN_OR_RETURN(*group.mutable_label(), place.StringOr("label", group.value()));
  return group;
}

}  // namespace commons::governance
