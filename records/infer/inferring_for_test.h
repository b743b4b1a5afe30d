// A definition proposed from texts of files, for the tests of what proposes it.
#ifndef COMMONS_RECORDS_INFER_INFERRING_FOR_TEST_H_
#define COMMONS_RECORDS_INFER_INFERRING_FOR_TEST_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/standard/datapackage.h"
#include "gtest/gtest.h"
#include "records/csv/csv.h"
#include "records/csv/string_source_for_test.h"
#include "records/infer/inference.h"
#include "records/reading/file_reading.h"
#include "records/standard_layout.h"

namespace commons::records {

class Counted : public RowTaker {
 public:
  absl::Status Header(const CsvHeader&, const CsvRecord&) override { return absl::OkStatus(); }
  absl::Status Accepted(const ImportRow&) override { return absl::OkStatus(); }
  absl::Status Rejected(const CsvRecord&, const ImportRow&) override { return absl::OkStatus(); }
};

// Files whose columns' types are known: the test made them.
class Inferring : public ::testing::Test {
 protected:
  void Infer(const std::vector<std::string>& files, const v1::Dialect& dialect = {}) {
    Inference inference;
    for (const std::string& file : files) {
      ASSERT_TRUE(inference.AddFile(StringSource(file), dialect).ok());
    }
    for (const std::string& file : files) {
      ASSERT_TRUE(inference.CountPersons(StringSource(file), dialect).ok());
    }
    proposal_ = inference.Propose("visits");
    text_ = PackageText(proposal_);
    auto parsed = governance::ParseDatapackage(text_);
    ASSERT_TRUE(parsed.ok()) << parsed.status() << "\n" << text_;
    package_ = *std::move(parsed);
    for (const ProposedField& field : proposal_.fields) fields_[field.name] = field;
  }

  // Rows of the file that the definition takes, of all.
  std::pair<uint64_t, uint64_t> Taken(const std::string& file, const v1::Dialect& dialect = {}) {
    const TableLayout layout = LayoutOf(package_.standard);
    ReadingOptions options = ReadingOf(package_.standard, OrgId());
    options.dialect = dialect;
    FileReading reading(layout, options);
    CsvReader csv(StringSource(file), {});
    Counted taker;
    EXPECT_TRUE(reading.Read(csv, taker).ok());
    return {reading.accepted(), reading.accepted() + reading.rejected()};
  }

  // A column of `rows` values.
  template <typename Value>
  static std::string File(const std::string& header, int rows, Value value) {
    std::string csv = header + "\n";
    for (int i = 0; i < rows; ++i) absl::StrAppend(&csv, value(i), "\n");
    return csv;
  }

  Proposal proposal_;
  std::string text_;
  governance::ParsedPackage package_;
  std::map<std::string, ProposedField> fields_;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_INFERRING_FOR_TEST_H_
