#include "governance/standard/responses_check.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/text.h"
#include "governance/standard/roles.h"

namespace commons::governance {
namespace {

absl::Status Invalid(absl::string_view what) { return absl::InvalidArgumentError(what); }

// A code that a field could not name among others.
absl::Status CheckCode(const std::string& text, const std::string& separator) {
  if (absl::StrContains(text, separator)) {
    return Invalid(absl::StrCat("the code ", Quoted(text), " has commons:separator in it; ",
                                "choose another separator"));
  }
  if (absl::StripAsciiWhitespace(text) == text) return absl::OkStatus();
  return Invalid(absl::StrCat("the code ", Quoted(text), " begins or ends with a space, which is ",
                              "passed over between responses; remove it"));
}

}  // namespace

absl::Status CheckSeparator(const std::string& separator) {
  const bool printable = std::none_of(separator.begin(), separator.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c)) && c != '\t';
  });
  if (printable && !separator.empty() && separator.size() <= limits::kResponseSeparatorBytes) {
    return absl::OkStatus();
  }
  return Invalid(absl::StrCat("commons:separator is the text between two responses, of 1 to ",
                              limits::kResponseSeparatorBytes, " bytes, such as \";\""));
}

absl::Status CheckResponses(const v1::Column& column) {
  if (!HasResponses(column)) {
    return column.separator().empty()
               ? absl::OkStatus()
               : Invalid("commons:separator is for columns with commons:max_responses");
  }
  const auto codes = static_cast<uint32_t>(column.codes_size());
  if (column.role() != v1::DIMENSION || codes == 0 || column.type() == v1::BOOLEAN) {
    return Invalid("several responses are for dimensions with a list of codes");
  }
  if (codes > limits::kCodesOfResponses) {
    return Invalid(absl::StrCat("has ", codes, " codes; a dimension of several responses has at ",
                                "most ", limits::kCodesOfResponses, ": group them"));
  }
  if (column.max_responses() < 2 || column.max_responses() > codes) {
    return Invalid(absl::StrCat("commons:max_responses is 2 to the number of codes, ", codes,
                                "; a field of one response needs neither it nor a separator"));
  }
  if (absl::Status status = CheckSeparator(column.separator()); !status.ok()) return status;
  for (const v1::Code& code : column.codes()) {
    if (absl::Status status = CheckCode(code.value(), column.separator()); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
