// Where in a datapackage.json we are, for errors, and what may be written there.
#ifndef COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_PLACE_H_
#define COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_PLACE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "governance/standard/json_tree.h"

namespace commons::governance {

// A value in the file with its path. Borrows the tree.
class Place {
 public:
  Place(const Json& json, std::string path) : json_(&json), path_(std::move(path)) {}
  const Json& json() const { return *json_; }
  const std::string& path() const { return path_; }
  std::vector<Place> Items() const;                          // of an array; otherwise none
  std::optional<Place> Member(absl::string_view key) const;  // JSON null counts as absent

  // kInvalidArgument "path: what"; the root has the path "".
  template <typename... Parts>
  absl::Status Refuse(const Parts&... what) const {
    return absl::InvalidArgumentError(
        absl::StrCat(path_.empty() ? "datapackage.json" : path_, ": ", what...));
  }
  // `status` with the path in front of it, if it is an error.
  absl::Status Here(const absl::Status& status) const;

  // The value as text in NFC, ...
  absl::StatusOr<std::string> String() const;
  // ... a number as written, or a string that may hold one, ...
  absl::StatusOr<std::string> NumberText() const;
  // ... multiplied by 10^decimals, exactly, ...
  absl::StatusOr<int64_t> Scaled(int decimals) const;
  // ... or a member of this object; absent gives the default.
  absl::StatusOr<std::string> StringOr(absl::string_view key, absl::string_view otherwise) const;
  absl::StatusOr<bool> BooleanOr(absl::string_view key, bool otherwise) const;
  absl::StatusOr<uint32_t> CountOr(absl::string_view key, uint32_t otherwise) const;

  // Refuses commons: properties that are not in `known`, with the nearest of them.
  absl::Status CheckProperties(const std::vector<absl::string_view>& known) const;
  absl::Status Expect(Json::Kind kind) const;

 private:
  const Json* json_;
  std::string path_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_PLACE_H_
