// From owners' files to one proposal of a common definition for all of them. One pass, in memory
// that depends on the number of columns alone.
#ifndef COMMONS_RECORDS_INFER_INFERENCE_H_
#define COMMONS_RECORDS_INFER_INFERENCE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/dialect.pb.h"
#include "records/csv.h"
#include "records/infer/column_profile.h"
#include "records/infer/proposal.h"

namespace commons::records {

// Not thread-safe.
class Inference {
 public:
  // A dialect that passed governance's CheckDialect; of its fields, those that a file has are used.
  explicit Inference(v1::Dialect dialect) : dialect_(std::move(dialect)) {}

  // kInvalidArgument: not a CSV file, a header that stands there twice or can be no name, more than
  // limits::kColumns columns in all. Errors of the source pass through.
  absl::Status AddFile(ByteSource source);

  Proposal Propose(std::string dataset) const;

 private:
  struct Column {
    std::string name;
    size_t files = 0;
    ColumnProfile profile;
  };
  absl::StatusOr<std::vector<size_t>> ColumnsOf(const CsvRecord& header);

  const v1::Dialect dialect_;
  std::vector<Column> columns_;  // in the order in which the files bring them
  size_t files_ = 0;
  uint64_t odd_rows_ = 0;  // with more or fewer fields than the header
};

// A name that a dataset may have, made of a file's.
std::string DatasetNameFrom(absl::string_view stem);

// A datapackage.json (docs/formats/datapackage.md), a line a field; ends with a line end.
std::string PackageText(const Proposal& proposal);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_INFERENCE_H_
