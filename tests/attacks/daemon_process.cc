#include "tests/attacks/daemon_process.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace commons::attacks {

int MemoryMib(int pid, const std::string& what) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(what + ":", 0) == 0) return std::stoi(line.substr(what.size() + 1)) / 1024;
  }
  return 0;
}

size_t Descriptors(int pid) {
  return static_cast<size_t>(
      std::distance(std::filesystem::directory_iterator(absl::StrCat("/proc/", pid, "/fd")), {}));
}

}  // namespace commons::attacks
