// For tests, loaded into real daemons and commands (LD_PRELOAD): the day is as many seconds ahead
// as COMMONS_TEST_LATER says. Timers and timeouts go on as they do, since they ask the system and
// not these two; OpenSSL asks time().
#include <sys/time.h>
#include <time.h>

#include <cstdlib>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace {

timeval Later() {
  static const char* const later = std::getenv("COMMONS_TEST_LATER");
  static const time_t seconds = later == nullptr ? 0 : std::strtoll(later, nullptr, 10);
  timeval now = {};
  gettimeofday(&now, nullptr);
  now.tv_sec += seconds;
  return now;
}

}  // namespace

extern "C" time_t time(time_t* out) noexcept {
  const time_t now = Later().tv_sec;
  if (out != nullptr) *out = now;
  return now;
}

namespace absl {
ABSL_NAMESPACE_BEGIN
Time Now() { return TimeFromTimeval(Later()); }
ABSL_NAMESPACE_END
}  // namespace absl
