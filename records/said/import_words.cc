#include "records/said/import_words.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/ceil_div.h"
#include "base/text/decimal.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"

namespace commons::records {
namespace {

constexpr size_t kNamesShown = 20;
constexpr size_t kFieldsShown = 5;  // of a dialect

std::string Shown(std::vector<std::string> words) {
  const size_t more = words.size() - std::min(words.size(), kNamesShown);
  words.resize(words.size() - more);
  std::string text = absl::StrJoin(words, ", ");
  if (more > 0) absl::StrAppend(&text, " and ", more, " more");
  return text;
}

constexpr char kCrHint[] =
    "; its lines end with CR alone: save the file with line ends of Unix or Windows, or "
    "name them in a --dialect";

}  // namespace

std::string QuotedNames(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back(absl::StrCat("\"", name, "\""));
  return Shown(std::move(quoted));
}

std::string RejectionWords(const Rejection& rejection) {
  return absl::StrCat(
      rejection.rows, " rows rejected: ",
      rejection.column.empty() ? "" : absl::StrCat("column \"", rejection.column, "\": "),
      RejectText(rejection.reason), " (first: row ", rejection.first_row, ")");
}

std::string CodesOf(const std::vector<std::pair<std::string, std::string>>& column_and_code) {
  std::vector<std::string> words;
  words.reserve(column_and_code.size());
  for (const auto& [column, code] : column_and_code) {
    words.push_back(absl::StrCat("\"", code, "\" of column \"", column, "\""));
  }
  return Shown(std::move(words));
}

std::string PercentOf(uint64_t part, uint64_t whole) {
  const absl::uint128 permille = CeilDiv<absl::uint128>(absl::uint128(part) * 1000, whole);
  return absl::StrCat(FormatDecimal(static_cast<absl::int128>(permille), 1), " %");
}

std::string HeadingMeant(absl::string_view name, const std::vector<std::string>& headings) {
  const std::string read = AsRead(name);
  for (const std::string& heading : headings) {
    if (AsRead(heading) == read) return heading;
  }
  return NearestWithinHalf(name, headings);
}

std::string HeadersAdvice(const std::vector<std::string>& missing,
                          const std::vector<std::string>& undeclared) {
  std::vector<std::string> fields;
  bool trims = false;
  for (const std::string& name : missing) {
    const std::string heading = HeadingMeant(name, undeclared);
    const absl::string_view inner = WithoutOuterSpaces(heading);
    trims |= inner == name;
    if (heading.empty() || inner == name || fields.size() == kFieldsShown) continue;
    fields.push_back(
        absl::StrCat(R"({"name": ")", name, R"(", "commons:header": ")", inner, R"("})"));
  }
  if (!trims && fields.empty()) return "";
  std::vector<std::string> says;
  if (trims) says.emplace_back(R"("commons:trim": true)");
  if (!fields.empty()) {
    says.push_back(absl::StrCat(R"("fields": [)", absl::StrJoin(fields, ", "), "]"));
  }
  return absl::StrCat("; if so, a --dialect says it: {", absl::StrJoin(says, ", "), "}");
}

std::string MissingWords(const std::vector<std::string>& missing,
                         const std::vector<std::string>& undeclared) {
  std::vector<std::string> words;
  for (const std::string& name : missing) {
    const std::string near = HeadingMeant(name, undeclared);
    words.push_back(absl::StrCat("\"", name, "\"",
                                 near.empty() ? "" : absl::StrCat(" (is it \"", near, "\"?)")));
  }
  return Shown(std::move(words));
}

bool EndsLinesWithCr(absl::string_view header) {
  const size_t cr = header.find('\r');
  return cr != absl::string_view::npos && cr + 1 < header.size() && header[cr + 1] != '\n';
}

std::string EncodingHint(absl::string_view header) {
  const bool marked = absl::StartsWith(header, "\xff\xfe") || absl::StartsWith(header, "\xfe\xff");
  if (marked || header.find('\0') != absl::string_view::npos) {
    return "; it looks like UTF-16: save the file as UTF-8 (in Excel: \"CSV UTF-8\", not \"Unicode "
           "Text\")";
  }
  return EndsLinesWithCr(header) ? kCrHint : EncodingGuess(header);
}

// Macrons are E2 E7 EE F4 FB in both Baltic encodings, which is how files with Māori names come;
// Windows' own have letters or signs where ISO's have control characters.
std::string ProbableEncoding(absl::string_view bytes) {
  constexpr absl::string_view kMacrons = "\xe2\xe7\xee\xf4\xfb\xc2\xc7\xce\xd4\xdb";
  bool macrons = true, windows = false;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    windows |= byte >= 0x80 && byte < 0xa0;
    macrons &= byte < 0x80 || absl::StrContains(kMacrons, c);
  }
  return windows ? "windows-1252" : macrons ? "windows-1257" : "iso-8859-1";
}

std::string EncodingGuess(absl::string_view bytes) {
  const std::string encoding = ProbableEncoding(bytes);
  return absl::StrCat("; the file is probably in ",
                      encoding == "windows-1252" ? "Windows-1252"
                      : encoding == "windows-1257"
                          ? "Windows-1257 or ISO-8859-13 (Baltic, with macrons)"
                          : "Windows-1252 or ISO-8859-1",
                      ": save it as UTF-8 (in a spreadsheet: CSV UTF-8), or name its encoding in "
                      "a --dialect");
}

std::string BadBytesWords(absl::string_view encoding, absl::string_view bytes) {
  if (encoding.empty()) return absl::StrCat(RejectText(Reject::kInvalidUtf8), EncodingGuess(bytes));
  return absl::StrCat("a character that ", encoding,
                      " does not have; is the encoding in the dialect the file's?");
}

std::string NoTextHint(absl::string_view first_bytes) {
  if (absl::StartsWith(first_bytes, "PK\x03\x04") ||
      absl::StartsWith(first_bytes, "\xd0\xcf\x11\xe0")) {
    return "it is a workbook (.xlsx, .xls) or an archive, not a CSV file: in Excel, save it as "
           "\"CSV UTF-8\"";
  }
  return "";
}

std::string HeaderHint(absl::string_view header, bool all_missing) {
  if (EndsLinesWithCr(header)) return kCrHint;
  const auto count = [&](char c) { return std::count(header.begin(), header.end(), c); };
  const bool semicolons = count(';') > count(',');
  if (!semicolons && count('\t') <= count(',')) {
    return all_missing ? "; if the header stands in another row, name that in a --dialect "
                         "(headerRows)"
                       : "";
  }
  return absl::StrCat("; its fields stand between ", semicolons ? "semicolons" : "tabs",
                      ": save the file with commas, or name them in a --dialect");
}

}  // namespace commons::records
