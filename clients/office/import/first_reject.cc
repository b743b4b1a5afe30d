#include "clients/office/import/first_reject.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/text/csv_marks.h"

namespace commons::clients {
namespace {

constexpr size_t kReadBytes = 1 << 16;
constexpr size_t kShownBytes = 60;
enum { kRow, kColumn, kReason, kFirstOfTheirs };

// What divides the file.
struct Marks {
  char delimiter = kCsvDelimiter;
  std::optional<char> quote = kCsvQuote;
  bool doubled = true;
  bool initial_spaces = false;
};

Marks MarksOf(const v1::Dialect& dialect) {
  Marks marks;
  if (!dialect.delimiter().empty()) marks.delimiter = dialect.delimiter()[0];
  if (dialect.has_quote_char()) marks.quote.reset();
  if (!dialect.quote_char().empty()) marks.quote = dialect.quote_char()[0];
  marks.doubled = !dialect.quotes_not_doubled();
  marks.initial_spaces = dialect.skip_initial_space();
  return marks;
}

// Divides a text as the importer does: only at its beginning a quote opens a field, and what stands
// behind the closing one is left out.
class Reader {
 public:
  Reader(absl::string_view text, const Marks& marks) : rest_(text), marks_(marks) {
    absl::ConsumePrefix(&rest_, kUtf8Mark);
  }

  std::vector<std::string> NextRecord() {
    std::vector<std::string> fields = {NextField()};
    while (Take(marks_.delimiter)) fields.push_back(NextField());
    Take('\n');
    return fields;
  }

 private:
  bool Take(char c) { return absl::ConsumePrefix(&rest_, absl::string_view(&c, 1)); }

  std::string NextField() {
    while (marks_.initial_spaces && Take(' ')) {
    }
    const bool quoted = marks_.quote.has_value() && Take(*marks_.quote);
    std::string field = quoted ? ToClosingQuote() : "";
    const char ends[] = {marks_.delimiter, '\n'};
    absl::string_view bare = rest_.substr(0, rest_.find_first_of({ends, sizeof ends}));
    rest_.remove_prefix(bare.size());
    if (quoted) return field;
    absl::ConsumeSuffix(&bare, "\r");
    return std::string(bare);
  }

  std::string ToClosingQuote() {
    std::string field;
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == *marks_.quote && !(marks_.doubled && Take(c))) break;
      field.push_back(c);
    }
    return field;
  }

  absl::string_view rest_;
  const Marks marks_;
};

}  // namespace

std::string FirstReject(const std::string& path, const v1::Dialect& dialect) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kReadBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  Reader reader(text, MarksOf(dialect));
  const std::vector<std::string> header = reader.NextRecord();
  const std::vector<std::string> row = reader.NextRecord();
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
