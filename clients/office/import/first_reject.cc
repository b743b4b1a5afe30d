#include "clients/office/import/first_reject.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace commons::clients {
namespace {

constexpr size_t kReadBytes = 1 << 16;
constexpr size_t kShownBytes = 60;
constexpr absl::string_view kUtf8Mark = "\xef\xbb\xbf";
enum { kRow, kColumn, kReason, kFirstOfTheirs };

// What divides the file; no quotes: NUL, which stands in no file of rejected rows.
struct Marks {
  char delimiter, quote;
};

Marks MarksOf(const v1::Dialect& dialect) {
  const std::string quote = dialect.has_quote_char() ? dialect.quote_char() : "\"";
  return {dialect.delimiter().empty() ? ',' : dialect.delimiter()[0],
          quote.empty() ? '\0' : quote[0]};
}

// The fields of the record that begins at *at, which moves behind it.
std::vector<std::string> NextRecord(const std::string& text, const Marks& marks, size_t* at) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (; *at < text.size(); ++*at) {
    const char c = text[*at];
    if (c == marks.quote) {
      const bool doubled = quoted && *at + 1 < text.size() && text[*at + 1] == marks.quote;
      if (doubled) {
        fields.back().push_back(c);
        ++*at;
      } else {
        quoted = !quoted;
      }
    } else if (c == marks.delimiter && !quoted) {
      fields.emplace_back();
    } else if (c == '\n' && !quoted) {
      ++*at;
      break;
    } else if (c != '\r' || quoted) {
      fields.back().push_back(c);
    }
  }
  return fields;
}

}  // namespace

std::string FirstReject(const std::string& path, const v1::Dialect& dialect) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kReadBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  const Marks marks = MarksOf(dialect);
  size_t at = absl::StartsWith(text, kUtf8Mark) ? kUtf8Mark.size() : 0;
  const std::vector<std::string> header = NextRecord(text, marks, &at);
  const std::vector<std::string> row = NextRecord(text, marks, &at);
  if (header.size() < kFirstOfTheirs || row.size() != header.size() || row[kColumn].empty()) {
    return "";
  }
  // A row with several faults names all their columns, "a; b"; one may have such a name itself.
  auto column = std::find(header.begin() + kFirstOfTheirs, header.end(), row[kColumn]);
  for (size_t end = row[kColumn].find("; "); column == header.end() && end != std::string::npos;
       end = row[kColumn].find("; ", end + 1)) {
    column = std::find(header.begin() + kFirstOfTheirs, header.end(), row[kColumn].substr(0, end));
  }
  if (column == header.end()) return "";
  const std::string& value = row[column - header.begin()];
  return absl::StrCat("; for example row ", row[kRow], ", column \"", *column, "\": \"",
                      absl::Utf8SafeCHexEscape(value.substr(0, kShownBytes)),
                      value.size() > kShownBytes ? "..." : "", "\"");
}

}  // namespace commons::clients
