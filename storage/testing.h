// For tests of this room and of those above it: a directory that goes away, a child that may die.
#ifndef COMMONS_STORAGE_TESTING_H_
#define COMMONS_STORAGE_TESTING_H_

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace commons::storage {

class TempDir {
 public:
  TempDir() {
    std::string name = std::filesystem::temp_directory_path() / "commons-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    root_ = name;
  }
  ~TempDir() { std::filesystem::remove_all(root_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  // Does not exist until somebody creates it.
  std::string path() const { return root_ / "db"; }

 private:
  std::filesystem::path root_;
};

// Runs `body` in a forked process, which ends without any clean-up; its value is the exit code.
// The parent must hold no open Database of its own that the child would use.
template <typename Body>
int InChild(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TESTING_H_
