// For tests of this room: small files into a table of two columns.
#ifndef COMMONS_STORAGE_IMPORT_IMPORTER_FOR_TEST_H_
#define COMMONS_STORAGE_IMPORT_IMPORTER_FOR_TEST_H_

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/import/csv_for_test.h"
#include "storage/table/chunk_writer.h"

namespace commons::storage {

class ImporterTest : public CsvFixture {
 protected:
  ImporterTest() {
    options_.rejects_path = root_ / "out.csv";
    options_.accepted_rejects = 1'000'000;
  }

  absl::StatusOr<ImportReport> Import(const std::string& csv) {
    return CsvFixture::Import("t", layout_, csv, options_);
  }
  std::vector<int64_t> Numbers(uint64_t edition, const ChunkId& id) {
    const std::string key = ChunkKey(0, edition, id);
    std::string sealed;
    EXPECT_TRUE(db_->raw()->Get({}, db_->family(Family::kColumns), key, &sealed).ok());
    const std::string plain = *DatasetKeyOf("t").Open(sealed, key);
    const ChunkView view = *ChunkView::Parse(plain);
    std::vector<int64_t> out((size_t{view.rows()} + 7) / 8 * 8);
    view.ReadIntegers(0, view.rows(), out.data());
    out.resize(view.rows());
    return out;
  }
  std::string Rejects() {
    std::ifstream in(options_.rejects_path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  }

  static uint64_t CountOf(const ImportReport& report, records::Reject reason) {
    uint64_t rows = 0;
    for (const Rejection& rejection : report.rejections) {
      if (rejection.reason == reason) rows += rejection.rows;
    }
    return rows;
  }

  TableLayout layout_{.columns = {{.name = "Māori name",
                                   .kind = ColumnKind::kCode,
                                   .required = true,
                                   .codes = {{"Kōwhai", 0}, {"b", 1}},
                                   .code_count = 2},
                                  {.name = "n", .kind = ColumnKind::kInteger, .max_value = 99}},
                      .skip_headers = {"note", "absent"}};
  ImportOptions options_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_IMPORTER_FOR_TEST_H_
