#include "governance/standard/datapackage_field.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "governance/document/text.h"
#include "governance/standard/column_check.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

const std::vector<absl::string_view> kFieldProperties = {
    "commons:role",      "commons:breaks",    "commons:period", "commons:clip",
    "commons:decimals",  "commons:unit",      "commons:labels", "commons:max_responses",
    "commons:separator", "commons:exclusive", "commons:round",  "commons:week_starts",
    "commons:zone",      "commons:priority",  "commons:codes",  "commons:groups"};

const std::vector<std::pair<absl::string_view, v1::Role>> kRoles = {
    {"dimension", v1::DIMENSION},     {"measure", v1::MEASURE}, {"identifier", v1::IDENTIFIER},
    {"linkage_key", v1::LINKAGE_KEY}, {"hidden", v1::HIDDEN},   {"skip", v1::SKIP}};

// Types of both versions that a column can have; "any" and none are text.
const std::vector<std::pair<absl::string_view, v1::ValueType>> kTypes = {
    {"", v1::STRING},         {"string", v1::STRING}, {"any", v1::STRING},
    {"integer", v1::INTEGER}, {"number", v1::NUMBER}, {"boolean", v1::BOOLEAN},
    {"date", v1::DATE},       {"year", v1::DATE},     {"yearmonth", v1::DATE},
    {"list", v1::STRING},     {"datetime", v1::DATE}};

constexpr absl::string_view kList = "list";  // of version 2: several responses in a field
constexpr absl::string_view kDatetime = "datetime";

absl::StatusOr<v1::Role> RoleNamed(const Place& role) {
  ASSIGN_OR_RETURN(const std::string name, role.String());
  std::vector<std::string> names;
  for (const auto& [known, value] : kRoles) {
    if (known == name) return value;
    names.emplace_back(known);
  }
  return role.Refuse(Quoted(name), " is not a role; did you mean \"", Nearest(name, names), "\"?");
}

// A role, or a list of roles: of one, or of the two that go together.
absl::Status ParseRole(const Place& field, v1::Column* column) {
  column->set_role(v1::SKIP);
  const std::optional<Place> role = field.Member("commons:role");
  if (!role) return absl::OkStatus();
  if (role->json().kind != Json::Kind::kArray) {
    ASSIGN_OR_RETURN(const v1::Role named, RoleNamed(*role));
    column->set_role(named);
    return absl::OkStatus();
  }
  std::set<v1::Role> roles;
  for (const Place& item : role->Items()) {
    ASSIGN_OR_RETURN(const v1::Role named, RoleNamed(item));
    if (!roles.insert(named).second) return item.Refuse("the role is there twice; keep one");
  }
  if (roles == std::set<v1::Role>{v1::DIMENSION, v1::MEASURE}) {
    column->set_role(v1::DIMENSION_AND_MEASURE);
  } else if (roles.size() == 1) {
    column->set_role(*roles.begin());
  } else {
    return role->Refuse(
        "only \"dimension\" and \"measure\" go together; name one role, or these two");
  }
  return absl::OkStatus();
}

// A field that nobody asks about may be of any type.
absl::Status ParseType(const Place& field, absl::string_view type, v1::Column* column) {
  column->set_type(v1::STRING);
  for (const auto& [known, value] : kTypes) {
    if (known != type) continue;
    column->set_type(value);
    return absl::OkStatus();
  }
  if (!IsQueryable(*column)) return absl::OkStatus();
  return field.Refuse("the type ", Quoted(type),
                      " cannot be asked about; use string, integer, "
                      "number, boolean, date, datetime, year, yearmonth or list");
}

// How files write numbers and dates: only what the importer reads.
absl::Status CheckFormat(const Place& field, const v1::Column& column) {
  if (!IsQueryable(column)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string format, field.StringOr("format", "default"));
  if (column.type() == v1::DATE && format != "default" && format != "any" && format != "%Y-%m-%d") {
    return field.Refuse(
        "the date format ", Quoted(format),
        " is not supported; write dates as 2024-07-31, or 2024-07-31T10:30:00, and remove "
        "\"format\", or say it in the owner's --dialect");
  }
  if (column.type() != v1::INTEGER && column.type() != v1::NUMBER) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string point, field.StringOr("decimalChar", "."));
  ASSIGN_OR_RETURN(const std::string group, field.StringOr("groupChar", ""));
  ASSIGN_OR_RETURN(const bool bare, field.BooleanOr("bareNumber", true));
  if (point != "." || !group.empty() || !bare) {
    return field.Refuse(
        "decimalChar, groupChar and bareNumber are not supported; write numbers "
        "like 1234.5, or say it in the owner's --dialect");
  }
  return absl::OkStatus();
}

