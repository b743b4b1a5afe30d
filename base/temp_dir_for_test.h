// A directory of its own for one test, removed with everything in it.
#ifndef COMMONS_BASE_TEMP_DIR_FOR_TEST_H_
#define COMMONS_BASE_TEMP_DIR_FOR_TEST_H_

#include <cstdlib>
#include <filesystem>
#include <string>

namespace commons {

class TempDir {
 public:
  TempDir() {
    std::string name = std::filesystem::temp_directory_path() / "commons-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // Inside it; exists only if somebody creates it.
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace commons

#endif  // COMMONS_BASE_TEMP_DIR_FOR_TEST_H_
