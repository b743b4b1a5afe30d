#include "governance/standard/dialect.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/text/csv_marks.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"
#include "governance/standard/datapackage_place.h"
#include "governance/standard/dialect_check.h"
#include "governance/standard/json_tree.h"

namespace commons::governance {
namespace {

const std::vector<std::string> kOfRows = {"delimiter",    "quoteChar",        "doubleQuote",
                                          "commentChar",  "skipInitialSpace", "headerRows",
                                          "header",       "lineTerminator",   "escapeChar",
                                          "nullSequence", "$schema",          "csvddfVersion"};
const std::vector<std::string> kOfFields = {"groupChar",   "decimalChar",      "bareNumber",
                                            "format",      "trueValues",       "falseValues",
                                            "commons:map", "commons:separator"};

std::vector<std::string> And(std::vector<std::string> names,
                             std::initializer_list<const char*> more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

absl::Status CheckKnown(const Place& place, const std::vector<std::string>& known) {
  RETURN_IF_ERROR(place.Expect(Json::Kind::kObject));
  for (const std::string& key : place.json().keys) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return place.Refuse(Quoted(key), " is not known here; is it \"", Nearest(key, known), "\"?");
  }
  return absl::OkStatus();
}

// What would change how rows are read, and is not read.
absl::Status CheckUnread(const Place& rows) {
  ASSIGN_OR_RETURN(const bool header, rows.BooleanOr("header", true));
  if (!header) return rows.Refuse("a file without a header can't be read; put one into it");
  for (const char* key : {"escapeChar", "nullSequence"}) {
    ASSIGN_OR_RETURN(const std::string text, rows.StringOr(key, ""));
    if (text.empty()) continue;
    return rows.Refuse("\"", key, "\" is not read; ",
                       key[0] == 'e' ? "double the quotes inside a field"
                                     : "name such texts in commons:map as \"\"");
  }
  return absl::OkStatus();
}

absl::Status ParseHeaderRows(const Place& rows, v1::Dialect* dialect) {
  const std::optional<Place> numbers = rows.Member("headerRows");
  if (!numbers) return absl::OkStatus();
  const std::vector<Place> items = numbers->Items();
  if (items.size() != 1) {
    return numbers->Refuse("must be a list of one number: the row of the header, such as [3]");
  }
  ASSIGN_OR_RETURN(const int64_t row, items[0].Scaled(0));
  if (row < 1 || row > static_cast<int64_t>(limits::kHeaderRowMax)) {
    return numbers->Refuse("must be 1 to ", limits::kHeaderRowMax);
  }
  dialect->set_header_row(static_cast<uint32_t>(row));
  return absl::OkStatus();
}

absl::Status ParseLineEnd(const Place& rows, v1::Dialect* dialect) {
  const std::optional<Place> end = rows.Member("lineTerminator");
  if (!end) return absl::OkStatus();
  RETURN_IF_ERROR(end->Expect(Json::Kind::kString));
  const absl::string_view text = end->json().text;
  dialect->set_cr_line_ends(text == "\r");
  if (text == "\n" || text == "\r\n" || text == "\r") return absl::OkStatus();
  return end->Refuse("must be \"\\n\", \"\\r\\n\" or \"\\r\"");
}

absl::Status ParseRows(const Place& rows, v1::Dialect* dialect) {
  RETURN_IF_ERROR(CheckUnread(rows));
  ASSIGN_OR_RETURN(*dialect->mutable_delimiter(), rows.StringOr("delimiter", {&kCsvDelimiter, 1}));
  ASSIGN_OR_RETURN(*dialect->mutable_comment_char(), rows.StringOr("commentChar", ""));
  // null: nothing is in quotes.
  const Json* quote = rows.json().Find("quoteChar");
  if (quote != nullptr) {
    ASSIGN_OR_RETURN(std::string mark, rows.StringOr("quoteChar", ""));
    dialect->set_quote_char(std::move(mark));
  }
  ASSIGN_OR_RETURN(const bool doubled, rows.BooleanOr("doubleQuote", true));
  dialect->set_quotes_not_doubled(!doubled);
  ASSIGN_OR_RETURN(const bool spaces, rows.BooleanOr("skipInitialSpace", false));
  dialect->set_skip_initial_space(spaces);
  RETURN_IF_ERROR(ParseLineEnd(rows, dialect));
  return ParseHeaderRows(rows, dialect);
}

absl::Status AddTexts(const Place& list, std::string to, v1::FieldDialect* field) {
  RETURN_IF_ERROR(list.Expect(Json::Kind::kArray));
  v1::FieldDialect::Mapped* mapped = field->add_map();
  mapped->set_to(std::move(to));
  for (const Place& item : list.Items()) {
    ASSIGN_OR_RETURN(*mapped->add_from(), item.String());
  }
  return absl::OkStatus();
}

absl::Status ParseMap(const Place& field, v1::FieldDialect* parsed) {
  for (const auto& [key, to] :
       {std::pair("falseValues", "false"), std::pair("trueValues", "true")}) {
    if (const std::optional<Place> list = field.Member(key)) {
      RETURN_IF_ERROR(AddTexts(*list, to, parsed));
    }
  }
  const std::optional<Place> map = field.Member("commons:map");
  if (!map) return absl::OkStatus();
  RETURN_IF_ERROR(map->Expect(Json::Kind::kObject));
  for (size_t i = 0; i < map->json().items.size(); ++i) {
    const Place list(map->json().items[i],
                     absl::StrCat(map->path(), "[", Quoted(map->json().keys[i]), "]"));
    absl::StatusOr<std::string> to = Nfc(map->json().keys[i]);
    if (!to.ok()) return list.Here(to.status());
    RETURN_IF_ERROR(AddTexts(list, *std::move(to), parsed));
  }
  return absl::OkStatus();
}

// The formats of other types are not about how a date is written.
absl::StatusOr<std::string> DateFormatOf(const Place& field, bool of_package) {
  ASSIGN_OR_RETURN(const std::string format, field.StringOr("format", "default"));
  if (format == "default") return std::string();
  if (of_package) {
    ASSIGN_OR_RETURN(const std::string type, field.StringOr("type", ""));
    if (type != "date" && type != "datetime" && type != "year" && type != "yearmonth") {
      return std::string();
    }
  }
  if (format != "any") return format;
  return field.Refuse(
      "the format \"any\" would read 03/04 in two ways; say which, such as %d/%m/%Y");
}

absl::Status ParseFieldDialect(const Place& place, bool of_package, v1::Dialect* dialect) {
  RETURN_IF_ERROR(place.Expect(Json::Kind::kObject));
  ASSIGN_OR_RETURN(const std::string name, place.StringOr("name", ""));
  if (name.empty()) return place.Refuse("the field has no \"name\"; add it");
  const Place field(place.json(), absl::StrCat(place.path(), " (", Quoted(name), ")"));
  if (!of_package) RETURN_IF_ERROR(CheckKnown(field, And(kOfFields, {"name", "commons:header"})));
  v1::FieldDialect parsed;
  ASSIGN_OR_RETURN(*parsed.mutable_group_char(), field.StringOr("groupChar", ""));
  ASSIGN_OR_RETURN(*parsed.mutable_decimal_char(), field.StringOr("decimalChar", ""));
  ASSIGN_OR_RETURN(const bool bare, field.BooleanOr("bareNumber", true));
  parsed.set_signs(!bare);
  ASSIGN_OR_RETURN(*parsed.mutable_date_format(), DateFormatOf(field, of_package));
  ASSIGN_OR_RETURN(*parsed.mutable_separator(), field.StringOr("commons:separator", ""));
  if (!of_package) {
    ASSIGN_OR_RETURN(*parsed.mutable_header(), field.StringOr("commons:header", ""));
  }
  RETURN_IF_ERROR(ParseMap(field, &parsed));
  if (of_package && parsed.ByteSizeLong() == 0) return absl::OkStatus();
  parsed.set_name(name);
  *dialect->add_fields() = std::move(parsed);
  return absl::OkStatus();
}

absl::Status ParseFieldList(const std::optional<Place>& fields, bool of_package,
                            v1::Dialect* dialect) {
  if (!fields) return absl::OkStatus();
  RETURN_IF_ERROR(fields->Expect(Json::Kind::kArray));
  for (const Place& field : fields->Items()) {
    RETURN_IF_ERROR(ParseFieldDialect(field, of_package, dialect));
  }
  return absl::OkStatus();
}

absl::StatusOr<Place> ChooseOwn(const Place& resources, absl::string_view dataset) {
  RETURN_IF_ERROR(resources.Expect(Json::Kind::kArray));
  std::optional<Place> chosen;
  for (const Place& resource : resources.Items()) {
    RETURN_IF_ERROR(resource.Expect(Json::Kind::kObject));
    ASSIGN_OR_RETURN(const std::string name, resource.StringOr("name", ""));
    if (resources.Items().size() == 1 || name == dataset) chosen = resource;
  }
  if (chosen) return *chosen;
  return resources.Refuse("none is called ", Quoted(dataset));
}

absl::Status ParseResource(const Place& resource, v1::Dialect* dialect) {
  ASSIGN_OR_RETURN(*dialect->mutable_encoding(), resource.StringOr("encoding", ""));
  if (const std::optional<Place> rows = resource.Member("dialect")) {
    RETURN_IF_ERROR(CheckKnown(*rows, kOfRows));
    RETURN_IF_ERROR(ParseRows(*rows, dialect));
  }
  const std::optional<Place> schema = resource.Member("schema");
  return schema ? ParseFieldList(schema->Member("fields"), true, dialect) : absl::OkStatus();
}

absl::Status ParseOwnFile(const Place& root, v1::Dialect* dialect) {
  RETURN_IF_ERROR(CheckKnown(root, And(kOfRows, {"encoding", "commons:trim", "fields"})));
  RETURN_IF_ERROR(ParseRows(root, dialect));
  ASSIGN_OR_RETURN(*dialect->mutable_encoding(), root.StringOr("encoding", ""));
  ASSIGN_OR_RETURN(const bool trim, root.BooleanOr("commons:trim", false));
  dialect->set_trim(trim);
  return ParseFieldList(root.Member("fields"), false, dialect);
}

}  // namespace

absl::StatusOr<v1::Dialect> ParseDialect(absl::string_view json, absl::string_view dataset) {
  if (json.size() > limits::kDatapackageBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("is larger than ", limits::kDatapackageBytes, " bytes; shorten it"));
  }
  ASSIGN_OR_RETURN(const Json tree, ParseJson(json));
  const Place root(tree, "");
  if (!tree.Is(Json::Kind::kObject)) {
    return absl::InvalidArgumentError("must be an object in { }; see docs/formats/dialect.md");
  }
  v1::Dialect dialect;
  if (const std::optional<Place> resources = root.Member("resources")) {
    ASSIGN_OR_RETURN(const Place resource, ChooseOwn(*resources, dataset));
    RETURN_IF_ERROR(ParseResource(resource, &dialect));
  } else {
    RETURN_IF_ERROR(ParseOwnFile(Place(tree, "dialect"), &dialect));
  }
  RETURN_IF_ERROR(CheckDialect(dialect));
  return dialect;
}

}  // namespace commons::governance
