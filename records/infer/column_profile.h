// What the rows of one column have shown, in bounded memory: enough to propose what it is.
#ifndef COMMONS_RECORDS_INFER_COLUMN_PROFILE_H_
#define COMMONS_RECORDS_INFER_COLUMN_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "records/infer/owners_forms.h"
#include "records/infer/responses_profile.h"
#include "records/reading/identifier_hints.h"

namespace commons::records {

// Of what kind all values of a column are; a column may be of several.
struct ValueKinds {
  uint64_t booleans = 0, integers = 0, numbers = 0, days = 0, months = 0, years = 0;
  uint64_t moments = 0;       // with a time of day
  uint64_t weeks = 0;         // 2024-W05
  uint64_t compact_days = 0;  // 20240604; numbers too
  uint64_t odd_weeks = 0;     // weeks in another form: W5/2024
};

// Not thread-safe. Memory: kCodesMax texts, kPersonsMax counts, kSampleMax numbers and a
// ResponsesProfile.
class ColumnProfile {
 public:
  static constexpr size_t kCodesMax = 256;     // different texts; beyond them none is kept
  static constexpr size_t kCodeBytes = 64;     // longer ones are no codes
  static constexpr size_t kPersonsMax = 1024;  // different texts whose rows are counted
  static constexpr size_t kSampleMax = 4096;
  // Further out than this share of values, at either end, a bound says nothing exact.
  static constexpr double kEnds = 0.01;

  // Whether the text says that there is no value.
  static bool SaysMissing(absl::string_view text);

  // A row of the `file`-th file. Texts that say "no value" in many files (NA, NULL, #N/A) are
  // noted as such.
  void Observe(absl::string_view text, size_t file);
  void ObserveUnreadable() { ++unreadable_; }  // not text in UTF-8, or not in the dialect's form
  // The text of that row had spaces around it, which only a dialect that trims passes over.
  void ObserveOuterSpaces() { ++outer_spaces_; }

  uint64_t values() const { return values_; }
  uint64_t missing() const { return missing_; }
  uint64_t unreadable() const { return unreadable_; }
  uint64_t outer_spaces() const { return outer_spaces_; }
  const std::set<std::string>& missing_texts() const { return missing_texts_; }
  // A number that often stands for "not known" (-9, -99, 999 and so on), at an end of the column
  // and away from all others, and its rows; nothing: there is none.
  std::optional<std::pair<int64_t, uint64_t>> StandIn() const;
  const ValueKinds& kinds() const { return kinds_; }
  bool padded() const { return padded_; }  // a number not in its shortest form: 007, 1.0, +3
  int decimals() const { return decimals_; }
  uint64_t with_spaces() const { return with_spaces_; }  // values of several words
  const IdentifierHints& hints() const { return hints_; }
  const OwnersForms& forms() const { return forms_; }
  // The same of the values that are of no kind and of compact days, and how many these are.
  const OwnersForms& forms_of_others() const { return forms_of_others_; }
  uint64_t others() const { return others_; }
  const ResponsesProfile& several() const { return several_; }

  // Texts and their rows; nothing: too many different ones, or long ones.
  const std::optional<RowsOfTexts>& codes() const { return codes_; }

  // How many different texts there are; an estimate, within some percent, beyond kPersonsMax.
  double Distinct() const;
  // The least number of rows of one text in one file that leaves at most a share of rows over.
  uint64_t RowsEach(double over) const;

  // Of numbers, or of days since 1970; `share` 0 to 1. Extremes are those of all values, the rest
  // of a sample. values() > 0.
  double Quantile(double share) const;
  double least() const { return least_; }
  double most() const { return most_; }

 private:
  void NoteKind(absl::string_view text);
  void NoteOther(absl::string_view text);
  void NoteNumber(double number);
  void NoteStandIn(double number);
  void NoteCode(absl::string_view text);
  void NotePerson(absl::string_view text, size_t file);

  uint64_t values_ = 0, missing_ = 0, unreadable_ = 0, with_spaces_ = 0, outer_spaces_ = 0;
  std::set<std::string> missing_texts_;
  ValueKinds kinds_;
  bool padded_ = false;
  int decimals_ = 0;
  IdentifierHints hints_;
  OwnersForms forms_, forms_of_others_;
  uint64_t others_ = 0;
  ResponsesProfile several_;
  std::optional<RowsOfTexts> codes_{std::in_place};
  // The smallest hashes of texts, each with its rows: those of a text are counted from its first.
  std::map<uint64_t, uint64_t> persons_;
  uint64_t numbers_seen_ = 0;
  std::vector<double> sample_;
  std::minstd_rand pick_;
  double least_ = 0, most_ = 0;
  std::map<int64_t, uint64_t> stand_ins_;  // that may be, and their rows
  // Of the others.
  std::optional<double> least_other_, most_other_;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_COLUMN_PROFILE_H_