// A commons: property on a kind of field that it says nothing about.
absl::Status CheckPlacement(const Place& field, absl::string_view type, const v1::Column& column,
                            bool banded) {
  const bool dimension = IsDimension(column), measure = IsMeasure(column);
  const bool coded = dimension && !measure && column.type() != v1::DATE && !banded;
  const bool several = coded && column.type() != v1::BOOLEAN;
  const struct {
    absl::string_view key;
    bool belongs;
    absl::string_view to;
  } rules[] = {
      {"commons:breaks", dimension && (column.type() == v1::INTEGER || column.type() == v1::NUMBER),
       "dimensions of type integer or number"},
      {"commons:period", dimension && column.type() == v1::DATE, "date dimensions"},
      {"commons:week_starts", dimension && column.type() == v1::DATE, "date dimensions"},
      {"commons:zone", dimension && type == kDatetime, "dimensions of type datetime"},
      {"commons:clip", measure, "measures"},
      {"commons:decimals", measure || banded, "measures and dimensions with commons:breaks"},
      {"commons:unit", measure || banded, "measures and dimensions with commons:breaks"},
      {"commons:round", (measure || banded) && column.type() == v1::NUMBER,
       "measures and dimensions with commons:breaks of type number"},
      {"commons:labels", coded, "dimensions with a list of codes"},
      {"commons:exclusive", coded, "dimensions with a list of codes"},
      {"commons:codes", several, "dimensions with a list of codes"},
      {"commons:groups", several, "dimensions with a list of codes"},
      {"commons:max_responses", several, "dimensions with a list of codes"},
      {"commons:separator", several, "dimensions with a list of codes"},
      {"commons:priority", several, "dimensions with a list of codes"},
  };
  for (const auto& rule : rules) {
    if (!rule.belongs && field.Member(rule.key)) {
      return field.Refuse("\"", rule.key, "\" is only for ", rule.to, "; remove it, or change ",
                          "commons:role or type");
    }
  }
  return absl::OkStatus();
}

// How many of its codes a row may have, and what stands between them.
absl::Status ParseResponses(const Place& field, absl::string_view type, v1::Column* column) {
  const bool list = type == kList;
  if (!list && !field.Member("commons:max_responses") && !field.Member("commons:separator")) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string item, field.StringOr("itemType", "string"));
  if (list && item != "string") {
    return field.Refuse("the itemType ", Quoted(item), " is not supported; use string");
  }
  std::string separator = ";";
  if (list) {
    ASSIGN_OR_RETURN(separator, field.StringOr("delimiter", ","));
  }
  ASSIGN_OR_RETURN(*column->mutable_separator(), field.StringOr("commons:separator", separator));
  ASSIGN_OR_RETURN(const uint32_t most,
                   field.CountOr("commons:max_responses", column->codes_size()));
  if (most == 0) return field.Refuse("commons:max_responses must be 2 or more");
  column->set_max_responses(most);
  return absl::OkStatus();
}

// A week is stated with the day that it begins on; elsewhere that is said only where it is another.
absl::Status ParseWeekStarts(const Place& field, v1::Column* column) {
  const bool weeks = column->period_unit() == v1::WEEK;
  ASSIGN_OR_RETURN(const std::string name, field.StringOr("commons:week_starts", "monday"));
  const std::vector<std::string> days = {"monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday"};
  const auto found = std::find(days.begin(), days.end(), name);
  if (found == days.end()) {
    return field.Refuse("commons:week_starts: ", Quoted(name), " is no day of the week; is it \"",
                        Nearest(name, days), "\"?");
  }
  const auto day = static_cast<uint32_t>(found - days.begin()) + 1;
  if (weeks || day != 1) column->set_week_starts(day);
  return absl::OkStatus();
}

// By whose clocks a moment is of a day.
absl::Status ParseZone(const Place& field, absl::string_view type, v1::Column* column) {
  if (type != kDatetime) return absl::OkStatus();
  ASSIGN_OR_RETURN(*column->mutable_zone(), field.StringOr("commons:zone", ""));
  if (!column->zone().empty()) return absl::OkStatus();
  return field.Refuse("a datetime needs commons:zone, the time zone whose days are counted, such ",
                      "as \"Pacific/Auckland\"");
}

