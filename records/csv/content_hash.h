// Whether two files are the same, told while they are read.
#ifndef COMMONS_RECORDS_CSV_CONTENT_HASH_H_
#define COMMONS_RECORDS_CSV_CONTENT_HASH_H_

#include <cstdint>
#include <utility>

#include "base/status.h"
#include "records/csv/csv.h"

namespace commons::records {

inline constexpr uint64_t kHashOfNothing = 0xcbf29ce484222325u;

// The source; *hash, kHashOfNothing at first, becomes that of the bytes that passed. Two files
// hardly share one by chance (FNV-1a); it is no proof of anything.
inline ByteSource Hashed(ByteSource source, uint64_t* hash) {
  return [source = std::move(source), hash](char* out, size_t size) -> absl::StatusOr<size_t> {
    ASSIGN_OR_RETURN(const size_t got, source(out, size));
    for (size_t i = 0; i < got; ++i) {
      *hash = (*hash ^ static_cast<uint8_t>(out[i])) * 0x100000001b3u;
    }
    return got;
  };
}

}  // namespace commons::records

#endif  // COMMONS_RECORDS_CSV_CONTENT_HASH_H_
