// What is said of a file beside the layout: how it is written, and what of the definition is about
// reading it and remembered by no table.
#ifndef COMMONS_RECORDS_READING_OPTIONS_H_
#define COMMONS_RECORDS_READING_OPTIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/text/moment.h"
#include "proto/dialect.pb.h"
#include "proto/documents.pb.h"

namespace commons::records {

// The ends that a number counts as in sums when it lies beyond them; scaled.
struct Clip {
  std::string column;
  int64_t low = 0;
  int64_t high = 0;
};

// Codes that only another member may hold: the layout's column, and the code.
using OthersCodes = std::vector<std::pair<std::string, uint32_t>>;

// A grouping of a column's codes: the group of each, by its place among the names.
struct CodeGroups {
  std::string column, name;
  std::vector<std::string> groups;
  std::vector<uint32_t> group_of;
};

struct ReadingOptions {
  v1::Dialect dialect;  // how the file is written; one that passed governance's CheckDialect
  std::vector<std::string> identifiers;  // columns marked as such: nobody is warned of them
  OthersCodes others_codes;              // rows with one of them are rejected
  std::vector<Clip> clips;               // of measures: what lies beyond is counted and said
  std::vector<CodeGroups> groups;        // no group is lost in silence
  std::vector<std::string> rounded;      // columns whose numbers are, where they would be rejected
  // Of columns of yes and no whose definition has other words: what these have for "true" and
  // "false", as a dialect calls them.
  std::map<std::string, std::map<std::string, std::string>> truths;
  std::map<std::string, std::string> zones;  // date columns whose texts are moments: their zone
  // Columns that no file has, each with the one of several responses whose first code it holds.
  std::map<std::string, std::string> prioritised;
  uint32_t rows_per_person = 0;  // as protected questions count; 0: not given
  // How many of a million rows may be rejected, as the steward states: the loss is known then, and
  // may take every row of a code. 0: nothing was stated.
  uint32_t accepted_rejects = 0;
};

// Those that the definition gives; `own`: who reads, whose exclusive codes are its own.
ReadingOptions ReadingOf(const v1::Standard& standard, const OrgId& own);

// The dialect with the definition's own words for true and false.
v1::Dialect DialectInWordsOf(const ReadingOptions& options);

using DayZones = std::map<std::string, DayZone>;  // by column

// kInvalidArgument, naming the column: DayZone::Load's.
absl::StatusOr<DayZones> LoadZones(const std::map<std::string, std::string>& zones);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_READING_OPTIONS_H_