absl::Status ParsePeriod(const Place& field, absl::string_view type, v1::Column* column) {
  const std::optional<Place> period = field.Member("commons:period");
  if (!period) return absl::OkStatus();  // CheckColumn says that it is missing
  RETURN_IF_ERROR(period->Expect(Json::Kind::kObject));
  RETURN_IF_ERROR(CheckMembers(*period, {"unit", "from", "to"}));
  const std::optional<Place> from = period->Member("from"), to = period->Member("to");
  ASSIGN_OR_RETURN(const std::string unit, period->StringOr("unit", ""));
  for (const v1::PeriodUnit known : {v1::DAY, v1::WEEK, v1::MONTH, v1::QUARTER, v1::YEAR}) {
    if (unit == UnitName(UnitOf(known))) column->set_period_unit(known);
  }
  if (column->period_unit() == v1::PERIOD_UNIT_UNSPECIFIED || !from || !to) {
    return period->Refuse("needs unit (day, week, month, quarter or year), from and to");
  }
  RETURN_IF_ERROR(ParseWeekStarts(field, column));
  if ((type == "year" && unit != "year") || (type == "yearmonth" && unit != "month")) {
    return period->Refuse("a field of type ", type, " needs the unit ",
                          type == "year" ? "year" : "month");
  }
  ASSIGN_OR_RETURN(const std::string from_text, from->NumberText());
  ASSIGN_OR_RETURN(const std::string to_text, to->NumberText());
  const auto first = ReadPeriod(from_text, UnitOf(*column));
  if (!first.ok()) return from->Here(first.status());
  const auto last = ReadPeriod(to_text, UnitOf(*column));
  if (!last.ok()) return to->Here(last.status());
  column->set_period_from(first->first);
  column->set_period_to(last->end - 1);
  return absl::OkStatus();
}

// Decimals, breaks, clip, unit, minimum and maximum: all in the scale of the column.
absl::Status ParseScale(const Place& field, v1::Column* column) {
  ASSIGN_OR_RETURN(const uint32_t decimals, field.CountOr("commons:decimals", 0));
  column->set_decimals(decimals);
  if (decimals > static_cast<uint32_t>(limits::kDecimalsMax) ||
      (decimals > 0 && column->type() != v1::NUMBER)) {
    return field.Refuse("commons:decimals must be 0 to ", limits::kDecimalsMax,
                        ", and 0 unless the type is number");
  }
  ASSIGN_OR_RETURN(*column->mutable_unit(), field.StringOr("commons:unit", ""));
  ASSIGN_OR_RETURN(const bool round, field.BooleanOr("commons:round", false));
  column->set_round(round);
  if (const std::optional<Place> breaks = field.Member("commons:breaks")) {
    RETURN_IF_ERROR(breaks->Expect(Json::Kind::kArray));
    for (const Place& item : breaks->Items()) {
      ASSIGN_OR_RETURN(const int64_t edge, item.Scaled(decimals));
      column->add_breaks(edge);
    }
    if (column->breaks_size() == 0) return breaks->Refuse("is empty; give at least 2 numbers");
  }
  if (const std::optional<Place> clip = field.Member("commons:clip")) {
    const std::vector<Place> bounds = clip->Items();
    if (bounds.size() != 2) return clip->Refuse("must be [low, high]");
    ASSIGN_OR_RETURN(const int64_t low, bounds[0].Scaled(decimals));
    ASSIGN_OR_RETURN(const int64_t high, bounds[1].Scaled(decimals));
    column->set_has_clip(true);
    column->set_clip_low(low);
    column->set_clip_high(high);
  }
  const std::optional<Place> constraints = field.Member("constraints");
  if (!constraints) return absl::OkStatus();
  if (const std::optional<Place> minimum = constraints->Member("minimum")) {
    ASSIGN_OR_RETURN(const int64_t value, minimum->Scaled(decimals));
    column->set_has_minimum(true);
    column->set_minimum(value);
  }
  if (const std::optional<Place> maximum = constraints->Member("maximum")) {
    ASSIGN_OR_RETURN(const int64_t value, maximum->Scaled(decimals));
    column->set_has_maximum(true);
    column->set_maximum(value);
  }
  return absl::OkStatus();
}

