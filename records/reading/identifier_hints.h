// Does a column look as if it held direct identifiers? A hint for the steward, never a guard:
// counts over a bounded sample, and no value is kept.
#ifndef COMMONS_RECORDS_READING_IDENTIFIER_HINTS_H_
#define COMMONS_RECORDS_READING_IDENTIFIER_HINTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace commons::records {

// National Health Index number with a correct check character: AAANNNC (modulus 11) or AAANNAX
// (modulus 23 of HISO 10046, or 24 of its first edition); upper or lower case.
bool LooksLikeNhi(absl::string_view text);
// Inland Revenue number, 8 or 9 digits with a correct check digit; spaces and hyphens allowed.
bool LooksLikeIrd(absl::string_view text);
bool LooksLikeEmail(absl::string_view text);
// 8 to 15 digits with the usual separators, beginning with + or 0.
bool LooksLikePhone(absl::string_view text);

// Counts for one column. Not thread-safe.
class IdentifierHints {
 public:
  static constexpr uint64_t kSampleMax = 4096;

  void Observe(absl::string_view text);
  bool full() const { return sampled_ >= kSampleMax; }
  // A sentence that names the column and the counts, or empty: at least a fifth of the sampled
  // values look like one kind of identifier (half for IRD, whose check one number in eleven passes
  // by chance).
  std::string Warning(absl::string_view column) const;
  // The same, of numbers that the state gives to a person: NHI, IRD.
  bool LooksLikeStateNumber() const;

 private:
  uint64_t sampled_ = 0;
  uint64_t nhi_ = 0;
  uint64_t ird_ = 0;
  uint64_t email_ = 0;
  uint64_t phone_ = 0;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_READING_IDENTIFIER_HINTS_H_
