// Persons as dense numbers, and the order of each person's rows, without keeping what names them.
#ifndef COMMONS_RECORDS_ROWS_PERSON_INDEX_H_
#define COMMONS_RECORDS_ROWS_PERSON_INDEX_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/prf.h"
#include "crypto/random.h"

namespace commons::records {

// Numbers persons 0, 1, ... as they appear, by a 128-bit SipHash-2-4 of their text under a key that
// lives as long as the index. Memory: about 12 bytes a row and 50 to 90 a person. Not thread-safe.
class PersonIndex {
 public:
  // rank_key: 16 bytes; the order of a person's rows is the order of SipHash-2-4(rank_key,
  // person || row), so the same rows come in the same order at every import.
  PersonIndex(absl::string_view rank_key, crypto::RandomSource& random);

  // Notes the next row and returns its person's number. `content` is any text that tells the
  // person's rows apart. kResourceExhausted beyond 2^32 - 1 rows.
  absl::StatusOr<uint32_t> AddRow(absl::string_view person, absl::string_view content);

  uint32_t persons() const { return static_cast<uint32_t>(numbers_.size()); }
  // How many of them differ from an earlier one only by case (of ASCII letters), spaces or hyphens.
  uint32_t alike() const { return static_cast<uint32_t>(numbers_.size() - folded_.size()); }

  // Every row's rank among its person's rows, 0 first, capped at 255. Ends the index: its tables
  // are given back on the way.
  std::vector<uint8_t> TakeRanks();

 private:
  const crypto::PrfKey rank_key_;
  const crypto::PrfKey person_key_;
  std::string message_;
  absl::flat_hash_map<std::array<uint64_t, 2>, uint32_t> numbers_;
  absl::flat_hash_set<uint64_t> folded_;  // hashes of the persons' texts, so folded
  std::vector<uint32_t> person_of_row_;
  std::vector<uint32_t> order_of_row_;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_ROWS_PERSON_INDEX_H_