absl::Status ParseConstraints(const Place& field, bool scaled, bool banded, ParsedField* parsed) {
  const std::optional<Place> constraints = field.Member("constraints");
  if (!constraints) return absl::OkStatus();
  RETURN_IF_ERROR(constraints->Expect(Json::Kind::kObject));
  ASSIGN_OR_RETURN(const bool required, constraints->BooleanOr("required", false));
  parsed->column.set_required(required);
  if (!IsQueryable(parsed->column)) return absl::OkStatus();
  const bool coded = IsDimension(parsed->column) && !banded;
  for (const std::string& key : constraints->json().keys) {
    const bool applied =
        key == "required" || (coded && key == "enum") ||
        ((key == "minimum" || key == "maximum") &&
         (scaled || (parsed->column.type() == v1::INTEGER && !constraints->Member("enum"))));
    if (!applied) {
      parsed->warnings.push_back(
          absl::StrCat(constraints->path(), ": ", Quoted(key), " is not checked at import"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMembers(const Place& object, const std::vector<absl::string_view>& known) {
  for (const std::string& key : object.json().keys) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return object.Refuse(Quoted(key), " is not known here; use ", absl::StrJoin(known, ", "));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ParseMissingValues(const Place& owner,
                                                            std::vector<std::string> otherwise) {
  const std::optional<Place> list = owner.Member("missingValues");
  if (!list) return otherwise;
  RETURN_IF_ERROR(list->Expect(Json::Kind::kArray));
  std::vector<std::string> texts;
  for (const Place& item : list->Items()) {
    const std::optional<Place> value = item.Member("value");
    ASSIGN_OR_RETURN(texts.emplace_back(), (value ? *value : item).String());
  }
  return texts;
}

absl::Status ParseTexts(const Place& owner, google::protobuf::RepeatedPtrField<v1::Text>* title,
                        google::protobuf::RepeatedPtrField<v1::Text>* description) {
  for (const auto& [key, texts] :
       {std::pair("title", title), std::pair("description", description)}) {
    ASSIGN_OR_RETURN(std::string text, owner.StringOr(key, ""));
    if (text.empty()) continue;
    v1::Text* added = texts->Add();
    added->set_lang("und");  // BCP 47: the file does not say which
    added->set_text(std::move(text));
  }
  return absl::OkStatus();
}

absl::StatusOr<ParsedField> ParseField(const Place& unnamed,
                                       const std::vector<std::string>& missing,
                                       const CodeTableReader& read) {
  RETURN_IF_ERROR(unnamed.Expect(Json::Kind::kObject));
  ParsedField parsed;
  v1::Column& column = parsed.column;
  ASSIGN_OR_RETURN(*column.mutable_name(), unnamed.StringOr("name", ""));
  if (column.name().empty()) return unnamed.Refuse("the field has no \"name\"; add it");
  const Place field(unnamed.json(), absl::StrCat(unnamed.path(), " (", Quoted(column.name()), ")"));
  RETURN_IF_ERROR(field.CheckProperties(kFieldProperties));
  ASSIGN_OR_RETURN(const std::string type, field.StringOr("type", ""));
  RETURN_IF_ERROR(ParseRole(field, &column));
  RETURN_IF_ERROR(ParseType(field, type, &column));
  RETURN_IF_ERROR(CheckFormat(field, column));
  const bool banded = IsDimension(column) && field.Member("commons:breaks").has_value();
  const bool scaled = IsMeasure(column) || banded;
  RETURN_IF_ERROR(CheckPlacement(field, type, column, banded));
  ASSIGN_OR_RETURN(const auto texts, ParseMissingValues(field, missing));
  column.mutable_missing_values()->Add(texts.begin(), texts.end());
  RETURN_IF_ERROR(ParseTexts(field, column.mutable_title(), column.mutable_description()));
  RETURN_IF_ERROR(ParseConstraints(field, scaled, banded, &parsed));
  if (scaled) RETURN_IF_ERROR(ParseScale(field, &column));
  if (column.role() == v1::DIMENSION && column.type() == v1::DATE) {
    RETURN_IF_ERROR(ParseZone(field, type, &column));
    RETURN_IF_ERROR(ParsePeriod(field, type, &column));
  } else if (column.role() == v1::DIMENSION_AND_MEASURE && !banded) {
    RETURN_IF_ERROR(ParseWholeNumbers(field, &column));
  } else if (column.role() == v1::DIMENSION && !banded) {
    RETURN_IF_ERROR(ParseCodes(field, read, &parsed));
    RETURN_IF_ERROR(ParseResponses(field, type, &column));
    RETURN_IF_ERROR(ParsePriority(field, &parsed));
  }
  RETURN_IF_ERROR(field.Here(CheckColumn(column)));
  if (IsMeasure(column) && !column.has_clip()) {
    parsed.warnings.push_back(
        absl::StrCat(field.path(), ": has no commons:clip; protected questions cannot sum it"));
  }
  return parsed;
}

}  // namespace commons::governance
