// The CSV scanner, the field parsers and the layout and chunk parsers over arbitrary bytes. The
// first byte is the size of the pieces in which the scanner is fed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/period.h"
#include "base/text/decimal.h"
#include "records/csv/csv.h"
#include "records/csv/string_source_for_test.h"
#include "records/reading/identifier_hints.h"
#include "records/rows/field_parser.h"
#include "storage/columns/chunk.h"
#include "storage/columns/layout.h"
#include "storage/table/records.h"

namespace commons::storage {
namespace {

void ReadCsv(const std::string& text, size_t piece) {
  static records::FieldParser* const code = new records::FieldParser(
      {.name = "c", .kind = ColumnKind::kCode, .codes = {{"a", 0}, {"Ā", 1}}, .code_count = 2});
  static records::FieldParser* const bits =
      new records::FieldParser({.name = "b",
                                .kind = ColumnKind::kBits,
                                .codes = {{"a", 0}, {"Ā", 1}, {"b c", 2}},
                                .code_count = 3,
                                .responses = 2,
                                .separator = ";"});
  records::CsvReader reader(records::StringSource(text, piece));
  records::CsvRecord record;
  records::IdentifierHints hints;
  for (auto more = reader.Next(&record); more.ok() && *more; more = reader.Next(&record)) {
    for (const absl::string_view field : record.fields) {
      ColumnValue value;
      code->Parse(field, &value);
      if (value.number < 0 || value.number > 2) std::abort();
      if (bits->Parse(field, &value) == records::Reject::kNone &&
          (value.number < 0 || value.number > 6 || (value.number == 0) != value.null)) {
        std::abort();
      }
      int64_t number = 0, nearest = 0;
      bool rounded = false;
      const bool exact = ParseDecimal(field, 2, &number) == DecimalFault::kNone;
      const bool read = RoundDecimal(field, 2, &nearest, &rounded) == DecimalFault::kNone;
      if (exact && (!read || rounded || nearest != number)) std::abort();
      ParseDate(field, PeriodUnit::kQuarter);
      const auto monday = ParseDate(field, PeriodUnit::kWeek);
      if (monday && PeriodStart(*monday, PeriodUnit::kWeek) > *monday) std::abort();
      hints.Observe(field);
    }
  }
}

void ReadChunk(absl::string_view bytes) {
  const auto view = ChunkView::Parse(bytes);
  if (!view.ok()) return;
  std::vector<int64_t> numbers(kChunkRows);
  std::vector<uint32_t> codes(kChunkRows);
  if (view->width() <= 16) {
    const std::vector<uint32_t> table(size_t{1} << view->width(), 1);
    view->AddMapped(0, view->rows(), table.data(), codes.data());
  }
  if (view->holds_codes()) {
    view->ReadCodes(0, view->rows(), codes.data());
  } else {
    view->ReadIntegers(0, view->rows(), numbers.data());
  }
  for (uint32_t row = 0; row < view->rows(); row += 64) view->NullWord(row);
}

}  // namespace
}  // namespace commons::storage

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons::storage;
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  ReadCsv(text, data[0] == 0 ? SIZE_MAX : data[0]);
  const auto layout = ParseLayout(text);
  if (layout.ok() && SerializeLayout(*layout) != text) std::abort();
  ReadChunk(text);
  (void)ParseEdition(text);
  (void)ParseDataset(text);
  return 0;
}
