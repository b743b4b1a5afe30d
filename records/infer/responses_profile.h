// Whether the fields of a column hold several responses, and which.
#ifndef COMMONS_RECORDS_INFER_RESPONSES_PROFILE_H_
#define COMMONS_RECORDS_INFER_RESPONSES_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"

namespace commons::records {

using RowsOfTexts = absl::flat_hash_map<std::string, uint64_t>;

// The different responses of a field, as an import reads them: without the spaces around them.
std::vector<absl::string_view> ResponsesIn(absl::string_view text, absl::string_view separator);

// Not thread-safe. Memory: for each separator that may be one, the codes that a column of several
// responses may have, and kTextsMax hashes.
class ResponsesProfile {
 public:
  ResponsesProfile();
  void Observe(absl::string_view text);

  // The separator, if there is one: it divides some fields and others not, into responses of which
  // there are fewer than there are different fields. "Auckland, NZ" and "Gisborne" are none, nor is
  // "A|1" where all fields have a bar.
  std::optional<absl::string_view> separator() const;
  // With a separator: the rows of each response, ...
  const RowsOfTexts& responses() const;
  // ... and how many rows have 0, 1, 2, ... of them.
  const std::vector<uint64_t>& rows_by_count() const;

 private:
  static constexpr size_t kTextsMax = 4096;
  struct Divided {
    absl::string_view separator;
    bool possible = true;
    uint64_t with_one = 0, with_several = 0;
    RowsOfTexts responses;
    std::vector<uint64_t> rows_by_count;
  };
  const Divided* Found() const;
  static void Note(absl::string_view text, Divided* divided);

  std::vector<Divided> divided_;
  absl::flat_hash_set<uint64_t> texts_;
  bool open_ = true;  // any may still be one
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_RESPONSES_PROFILE_H_
