// spec.toml: what a document is to say, written by people (docs/for-boards/specs). TOML is known to
// spec.cc only.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_SPEC_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_SPEC_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// The values of a file by name; those of a table have its name and a dot before theirs, those of
// the n-th of several tables its number too, from 0: "seats.chair", "address.0.endpoint".
// Errors are kInvalidArgument, "FILE:LINE: KEY what; what to do". Not thread-safe: it remembers
// what was read.
class Spec {
 public:
  static absl::StatusOr<Spec> Parse(absl::string_view toml, const std::string& file);

  bool Has(const std::string& key) const { return values_.count(key) > 0; }
  // Without a default the key must be there.
  absl::StatusOr<std::string> Text(const std::string& key) const;
  absl::StatusOr<std::string> Text(const std::string& key, const std::string& absent) const;
  absl::StatusOr<uint64_t> Whole(const std::string& key, uint64_t absent, uint64_t max) const;
  absl::StatusOr<bool> Flag(const std::string& key, bool absent) const;
  // {} when absent; one text is a list of one.
  absl::StatusOr<std::vector<std::string>> Texts(const std::string& key) const;
  // 64 hexadecimal digits each.
  absl::StatusOr<PublicKey> Key(const std::string& key) const;
  absl::StatusOr<std::vector<PublicKey>> Keys(const std::string& key) const;
  // A day such as 2027-01-31 as seconds at its beginning in UTC; "never" is 0; `absent` without
  // one.
  absl::StatusOr<int64_t> Day(const std::string& key, int64_t absent) const;
  // "text", in English, or a table of languages: { en = "...", mi = "..." }.
  absl::Status Said(const std::string& key,
                    google::protobuf::RepeatedPtrField<v1::Text>& texts) const;
  // Names in a table, in the order of the file.
  std::vector<std::string> Under(const std::string& table) const;

  absl::Status Wrong(const std::string& key, absl::string_view what) const;
  // kInvalidArgument for the first key that nobody has asked for.
  absl::Status NothingElse() const;
  // A path in the file is meant from the folder that the file lies in.
  std::string Beside(const std::string& path) const;

 private:
  struct Value {
    int line = 0;
    std::variant<std::string, int64_t, bool, std::vector<std::string>> value;
  };
  struct Reader;  // of the TOML library's tree

  template <typename T>
  absl::StatusOr<T> As(const std::string& key, absl::string_view expected) const;

  std::string file_;
  std::map<std::string, Value> values_;
  mutable std::set<std::string> read_;  // also those that were looked for and absent
};

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_SPEC_H_
