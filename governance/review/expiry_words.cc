#include "governance/review/expiry_words.h"

#include "absl/strings/str_cat.h"
#include "governance/review/screen.h"

namespace commons::governance {
namespace {

constexpr int64_t kDaySeconds = 86400;

}  // namespace

std::string ExpiryWords(int64_t expires_at, absl::Time now) {
  if (expires_at == 0) return "";
  const int64_t left = expires_at - absl::ToUnixSeconds(now);
  if (left <= 0) {
    return absl::StrCat("ended on ", Day(expires_at),
                        ": it opens nothing any more; its next version can still be made");
  }
  const int64_t days = left / kDaySeconds;
  const char* const urgency = days < 7    ? ": renew it now"
                              : days < 30 ? ": renew it this month"
                              : days < 90 ? ": plan to renew it"
                                          : "";
  return absl::StrCat("on ", Day(expires_at), ", in ", days, days == 1 ? " day" : " days", urgency);
}

}  // namespace commons::governance
