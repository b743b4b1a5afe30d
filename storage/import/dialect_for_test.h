// For tests of this room: a table of visits, and files of it in their owners' dialects.
#ifndef COMMONS_STORAGE_IMPORT_DIALECT_FOR_TEST_H_
#define COMMONS_STORAGE_IMPORT_DIALECT_FOR_TEST_H_

#include <iconv.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/import/csv_for_test.h"
#include "storage/table/chunk_reader.h"

namespace commons::storage {

inline TableLayout VisitsLayout() {
  return {.columns = {{.name = "sex",
                       .kind = ColumnKind::kCode,
                       .required = true,
                       .codes = {{"Female", 0}, {"Male", 1}},
                       .code_count = 2},
                      {.name = "insured",
                       .kind = ColumnKind::kCode,
                       .codes = {{"false", 0}, {"true", 1}},
                       .code_count = 2},
                      {.name = "rohe",
                       .kind = ColumnKind::kCode,
                       .codes = {{"Northland", 0}, {"T\u0101maki", 1}},
                       .code_count = 2},
                      {.name = "visit",
                       .kind = ColumnKind::kDate,
                       .required = true,
                       .min_value = 18'000,
                       .max_value = 21'000},
                      {.name = "cost",
                       .kind = ColumnKind::kInteger,
                       .decimals = 2,
                       .min_value = -1'000'000'000,
                       .max_value = 1'000'000'000},
                      {.name = "visits", .kind = ColumnKind::kInteger, .max_value = 1'000'000},
                      {.name = "note", .kind = ColumnKind::kHidden}}};
}

inline void Map(v1::FieldDialect& field, const char* to, const std::vector<std::string>& from) {
  auto& mapped = *field.add_map();
  mapped.set_to(to);
  mapped.mutable_from()->Add(from.begin(), from.end());
}

// By nothing that the importer reads with. Empty: as it is.
inline std::string Recoded(const std::string& text, const std::string& to) {
  if (to.empty()) return text;
  iconv_t converter = iconv_open(to.c_str(), "UTF-8");
  EXPECT_NE(reinterpret_cast<intptr_t>(converter), -1);
  std::string in = text, out(text.size() * 4 + 8, '\0');
  char *from_at = in.data(), *to_at = out.data();
  size_t from_left = in.size(), to_left = out.size();
  EXPECT_NE(iconv(converter, &from_at, &from_left, &to_at, &to_left), static_cast<size_t>(-1));
  iconv_close(converter);
  out.resize(out.size() - to_left);
  return out;
}

class DialectFixture : public CsvFixture {
 protected:
  DialectFixture() { options_.rejects_path = root_ / "rejects.csv"; }
  absl::StatusOr<ImportReport> Load(const char* name, const std::string& csv,
                                    const v1::Dialect& dialect) {
    options_.dialect = dialect;
    return Import(name, VisitsLayout(), csv, options_);
  }
  // Every chunk of a dataset's edition, opened.
  std::string Stored(const char* name, uint32_t dataset, uint64_t edition) {
    std::string all;
    for (uint16_t column = 0; column < VisitsLayout().columns.size(); ++column) {
      const auto chunk = OpenChunk(*db_, {dataset, edition}, DatasetKeyOf(name), {0, column});
      EXPECT_TRUE(chunk.ok()) << chunk.status();
      all += *chunk;
    }
    return all;
  }
  std::string Rejects() {
    std::ifstream in(options_.rejects_path, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  }
  ImportOptions options_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_DIALECT_FOR_TEST_H_
