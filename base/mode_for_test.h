// For tests: who may do what with a file.
#ifndef COMMONS_BASE_MODE_FOR_TEST_H_
#define COMMONS_BASE_MODE_FOR_TEST_H_

#include <sys/stat.h>

#include <string>

namespace commons {

// Its permissions; 0: there is none.
inline mode_t ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

}  // namespace commons

#endif  // COMMONS_BASE_MODE_FOR_TEST_H_
