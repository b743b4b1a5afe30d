// From owners' files to one proposal of a common definition for all of them. One pass, and a second
// where persons are told apart, in memory that depends on the number of columns alone.
#ifndef COMMONS_RECORDS_INFER_INFERENCE_H_
#define COMMONS_RECORDS_INFER_INFERENCE_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/dialect.pb.h"
#include "records/csv/csv.h"
#include "records/csv/csv_header.h"
#include "records/infer/codes_that_follow.h"
#include "records/infer/column_profile.h"
#include "records/infer/field_texts.h"
#include "records/infer/persons_of_codes.h"
#include "records/infer/proposal.h"

namespace commons::records {

// Not thread-safe.
class Inference {
 public:
  // dialect: one that passed governance's CheckDialect; of its fields, those that the file has are
  // used. kInvalidArgument: not a CSV file, a header that stands there twice, can be no name or
  // reads like a row of data, more than limits::kColumns columns in all, or CheckRecord's. Errors
  // of the source pass through.
  absl::Status AddFile(ByteSource source, const v1::Dialect& dialect);

  Proposal Propose(std::string dataset) const;

  // What a dialect should say beside what the files were read by, so that more of their columns are
  // read: spaces around texts, dates and amounts that all values tell.
  v1::Dialect DialectFor(const v1::Dialect& so_far) const;

  // Before Propose, once for each file again: of how many persons each code is, by the column that
  // Propose would take for what tells them apart. Nothing to do without one. kInvalidArgument: the
  // source, such as a pipe, gives nothing a second time. Errors of the source pass through.
  absl::Status CountPersons(ByteSource source, const v1::Dialect& dialect);

 private:
  struct Column {
    std::string name;
    size_t files = 0;
    ColumnProfile profile;
  };
  struct Row;
  void Take(const Row& row, const std::vector<size_t>& columns, const FormsOfFields& forms,
            bool trims, size_t file);
  // Where the column of that name stands, or would.
  size_t PlaceOf(absl::string_view name) const;
  absl::StatusOr<std::vector<size_t>> ColumnsOf(const CsvHeader& header, absl::string_view raw);

  bool LacksFewPersons(const ColumnProfile& column) const;
  const Column* Entity() const;

  // The column with the fewest codes from which the codes of another follow; nullptr: none.
  const ProposedField* GroupedBy(const Proposal& proposal, size_t at) const;
  void NoteGroupings(Proposal& proposal) const;
  void KeepRejectsFew(Proposal& proposal) const;
  void NoteOddValues(Proposal& proposal) const;
  void NoteHeadings(Proposal& proposal) const;
  void NoteRows(Proposal& proposal) const;

  std::vector<Column> columns_;  // in the order in which the files bring them
  CodesThatFollow follow_;
  std::vector<PersonsOfCodes> persons_;  // of each column; empty: nobody counted
  size_t files_ = 0;
  uint64_t rows_ = 0;
  uint64_t odd_rows_ = 0;  // with more or fewer fields than the header
  size_t totals_ = 0;      // files whose last row reads so
  size_t same_files_ = 0;
  std::set<uint64_t> hashes_;  // of files with rows
};

// A name that a dataset may have, made of a file's.
std::string DatasetNameFrom(absl::string_view stem);

// A datapackage.json (docs/formats/datapackage.md), a line a field; ends with a line end.
std::string PackageText(const Proposal& proposal);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_INFERENCE_H_
