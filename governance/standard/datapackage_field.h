// One field of a Table Schema to a Column.
#ifndef COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_FIELD_H_
#define COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_FIELD_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "governance/standard/code_table.h"
#include "governance/standard/datapackage_place.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct ParsedField {
  v1::Column column;
  std::map<std::string, std::string> exclusive;  // code -> organisation name
  std::vector<std::string> warnings;
  // Made from it, by commons:priority: the same codes, the first one first.
  std::optional<v1::Column> prioritised;
};

// `missing`: the schema's missing values; `read`: what commons:codes names. The column is checked
// (CheckColumn).
absl::StatusOr<ParsedField> ParseField(const Place& field, const std::vector<std::string>& missing,
                                       const CodeTableReader& read);

// missingValues, of a schema or a field: texts, or {value, label} as in version 2.
absl::StatusOr<std::vector<std::string>> ParseMissingValues(const Place& owner,
                                                            std::vector<std::string> otherwise);
// title and description of a field or resource.
absl::Status ParseTexts(const Place& owner, google::protobuf::RepeatedPtrField<v1::Text>* title,
                        google::protobuf::RepeatedPtrField<v1::Text>* description);

// Codes of a dimension that has a list of them (datapackage_field_codes.cc): constraints.enum,
// categories, commons:codes, an integer's range, a boolean's texts; then commons:labels,
// commons:groups and commons:exclusive.
absl::Status ParseCodes(const Place& field, const CodeTableReader& read, ParsedField* parsed);
// An integer that is dimension and measure without commons:breaks: bands of one whole number each,
// from the least to the most of its list, with these as clip where none is said
// (datapackage_numbers.cc).
absl::Status ParseWholeNumbers(const Place& field, v1::Column* column);
// commons:priority, where the column has several responses.
absl::Status ParsePriority(const Place& field, ParsedField* parsed);
// The text that files hold for a code: numbers in their shortest form.
absl::StatusOr<std::string> CodeText(absl::string_view text, v1::ValueType type);
absl::StatusOr<std::string> CodeText(const Place& place, v1::ValueType type);

// commons:groups of a column that has its codes (datapackage_groups.cc).
absl::Status ParseGroups(const Place& field, v1::Column* column);

// Refuses members of an object that are not in `known`.
absl::Status CheckMembers(const Place& object, const std::vector<absl::string_view>& known);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_FIELD_H_
