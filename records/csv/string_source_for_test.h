// For tests and fuzzing: a text in place of a file.
#ifndef COMMONS_RECORDS_CSV_STRING_SOURCE_FOR_TEST_H_
#define COMMONS_RECORDS_CSV_STRING_SOURCE_FOR_TEST_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "records/csv/csv.h"

namespace commons::records {

// In pieces of at most `piece` bytes.
inline ByteSource StringSource(std::string bytes, size_t piece = SIZE_MAX) {
  return [text = std::move(bytes), piece, at = size_t{0}](
             char* out, size_t size) mutable -> absl::StatusOr<size_t> {
    const size_t count = std::min({size, piece, text.size() - at});
    std::copy_n(text.data() + at, count, out);
    at += count;
    return count;
  };
}

}  // namespace commons::records

#endif  // COMMONS_RECORDS_CSV_STRING_SOURCE_FOR_TEST_H_
