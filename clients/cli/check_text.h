// What `commons dataset check` has found, as text and as JSON.
#ifndef COMMONS_CLIENTS_CLI_CHECK_TEXT_H_
#define COMMONS_CLIENTS_CLI_CHECK_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/office/import/forecast.h"
#include "records/reading/file_check.h"

namespace commons::clients {

struct CheckedFile {
  std::string path;
  records::FileCheck check;
};

// Everything that is said.
struct Findings {
  std::vector<std::string> warnings;  // of definition and rules
  std::vector<CheckedFile> files;
  std::vector<ForecastedQuestion> questions;
  records::RowsByRank by_person = {}, by_cell = {};
  uint64_t rows = 0;
  uint32_t rows_per_person = 1, rows_per_cell = 1;
  bool entity = false;
  size_t refused = 0;  // files: nothing is said of their rows
  bool mend = false;
};

// A line each, fit for a terminal. values: also texts that are no code, which are values of rows:
// for the steward's own eyes.
std::string CheckText(const Findings& findings, const std::string& package, bool values);
std::string CheckJson(const Findings& findings);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_CHECK_TEXT_H_
