// The screen on which a document is shown before it is signed, and words for what stands on it.
#ifndef COMMONS_GOVERNANCE_REVIEW_SCREEN_H_
#define COMMONS_GOVERNANCE_REVIEW_SCREEN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "governance/document/text.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Text from outside, made safe for a terminal and a line.
inline std::string Shown(absl::string_view text) { return OneLine(text, 200); }

// The same, never cut: of two texts that are compared the end may be what differs.
inline std::string ShownWhole(absl::string_view text) { return OneLine(text, text.size()); }

// Which way a change goes. Wider: somebody may learn more, or sooner, or for longer.
enum class Way : uint8_t { kWider, kStricter, kOther };

// A title; what changes, wider first; what to look at; then all lines.
class Screen {
 public:
  // `now`: when it is read. Without it nothing is said that hangs on the time.
  explicit Screen(std::optional<absl::Time> now = std::nullopt) : now_(now) {}

  std::optional<absl::Time> now() const { return now_; }
  void Title(absl::string_view title) { absl::StrAppend(&title_, title, "\n"); }
  void Change(Way way, absl::string_view what);
  bool AnyWider() const { return !wider_.empty(); }
  void Warn(absl::string_view what) { absl::StrAppend(&warnings_, "  ! ", what, "\n"); }
  void Line(absl::string_view name, absl::string_view value) {
    if (!value.empty()) absl::StrAppend(&text_, "  ", name, ": ", value, "\n");
  }
  template <typename List>
  void Items(absl::string_view name, const List& list) {
    std::vector<std::string> shown;
    for (const std::string& value : list) shown.push_back(value.empty() ? "nothing" : Shown(value));
    Line(name, absl::StrJoin(shown, ", "));
  }
  void Texts(absl::string_view name, const google::protobuf::RepeatedPtrField<v1::Text>& texts) {
    for (const v1::Text& t : texts)
      Line(name, absl::StrCat(Shown(t.text()), " (", Shown(t.lang()), ")"));
  }
  std::string Finish() const;

 private:
  const std::optional<absl::Time> now_;
  std::string title_, wider_, stricter_, other_, warnings_, text_;
};

// "never" for 0.
std::string Day(int64_t seconds);
// "7 days", "36 hours", "not at all": of whole seconds, in the largest unit that says it exactly.
std::string SpanWords(int64_t seconds);
// As the register knows it, else its fingerprint.
std::string NameOf(absl::string_view org_bytes, const Register* reg);
// Two capitalised words, or an address: documents hold roles, people's names stay at home.
bool LooksLikeAPerson(absl::string_view text);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_SCREEN_H_
