#include "governance/standard/standard_check.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "governance/document/text.h"
#include "governance/standard/column_check.h"
#include "governance/standard/priority_check.h"
#include "governance/standard/roles.h"
#include "governance/standard/texts_check.h"

namespace commons::governance {
namespace {

constexpr size_t kStandardBytes = limits::kDocumentBytes / 8 * 7;  // travels inside a Resolution
constexpr int kPurposes = 64;

absl::Status Invalid(absl::string_view a, absl::string_view b = "", absl::string_view c = "",
                     absl::string_view d = "") {
  return absl::InvalidArgumentError(absl::StrCat(a, b, c, d));
}

// What is asked about has a name of its own, fields and groupings alike.
absl::Status CheckGroupingNames(const v1::Standard& standard, std::set<std::string> names) {
  for (const v1::Column& column : standard.columns()) {
    for (const v1::Grouping& grouping : column.groupings()) {
      if (names.insert(grouping.name()).second) continue;
      return Invalid("the grouping ", Quoted(grouping.name()),
                     " is called as a field or another grouping is; rename one");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckColumns(const v1::Standard& standard) {
  std::set<std::string> names;
  bool answers = false;
  for (const v1::Column& column : standard.columns()) {
    answers = answers || IsQueryable(column);
    if (!names.insert(column.name()).second) {
      return Invalid("two fields are called ", Quoted(column.name()), "; rename one");
    }
  }
  if (!answers) {
    return Invalid("no field has commons:role dimension or measure; nothing could be asked");
  }
  if (!standard.entity().empty() && names.count(standard.entity()) == 0) {
    return Invalid("commons:entity names ", Quoted(standard.entity()), ", which is not a field",
                   OrIsIt(standard.entity(), {names.begin(), names.end()}));
  }
  return CheckGroupingNames(standard, std::move(names));
}

}  // namespace

absl::Status CheckDatasetName(absl::string_view name) {
  bool good = !name.empty() && name.size() <= 63 && !absl::ascii_isdigit(name[0]);
  for (char c : name) {
    good = good && (absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_');
  }
  if (good) return absl::OkStatus();
  return Invalid(Quoted(name),
                 " cannot be a dataset's name in SQL; use a to z, 0 to 9 and _, not "
                 "beginning with a digit, at most 63 characters");
}

absl::Status CheckDataset(const v1::Standard& standard) {
  if (standard.ByteSizeLong() > kStandardBytes) {
    return Invalid("is too large as a whole; the limit is ", absl::StrCat(kStandardBytes),
                   " bytes");
  }
  RETURN_IF_ERROR(CheckDatasetName(standard.dataset()));
  if (standard.columns_size() > static_cast<int>(limits::kColumns)) {
    return Invalid("has too many fields; the limit is ", absl::StrCat(limits::kColumns));
  }
  RETURN_IF_ERROR(CheckColumns(standard));
  RETURN_IF_ERROR(CheckPriorities(standard));
  const uint32_t rows = standard.max_rows_per_person(), owners = standard.max_owners_per_person();
  if (rows < 1 || rows > limits::kRowsPerPersonMax) {
    return Invalid("commons:max_rows_per_person must be 1 to ",
                   absl::StrCat(limits::kRowsPerPersonMax));
  }
  if (rows > 1 && standard.entity().empty()) {
    return Invalid(
        "commons:max_rows_per_person above 1 needs commons:entity; name the field that "
        "identifies the person");
  }
  if (standard.max_rows_per_person_and_cell() > rows) {
    return Invalid(
        "commons:max_rows_per_person_and_cell must be 1 to commons:max_rows_per_person, ",
        absl::StrCat(rows));
  }
  if (owners < 1 || owners > limits::kMembers) {
    return Invalid("commons:max_owners_per_person must be 1 to ", absl::StrCat(limits::kMembers));
  }
  if (standard.unit() != "person" && standard.unit() != "whanau") {
    return Invalid("commons:unit of a dataset must be person or whanau");
  }
  if (standard.purposes_size() > kPurposes) return Invalid("has too many purposes");
  std::set<std::string> purposes;
  for (const std::string& purpose : standard.purposes()) {
    RETURN_IF_ERROR(Because("commons:purpose", CheckText(purpose, limits::kNameBytes)));
    if (!purposes.insert(purpose).second)
      return Invalid("commons:purpose repeats ", Quoted(purpose));
  }
  for (const std::string& text : {standard.retention(), standard.consent_basis()}) {
    if (text.empty()) continue;
    RETURN_IF_ERROR(
        Because("commons:retention or commons:consent", CheckText(text, limits::kLabelBytes)));
  }
  RETURN_IF_ERROR(CheckTexts(standard.title()));
  return CheckTexts(standard.description());
}

absl::Status ValidateStandard(const v1::Standard& standard) {
  RETURN_IF_ERROR(Because("standard:", CheckDataset(standard)));
  for (const v1::Column& column : standard.columns()) {
    RETURN_IF_ERROR(Because(absl::StrCat("standard: column ", Quoted(column.name()), ":"),
                            CheckColumn(column)));
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
