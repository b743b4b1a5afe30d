#include "clients/answer/refusal_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/answer/next_step.h"
#include "clients/answer/table.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

bool Placed(const v1::Refusal& refusal, absl::string_view sql) {
  return refusal.position() >= 0 && static_cast<size_t>(refusal.position()) <= sql.size();
}

// What a text starts with: a quoted name or text, a word, or one sign; "" when that is long.
std::string WordAt(absl::string_view text) {
  constexpr size_t kShown = 40;
  if (text.empty()) return "";
  size_t end = 0;
  if (text[0] == '"' || text[0] == '\'') {
    const size_t close = text.find(text[0], 1);
    end = close == absl::string_view::npos ? text.size() : close + 1;
  } else {
    const auto inside = [](char c) {
      return absl::ascii_isalnum(c) || c == '_' || c == '.' || (c & 0x80) != 0;
    };
    while (end < text.size() && inside(text[end])) ++end;
    end = std::max<size_t>(end, 1);
  }
  return end > kShown ? "" : std::string(absl::StripAsciiWhitespace(text.substr(0, end)));
}

}  // namespace

std::string RefusalLine(const v1::Refusal& refusal, absl::string_view sql) {
  std::string out = absl::StrCat("refused (", governance::ReasonName(refusal.reason()),
                                 "): ", governance::OneLine(refusal.message(), kWordsBytes));
  if (Placed(refusal, sql)) {
    const size_t position = static_cast<size_t>(refusal.position());
    const std::string word = WordAt(sql.substr(position));
    absl::StrAppend(&out, " (at character ", DisplayWidth(sql.substr(0, position)) + 1,
                    word.empty() ? "" : ": ", word, ")");
  } else if (!absl::StrContains(refusal.message(), " again")) {  // it says so itself
    const absl::string_view next = NextStep(refusal.reason());
    absl::StrAppend(&out, next.empty() ? "" : "; ", next);
  }
  return absl::StrReplaceAll(out, {{"\n", " "}, {"\r", " "}});
}

std::string Caret(const v1::Refusal& refusal, absl::string_view sql) {
  const bool one_line = sql.size() <= 200 && sql.find('\n') == absl::string_view::npos;
  if (!Placed(refusal, sql) || !one_line) return "";
  const absl::string_view before = sql.substr(0, static_cast<size_t>(refusal.position()));
  return absl::StrCat("  ", sql, "\n  ", std::string(DisplayWidth(before), ' '), "^\n");
}

}  // namespace commons::clients
