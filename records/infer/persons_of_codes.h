// Of how many persons each code of a column is, as far as it matters: below kEnough.
#ifndef COMMONS_RECORDS_INFER_PERSONS_OF_CODES_H_
#define COMMONS_RECORDS_INFER_PERSONS_OF_CODES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace commons::records {

// Not thread-safe. Memory: kEnough hashes of persons a code, and codes are bounded by whoever adds.
class PersonsOfCodes {
 public:
  static constexpr size_t kEnough = 10;

  void Add(absl::string_view code, uint64_t person) {
    auto& persons = persons_[code];
    if (persons.size() < kEnough) persons.insert(person);
  }
  bool enough(absl::string_view code) const {
    const auto found = persons_.find(code);
    return found != persons_.end() && found->second.size() >= kEnough;
  }

 private:
  absl::flat_hash_map<std::string, absl::flat_hash_set<uint64_t>> persons_;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_PERSONS_OF_CODES_H_
