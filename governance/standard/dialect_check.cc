#include "governance/standard/dialect_check.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/csv_marks.h"
#include "base/text/date_format.h"
#include "base/text/encoding.h"
#include "base/text/number_form.h"
#include "governance/document/text.h"
#include "governance/standard/responses_check.h"

namespace commons::governance {
namespace {

template <typename... Parts>
absl::Status Wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

// A scanner of bytes takes it for nothing else, and no row of rejects begins with it.
bool CanMark(absl::string_view text) {
  return text.size() == 1 && absl::ascii_isascii(text[0]) && !absl::ascii_isalnum(text[0]) &&
         text != "\n" && text != "\r" && text[0] != '\0' && text != "_" && text != "-";
}

absl::string_view DelimiterOf(const v1::Dialect& dialect) {
  return dialect.delimiter().empty() ? absl::string_view(&kCsvDelimiter, 1) : dialect.delimiter();
}

absl::string_view QuoteOf(const v1::Dialect& dialect) {
  return dialect.has_quote_char() ? dialect.quote_char() : absl::string_view(&kCsvQuote, 1);
}

absl::Status CheckMarks(const v1::Dialect& dialect) {
  const std::pair<absl::string_view, absl::string_view> marks[] = {
      {"delimiter", DelimiterOf(dialect)},
      {"quoteChar", QuoteOf(dialect)},
      {"commentChar", dialect.comment_char()}};
  std::set<absl::string_view> seen;
  for (const auto& [name, mark] : marks) {
    if (mark.empty()) continue;
    if (!CanMark(mark) || (mark == " " && name != "delimiter")) {
      return Wrong(name, ": ", Quoted(mark),
                   " can't be one; use one ASCII character that is no letter or digit");
    }
    if (!seen.insert(mark).second) {
      return Wrong(name, ": ", Quoted(mark), " is another mark already; use one for each");
    }
  }
  if (dialect.skip_initial_space() && dialect.delimiter() == " ") {
    return Wrong("skipInitialSpace: the delimiter is a space; leave one of the two out");
  }
  return absl::OkStatus();
}

// What a message may show, and a scanner compare.
absl::Status CheckShort(absl::string_view name, absl::string_view text, size_t max_bytes) {
  if (text.empty()) return absl::OkStatus();
  return Because(absl::StrCat(name, " ", Quoted(text)), CheckText(text, max_bytes));
}

absl::Status CheckNumbers(const v1::FieldDialect& field, absl::string_view delimiter, bool quoted) {
  const NumberForm form{field.group_char(),
                        field.decimal_char().empty() ? "." : field.decimal_char(), field.signs()};
  RETURN_IF_ERROR(CheckShort("decimalChar", field.decimal_char(), limits::kSeparatorBytes));
  RETURN_IF_ERROR(CheckShort("groupChar", field.group_char(), limits::kSeparatorBytes));
  RETURN_IF_ERROR(CheckNumberForm(form));
  if (quoted) return absl::OkStatus();
  for (const std::string& mark : {form.point, form.group}) {
    if (mark != delimiter) continue;
    return Wrong("numbers are written with the delimiter ", Quoted(mark),
                 ", and nothing is in quotes; no row could be read");
  }
  return absl::OkStatus();
}

absl::Status CheckDateFormat(absl::string_view format) {
  RETURN_IF_ERROR(CheckShort("format", format, limits::kDateFormatBytes));
  return Because(absl::StrCat("format ", Quoted(format), ":"), DateFormat::Parse(format).status());
}

absl::Status CheckMap(const v1::FieldDialect& field) {
  std::set<absl::string_view> targets, texts;
  for (const auto& mapped : field.map()) {
    if (!mapped.to().empty()) RETURN_IF_ERROR(CheckText(mapped.to(), limits::kLabelBytes));
    if (!targets.insert(mapped.to()).second) {
      return Wrong(Quoted(mapped.to()), " is mapped to twice; write one list");
    }
    if (mapped.from().empty()) return Wrong(Quoted(mapped.to()), " has no text; leave it out");
    for (const std::string& text : mapped.from()) {
      if (!text.empty()) RETURN_IF_ERROR(CheckText(text, limits::kLabelBytes));
      if (!texts.insert(text).second) {
        return Wrong(Quoted(text), " stands for two things; keep one");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckField(const v1::FieldDialect& field, absl::string_view delimiter, bool quoted) {
  const bool number = !field.group_char().empty() || !field.decimal_char().empty() || field.signs();
  if (number) RETURN_IF_ERROR(CheckNumbers(field, delimiter, quoted));
  if (!field.date_format().empty()) {
    RETURN_IF_ERROR(CheckDateFormat(field.date_format()));
    if (number) return Wrong("is written as a number and as a date; keep one");
  }
  if (!field.separator().empty()) {
    RETURN_IF_ERROR(CheckSeparator(field.separator()));
    if (!quoted && absl::StrContains(field.separator(), delimiter)) {
      return Wrong("responses are divided by the delimiter ", Quoted(delimiter),
                   ", and nothing is in quotes; no row could be read");
    }
  }
  return CheckMap(field);
}

// What the file calls the column.
absl::string_view HeaderOf(const v1::FieldDialect& field) {
  return field.header().empty() ? field.name() : field.header();
}

}  // namespace

absl::Status CheckDialect(const v1::Dialect& dialect) {
  if (dialect.ByteSizeLong() > limits::kDialectBytes) {
    return Wrong("larger than ", limits::kDialectBytes, " bytes; shorten it");
  }
  RETURN_IF_ERROR(CheckMarks(dialect));
  if (dialect.header_row() > limits::kHeaderRowMax) {
    return Wrong("headerRows: the header must be among the first ", limits::kHeaderRowMax, " rows");
  }
  if (!dialect.encoding().empty() && !FindEncoding(dialect.encoding())) {
    return Wrong("encoding: ", Quoted(dialect.encoding()), " is not known; use one of ",
                 EncodingNames());
  }
  std::set<absl::string_view> names, headers;
  const bool quoted = !QuoteOf(dialect).empty();
  for (const v1::FieldDialect& field : dialect.fields()) {
    const std::string name = absl::StrCat("the field ", Quoted(field.name()));
    RETURN_IF_ERROR(Because(name, CheckText(field.name(), limits::kNameBytes)));
    if (!names.insert(field.name()).second) return Wrong(name, " stands there twice; keep one");
    if (!field.header().empty()) {
      RETURN_IF_ERROR(Because(absl::StrCat(name, ": commons:header"),
                              CheckName(field.header(), limits::kNameBytes)));
    }
    if (!headers.insert(HeaderOf(field)).second) {
      return Wrong(name, ": the header ", Quoted(HeaderOf(field)), " is another field's; keep one");
    }
    RETURN_IF_ERROR(Because(name, CheckField(field, DelimiterOf(dialect), quoted)));
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
