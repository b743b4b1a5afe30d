#include "governance/standard/datapackage.h"

#include <optional>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/text.h"
#include "governance/standard/datapackage_field.h"
#include "governance/standard/datapackage_place.h"
#include "governance/standard/json_tree.h"
#include "governance/standard/scalar.h"
#include "governance/standard/standard_check.h"

namespace commons::governance {
namespace {

const std::vector<absl::string_view> kResourceProperties = {"commons:entity",
                                                            "commons:max_rows_per_person",
                                                            "commons:max_rows_per_person_and_cell",
                                                            "commons:max_owners_per_person",
                                                            "commons:purpose",
                                                            "commons:retention",
                                                            "commons:consent",
                                                            "commons:as_of",
                                                            "commons:unit"};

absl::StatusOr<Place> ChooseResource(const Place& package, absl::string_view wanted) {
  const std::optional<Place> resources = package.Member("resources");
  if (!resources) return package.Refuse("has no \"resources\"; this is not a data package");
  RETURN_IF_ERROR(resources->Expect(Json::Kind::kArray));
  std::vector<std::string> names;
  std::optional<Place> chosen;
  for (const Place& resource : resources->Items()) {
    RETURN_IF_ERROR(resource.Expect(Json::Kind::kObject));
    ASSIGN_OR_RETURN(const std::string name, resource.StringOr("name", ""));
    if (names.size() < 10) names.push_back(Quoted(name));
    if (!wanted.empty() && name != wanted) continue;
    if (chosen)
      return resources->Refuse("several resources fit; name one (--resource) of ",
                               absl::StrJoin(names, ", "));
    chosen = resource;
  }
  if (chosen) return *chosen;
  if (names.empty()) return resources->Refuse("is empty; describe the dataset as a resource");
  return resources->Refuse("none is called ", Quoted(wanted), "; there is ",
                           absl::StrJoin(names, ", "));
}

absl::Status ParsePurposes(const Place& resource, v1::Standard* standard) {
  const std::optional<Place> purpose = resource.Member("commons:purpose");
  if (!purpose) return absl::OkStatus();
  std::vector<Place> items = purpose->Items();
  if (!purpose->json().Is(Json::Kind::kArray)) items = {*purpose};
  for (const Place& item : items) {
    ASSIGN_OR_RETURN(*standard->add_purposes(), item.String());
  }
  return absl::OkStatus();
}

absl::Status ParseProperties(const Place& resource, ParsedPackage* parsed) {
  RETURN_IF_ERROR(resource.CheckProperties(kResourceProperties));
  v1::Standard& standard = parsed->standard;
  ASSIGN_OR_RETURN(*standard.mutable_dataset(), resource.StringOr("name", ""));
  RETURN_IF_ERROR(resource.Here(CheckDatasetName(standard.dataset())));
  ASSIGN_OR_RETURN(*standard.mutable_entity(), resource.StringOr("commons:entity", ""));
  ASSIGN_OR_RETURN(const uint32_t rows, resource.CountOr("commons:max_rows_per_person", 1));
  ASSIGN_OR_RETURN(const uint32_t in_cell,
                   resource.CountOr("commons:max_rows_per_person_and_cell", rows));
  const auto stated = resource.Member("commons:max_rows_per_person_and_cell");
  if (stated && (in_cell < 1 || in_cell > rows)) {
    return stated->Refuse("must be 1 to commons:max_rows_per_person, ", rows);
  }
  ASSIGN_OR_RETURN(const uint32_t owners, resource.CountOr("commons:max_owners_per_person", 1));
  standard.set_max_rows_per_person(rows);
  // Left out where it bounds nothing, so that a definition that says nothing of it stays as it was.
  if (in_cell < rows) standard.set_max_rows_per_person_and_cell(in_cell);
  standard.set_max_owners_per_person(owners);
  ASSIGN_OR_RETURN(std::string unit, resource.StringOr("commons:unit", "person"));
  standard.set_unit(unit == "wh\xC4\x81nau" ? "whanau" : unit);
  ASSIGN_OR_RETURN(*standard.mutable_retention(), resource.StringOr("commons:retention", ""));
  ASSIGN_OR_RETURN(*standard.mutable_consent_basis(), resource.StringOr("commons:consent", ""));
  ASSIGN_OR_RETURN(parsed->as_of, resource.StringOr("commons:as_of", ""));
  if (!parsed->as_of.empty()) {
    const auto day = ReadPeriod(parsed->as_of, PeriodUnit::kDay);
    if (!day.ok()) return resource.Member("commons:as_of")->Here(day.status());
  }
  RETURN_IF_ERROR(ParsePurposes(resource, &standard));
  return ParseTexts(resource, standard.mutable_title(), standard.mutable_description());
}

absl::Status ParseFields(const Place& schema, const CodeTableReader& read, ParsedPackage* parsed) {
  RETURN_IF_ERROR(schema.Expect(Json::Kind::kObject));
  RETURN_IF_ERROR(schema.CheckProperties({}));
  const std::optional<Place> fields = schema.Member("fields");
  if (!fields) return schema.Refuse("has no \"fields\"; list the columns");
  RETURN_IF_ERROR(fields->Expect(Json::Kind::kArray));
  if (fields->json().items.size() > limits::kColumns) {
    return fields->Refuse("has more than ", limits::kColumns, " fields; leave some out");
  }
  ASSIGN_OR_RETURN(const auto missing, ParseMissingValues(schema, {""}));
  for (const Place& item : fields->Items()) {
    ASSIGN_OR_RETURN(ParsedField field, ParseField(item, missing, read));
    if (!field.exclusive.empty()) {
      if (field.prioritised) parsed->exclusive[field.prioritised->name()] = field.exclusive;
      parsed->exclusive[field.column.name()] = std::move(field.exclusive);
    }
    parsed->warnings.insert(parsed->warnings.end(), field.warnings.begin(), field.warnings.end());
    *parsed->standard.add_columns() = std::move(field.column);
    if (field.prioritised) *parsed->standard.add_columns() = *std::move(field.prioritised);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ParsedPackage> ParseDatapackage(absl::string_view json, absl::string_view resource,
                                               const CodeTableReader& read) {
  if (json.size() > limits::kDatapackageBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "datapackage.json: is larger than ", limits::kDatapackageBytes, " bytes; shorten it"));
  }
  const absl::StatusOr<Json> tree = ParseJson(json);
  if (!tree.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("datapackage.json: ", tree.status().message()));
  }
  const Place root(*tree, "");
  RETURN_IF_ERROR(root.Expect(Json::Kind::kObject));
  RETURN_IF_ERROR(root.CheckProperties({}));
  ASSIGN_OR_RETURN(const Place chosen, ChooseResource(root, resource));
  ParsedPackage parsed;
  RETURN_IF_ERROR(ParseProperties(chosen, &parsed));
  const std::optional<Place> schema = chosen.Member("schema");
  if (!schema) return chosen.Refuse("has no \"schema\"; describe its fields");
  RETURN_IF_ERROR(ParseFields(*schema, read, &parsed));
  RETURN_IF_ERROR(chosen.Here(CheckDataset(parsed.standard)));
  return parsed;
}

}  // namespace commons::governance
