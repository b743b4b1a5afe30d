// Which columns' codes follow from another's in every row, as the region does from the district.
#ifndef COMMONS_RECORDS_INFER_CODES_THAT_FOLLOW_H_
#define COMMONS_RECORDS_INFER_CODES_THAT_FOLLOW_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace commons::records {

// Not thread-safe. Memory: kCodesMax texts of ColumnProfile::kCodeBytes for each of kColumnsMax
// columns, and as many numbers for each two of them. Columns behind these are passed over.
class CodesThatFollow {
 public:
  static constexpr size_t kColumnsMax = 64;
  static constexpr size_t kCodesMax = 256;

  // A row: of each column its text, "" where it has no value; in one order in all rows, with
  // columns that came later behind the others.
  void Observe(const std::vector<std::string>& texts);

  // Whether every row with one text in `from` had one text in `column`, and no value there if none
  // in `from`. Of columns that were in all rows.
  bool Follows(size_t column, size_t from) const;

 private:
  struct Pair {
    size_t from, column;
    std::vector<uint16_t> image;  // by the number of a text of `from`: that in `column`
  };
  void AddColumn();
  uint16_t NumberOf(size_t column, const std::string& text);
  static bool Holds(Pair& pair, const std::vector<uint16_t>& numbers);

  std::vector<absl::flat_hash_map<std::string, uint16_t>> texts_;  // of each column, from 1
  std::vector<Pair> pairs_;                                        // that have held so far
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_CODES_THAT_FOLLOW_H_
