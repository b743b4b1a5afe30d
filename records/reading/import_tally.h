// What an import has seen: what was wrong and how often, which codes came, what looks odd. Counts
// and names; of values only the texts that are no code, for the owner's own people.
#ifndef COMMONS_RECORDS_READING_IMPORT_TALLY_H_
#define COMMONS_RECORDS_READING_IMPORT_TALLY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "records/layout.h"
#include "records/reading_options.h"
#include "records/rows/row_parser.h"
#include "records/said/import_report.h"

namespace commons::records {

using ColumnAndCode = std::pair<std::string, std::string>;

// Not thread-safe. Memory: kTextsMax texts a column, and its codes once more where one was near.
class ImportTally {
 public:
  static constexpr size_t kTextsMax = 1000;  // different ones of a column; later ones are not kept
  static constexpr size_t kTextBytes = 64;   // longer ones are no code with a slip in it
  static constexpr uint32_t kFewCodes = 100;
  static constexpr uint8_t kRareRows = 2;

  // Borrows its arguments.
  ImportTally(const TableLayout& layout, const ReadingOptions& options);

  void Accepted(const ImportRow& row);
  void Rejected(const CsvRecord& record, const ImportRow& row);

  // Most rows first. A row with two faults counts for both.
  std::vector<Rejection> Rejections() const;
  // Declared codes that the file has in rejected rows only, by column; also those that a text
  // differs from by its case or spaces alone.
  std::vector<ColumnAndCode> LostCodes() const;
  // Those of which somebody must know before an import goes on: of a list of more than kFewCodes
  // the ones that more than kRareRows rows have.
  std::vector<ColumnAndCode> LostCodesThatStop() const;
  // Groups of a grouping (and that one's name) of whose codes that holds together, however few rows
  // they are: tables are made of them.
  std::vector<ColumnAndCode> LostGroups() const;
  // The most frequent texts that are no code, of columns that are not marked as identifiers.
  std::vector<UnknownText> UnknownTexts() const;
  // Rounded, beyond the clip, or one of the numbers that often stand for "not known".
  std::vector<std::string> OddNumbers() const;

 private:
  struct Column {
    const ColumnLayout* layout = nullptr;
    bool texts_told = true;
    std::vector<uint8_t> accepted, rejected;            // by code: how many rows, up to kManyRows
    absl::flat_hash_map<std::string, uint32_t> folded;  // codes as NearCode compares them
    absl::flat_hash_map<std::string, uint64_t> unknown;
    const Clip* clip = nullptr;
    uint64_t rounded = 0;
    uint64_t beyond = 0;
    std::vector<int64_t> stand_ins;  // scaled
    uint64_t stood_in = 0;
  };
  static constexpr uint8_t kManyRows = UINT8_MAX;
  void NoteUnknown(const Fault& fault);
  static void NoteCodes(const ColumnLayout& column, const ColumnValue& value,
                        std::vector<uint8_t>* rows);
  std::vector<ColumnAndCode> LostWith(bool (*stops)(const ColumnLayout& column,
                                                    uint8_t rows)) const;

  static std::optional<uint32_t> NearCode(const Column& column, absl::string_view text);

  const ReadingOptions& options_;
  std::vector<Column> columns_;
  std::vector<size_t> codes_, numbers_, rounded_;                         // columns of each kind
  std::map<std::pair<Reject, absl::string_view>, Rejection> rejections_;  // by reason and header
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_READING_IMPORT_TALLY_H_
