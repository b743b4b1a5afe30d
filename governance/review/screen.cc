#include "governance/review/screen.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/fingerprint.h"

namespace commons::governance {

void Screen::Change(Way way, absl::string_view what) {
  switch (way) {
    case Way::kWider:
      return absl::StrAppend(&wider_, "  WIDER: ", what, "\n");
    case Way::kStricter:
      return absl::StrAppend(&stricter_, "  stricter: ", what, "\n");
    case Way::kOther:
      return absl::StrAppend(&other_, "  changes: ", what, "\n");
  }
}

std::string Screen::Finish() const {
  return absl::StrCat(title_, wider_, stricter_, other_,
                      warnings_.empty() ? "" : "  Please look at:\n", warnings_, text_);
}

std::string Day(int64_t seconds) {
  return seconds == 0
             ? "never"
             : absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(seconds), absl::UTCTimeZone());
}

std::string SpanWords(int64_t seconds) {
  if (seconds == 0) return "not at all";
  constexpr std::pair<int64_t, const char*> kUnits[] = {
      {86400, " day"}, {3600, " hour"}, {60, " minute"}, {1, " second"}};
  for (const auto& [unit, name] : kUnits) {
    if (seconds % unit != 0) continue;
    return absl::StrCat(seconds / unit, name, seconds == unit ? "" : "s");
  }
  return "";  // a second divides every whole number
}

std::string NameOf(absl::string_view org_bytes, const Register* reg) {
  const auto id = OrgId::FromBytes(org_bytes);
  if (!id.ok()) return "an organisation without an id";
  const Organisation* org = reg == nullptr ? nullptr : reg->FindMember(*id);
  return org != nullptr ? org->name
                        : absl::StrCat("an organisation not known here, ", Fingerprint(id->view()));
}

bool LooksLikeAPerson(absl::string_view text) {
  int capitalised = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    capitalised += word.size() > 1 && absl::ascii_isupper(word[0]) && absl::ascii_islower(word[1]);
  }
  return capitalised >= 2 || absl::StrContains(text, "@");
}

}  // namespace commons::governance
