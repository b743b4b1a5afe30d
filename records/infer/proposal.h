// What a common definition could say of files, column by column: a proposal for a steward to mend.
// Nothing in it could be one person's: codes that few rows have are left out, bounds are public
// numbers, and whatever is in doubt is skipped.
#ifndef COMMONS_RECORDS_INFER_PROPOSAL_H_
#define COMMONS_RECORDS_INFER_PROPOSAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "records/infer/column_profile.h"
#include "records/infer/persons_of_codes.h"
#include "records/infer/public_numbers.h"

namespace commons::records {

// A code that fewer rows have may be one person's; where persons are told apart, as many of them.
inline constexpr uint64_t kRowsOfACode = 10;
// Bounds of fewer values would follow single ones.
inline constexpr uint64_t kValuesOfAColumn = 50;

enum class ProposedRole : uint8_t { kSkip, kIdentifier, kDimension, kDimensionAndMeasure };

struct ProposedField {
  std::string name;
  ProposedRole role = ProposedRole::kSkip;
  std::string type = "string";  // of Table Schema
  std::string why;              // for people: counts and names, never a value
  bool required = false;
  std::vector<std::string> missing;  // missingValues, where they are others than ""
  std::vector<std::string> codes;
  std::vector<std::string> yes, no;  // texts of a boolean, where they are others than true, false
  uint64_t rejects = 0;              // rows that an import would reject by it
  std::vector<int64_t> breaks;       // and the clip: times 10^decimals
  PublicRange clip;
  int decimals = 0;
  std::string unit, from, to;  // of the period
  std::string separator;       // of several responses; "": there are none
  uint32_t max_responses = 0;
};

struct Proposal {
  std::string dataset;
  std::string entity;  // "": none was found
  uint32_t rows_per_person = 1;
  std::vector<ProposedField> fields;
  std::vector<std::string> notes;  // for the terminal alone
};

// in_all: every file has the column. persons: of its codes, where persons were counted, else null.
ProposedField ProposeField(absl::string_view name, const ColumnProfile& column, bool in_all,
                           const PersonsOfCodes* persons = nullptr);

// A column that is left out after all.
ProposedField Skipped(ProposedField field, std::string why);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_PROPOSAL_H_
