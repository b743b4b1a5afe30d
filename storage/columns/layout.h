// A table's layout as it is kept with each edition, so that an old edition stays readable after the
// Standard changed.
#ifndef COMMONS_STORAGE_COLUMNS_LAYOUT_H_
#define COMMONS_STORAGE_COLUMNS_LAYOUT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "records/layout.h"

namespace commons::storage {

using records::AnyCode;
using records::ColumnKind;
using records::ColumnLayout;
using records::ColumnValue;
using records::TableLayout;

// What a table holds. persons: 0 without an entity column.
struct TableExtent {
  uint64_t rows = 0;
  uint64_t persons = 0;
  uint32_t chunks = 0;
};

// kInvalidArgument naming the column: repeated or empty names, codes or ranges out of bounds
// (base/limits.h), a text with two codes, a missing text that is also a code.
absl::Status ValidateLayout(const TableLayout& layout);

// docs/formats/columns.md. The same layout always gives the same bytes.
std::string SerializeLayout(const TableLayout& layout);
// kDataLoss for anything that SerializeLayout of a valid layout does not write.
absl::StatusOr<TableLayout> ParseLayout(absl::string_view bytes);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_COLUMNS_LAYOUT_H_
