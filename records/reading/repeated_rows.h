// Whether the rows of a file stand in it twice, as where an export was pasted below itself.
#ifndef COMMONS_RECORDS_READING_REPEATED_ROWS_H_
#define COMMONS_RECORDS_READING_REPEATED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "records/rows/row_parser.h"

namespace commons::records {

// Counts alike rows of a sample: all of them while that is small, then those of whose declared
// texts the hash is below a limit, so that of alike rows either all are looked at or none. Memory:
// kSampled counts. Not thread-safe.
class RepeatedRows {
 public:
  static constexpr size_t kSampled = size_t{1} << 16;  // different rows
  // Fewer are alike by chance too easily.
  static constexpr uint64_t kRowsMin = 20;

  void Observe(const ImportRow& row);

  // What is wrong, where more than half of the rows come twice, three or four times each, which
  // chance does not do: of rows that are drawn alike it makes pairs of 37 in 100 at most, and fewer
  // of the others. Else "".
  std::string Warning() const;

 private:
  absl::flat_hash_map<uint64_t, uint8_t> counts_;  // by hash, up to 255
  uint64_t limit_ = UINT64_MAX;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_READING_REPEATED_ROWS_H_
