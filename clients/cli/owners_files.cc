#include "clients/cli/owners_files.h"

#include <filesystem>

#include "base/limits.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/import/dialect_file.h"

namespace commons::clients {

absl::StatusOr<std::map<std::string, v1::Dialect>> ReadDialects(
    const std::vector<std::string>& choices, const std::vector<std::string>& owners,
    absl::string_view dataset) {
  ASSIGN_OR_RETURN(const auto files, DialectFiles(choices, owners));
  std::map<std::string, v1::Dialect> dialects;
  for (const auto& [owner, path] : files) {
    ASSIGN_OR_RETURN(const std::string json, ReadFile(path, limits::kDatapackageBytes));
    ASSIGN_OR_RETURN(dialects[owner], DialectOf(json, path, dataset));
  }
  return dialects;
}

std::string OwnerOf(const std::string& path) { return std::filesystem::path(path).stem().string(); }

std::vector<std::string> OwnersOf(const std::vector<std::string>& paths) {
  std::vector<std::string> owners;
  owners.reserve(paths.size());
  for (const std::string& path : paths) owners.push_back(OwnerOf(path));
  return owners;
}

}  // namespace commons::clients
