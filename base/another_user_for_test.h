// A user who owns nothing, for tests of what may not be looked at.
#ifndef COMMONS_BASE_ANOTHER_USER_FOR_TEST_H_
#define COMMONS_BASE_ANOTHER_USER_FOR_TEST_H_

#include <unistd.h>

#include <cstdlib>

namespace commons {

// While one lives, this process is that user, if it is root's: root may see everything. Other users
// stay who they are; what a test forbids it forbids to its owner as well (chmod 0).
class AnotherUser {
 public:
  AnotherUser() {
    if (was_root_ && seteuid(kNobody) != 0) std::abort();
  }
  ~AnotherUser() {
    if (was_root_ && seteuid(0) != 0) std::abort();
  }
  AnotherUser(const AnotherUser&) = delete;
  AnotherUser& operator=(const AnotherUser&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  const bool was_root_ = geteuid() == 0;
};

}  // namespace commons

#endif  // COMMONS_BASE_ANOTHER_USER_FOR_TEST_H_
