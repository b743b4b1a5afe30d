#include "node/services/raw_files.h"

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/node_files.h"
#include "crypto/random.h"
#include "node/log/log.h"

namespace commons::node {
namespace {

namespace fs = std::filesystem;

// Of files and links, never of what they point to, nor of directories.
size_t RemoveWhere(const std::string& dir, const std::function<bool(absl::string_view)>& wanted) {
  size_t removed = 0;
  std::error_code error;
  for (auto it = fs::directory_iterator(dir, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    if (!wanted(it->path().filename().string()) ||
        it->symlink_status().type() == fs::file_type::directory) {
      continue;
    }
    std::error_code kept;
    if (fs::remove(it->path(), kept)) {
      ++removed;
    } else {
      LogWarning("file_stays",
                 {{"file", it->path().filename().string()}, {"reason", kept.message()}});
    }
  }
  return removed;
}

bool IsRejectsOf(absl::string_view file, absl::string_view dataset) {
  return absl::ConsumePrefix(&file, dataset) && absl::ConsumePrefix(&file, "-") &&
         absl::ConsumeSuffix(&file, node_files::kRejects) && node_files::IsUnique(file);
}

}  // namespace

void ClearPlacedFiles(const Home& home, absl::Time before) {
  const auto old = [before](const std::string& path) {
    struct stat info;
    return lstat(path.c_str(), &info) == 0 && absl::TimeFromTimespec(info.st_ctim) <= before;
  };
  const size_t placed = RemoveWhere(home.inbox(), [&](absl::string_view file) {
    return node_files::IsPlacedName(file) && old(absl::StrCat(home.inbox(), "/", file));
  });
  const size_t parts = RemoveWhere(home.outbox(), [&](absl::string_view file) {
    return absl::EndsWith(file, absl::StrCat(node_files::kRejects, ".part")) &&
           old(absl::StrCat(home.outbox(), "/", file));
  });
  if (placed + parts > 0) {
    LogInfo("raw_files_cleared", {{"inbox", placed}, {"outbox", parts}});
  }
}

PlacedFile::~PlacedFile() {
  if (!node_files::IsPlacedName(file_)) return;
  RemoveWhere(home_.inbox(), [this](absl::string_view file) { return file == file_; });
}

std::string NewRejectsName(absl::string_view dataset) {
  return node_files::RejectsName(
      dataset, absl::BytesToHexString(crypto::SystemRandom().Bytes(node_files::kUniqueBytes)));
}

size_t RemoveRejects(const Home& home, absl::string_view dataset) {
  return RemoveWhere(home.outbox(),
                     [&](absl::string_view file) { return IsRejectsOf(file, dataset); });
}

}  // namespace commons::node
