// commons:groups of a field: its codes taken together.
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/status.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"
#include "governance/standard/datapackage_field.h"
#include "governance/standard/grouping_draft.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

using CodePlaces = std::map<std::string, uint32_t>;  // a code's text to its place

absl::Status PutCode(const Place& item, const v1::Column& column, const CodePlaces& places,
                     uint32_t group, GroupingDraft* draft) {
  ASSIGN_OR_RETURN(const std::string text, CodeText(item, column.type()));
  const auto found = places.find(text);
  if (found == places.end()) {
    return item.Refuse(Quoted(text), " is not a code of this field; correct or remove it",
                       OrIsIt(text, TextsOfCodes(column)));
  }
  if (draft->Put(found->second, group)) return absl::OkStatus();
  return item.Refuse("the code ", Quoted(text), " is in another group too; keep it in one");
}

// Whole numbers, both ends included.
absl::Status PutRange(const Place& from, const Place& to, const v1::Column& column, uint32_t group,
                      GroupingDraft* draft) {
  if (column.type() != v1::INTEGER) {
    return from.Refuse("ranges are of codes that are whole numbers; list them in \"codes\"");
  }
  ASSIGN_OR_RETURN(const int64_t low, from.Scaled(0));
  ASSIGN_OR_RETURN(const int64_t high, to.Scaled(0));
  for (int i = 0; i < column.codes_size(); ++i) {
    ASSIGN_OR_RETURN(const int64_t code, ScaleDecimal(column.codes(i).value(), 0));
    if (code < low || code > high || draft->Put(i, group)) continue;
    return from.Refuse("the code ", Quoted(column.codes(i).value()),
                       " is in another group too; keep it in one");
  }
  return absl::OkStatus();
}

absl::Status AddGroup(const Place& place, const v1::Column& column, const CodePlaces& places,
                      GroupingDraft* draft) {
  ASSIGN_OR_RETURN(const v1::Code named, ReadGroup(place));
  RETURN_IF_ERROR(CheckMembers(place, {"value", "label", "codes", "from", "to"}));
  const uint32_t group = draft->AddGroup(named.value(), named.label());
  const std::optional<Place> codes = place.Member("codes");
  const std::optional<Place> from = place.Member("from"), to = place.Member("to");
  if (codes && !from && !to) {
    RETURN_IF_ERROR(codes->Expect(Json::Kind::kArray));
    for (const Place& item : codes->Items()) {
      RETURN_IF_ERROR(PutCode(item, column, places, group, draft));
    }
    return absl::OkStatus();
  }
  if (from && to && !codes) return PutRange(*from, *to, column, group, draft);
  return place.Refuse("needs \"codes\", a list, or \"from\" and \"to\", whole numbers");
}

absl::StatusOr<v1::Grouping> ReadGrouping(std::string name, const Place& place,
                                          const v1::Column& column, const CodePlaces& places) {
  RETURN_IF_ERROR(place.Expect(Json::Kind::kObject));
  RETURN_IF_ERROR(CheckMembers(place, {"title", "groups", "rest"}));
  const std::optional<Place> groups = place.Member("groups");
  if (!groups) return place.Refuse("has no \"groups\"; list them");
  RETURN_IF_ERROR(groups->Expect(Json::Kind::kArray));
  GroupingDraft draft(std::move(name), column);
  for (const Place& group : groups->Items()) {
    RETURN_IF_ERROR(AddGroup(group, column, places, &draft));
  }
  return draft.Finish(place);
}

}  // namespace

absl::Status ParseGroups(const Place& field, v1::Column* column) {
  const std::optional<Place> groupings = field.Member("commons:groups");
  if (!groupings) return absl::OkStatus();
  RETURN_IF_ERROR(groupings->Expect(Json::Kind::kObject));
  CodePlaces places;
  for (int i = 0; i < column->codes_size(); ++i) places.emplace(column->codes(i).value(), i);
  const Json& json = groupings->json();
  for (size_t i = 0; i < json.keys.size(); ++i) {
    absl::StatusOr<std::string> name = Nfc(json.keys[i]);
    if (!name.ok()) return groupings->Here(name.status());
    const Place place(json.items[i], absl::StrCat(groupings->path(), "[", Quoted(*name), "]"));
    ASSIGN_OR_RETURN(v1::Grouping grouping, ReadGrouping(*std::move(name), place, *column, places));
    *column->add_groupings() = std::move(grouping);
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
