// Writes the next edition of a dataset from rows, wherever they come from: a file, another
// database. Whoever reads them hands them over typed; how they are packed, ordered and sealed is
// done here.
//
//   TableStore::Begin -> [KeepHeld] -> Add ... Add -> Commit or Rehearse
//
// Nobody sees any of it before Commit() returns. Without Commit(), after any error, and after a
// crash wherever it comes, the edition before is the one held and nothing else is left.
#ifndef COMMONS_STORAGE_TABLE_EDITION_WRITER_H_
#define COMMONS_STORAGE_TABLE_EDITION_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "crypto/random.h"
#include "storage/columns/layout.h"
#include "storage/db.h"

namespace commons::storage {

class Editions;

struct EditionOptions {
  uint32_t rows_per_person = 0;  // as protected questions count; 0: not given
  // Numbers up to this one were given before, though nothing here may know of it: a node that was
  // restored has signed notices of editions that its database does not hold.
  uint64_t after = 0;
  // That the layout is of; kept beside the edition. The same layout may mean something else under
  // another: a code's label, a unit.
  Hash32 definition = {};
  // Called as the writing passes each stage (progress; tests stop there): "copied" after every
  // chunk kept, "chunk" after every chunk of new rows, then "written", "ingested", "committed".
  std::function<void(absl::string_view stage)> at_stage = {};
};

// What the edition that is held would give to the next one.
struct HeldEdition {
  uint64_t edition = 0;
  uint64_t rows = 0;  // 0: nothing is held
  uint64_t mark = 0;
  uint64_t rejected = 0;     // rows of its source that are not in it
  bool same_layout = false;  // and of the same definition, as far as that is known
};

struct WrittenEdition {
  uint64_t edition = 0;
  uint64_t rows = 0;     // those kept as well
  uint64_t persons = 0;  // 0 without an entity column
  // Whose text differs from an earlier person's only by case, spaces or hyphens.
  uint64_t persons_alike = 0;
  uint64_t rows_over = 0;  // beyond rows_per_person: protected questions do not count them
};

// One thread from Begin to the end: until then other writers and drops of the store wait. Must not
// outlive its store. Memory: one chunk, and with an entity column about 12 bytes a row and 50 to 90
// a person.
class EditionWriter {
 public:
  // TableStore::Begin's; `db`, `editions` and `random` must outlive the writer.
  static absl::StatusOr<EditionWriter> Begin(Database* db, Editions* editions,
                                             crypto::RandomSource* random,
                                             absl::string_view dataset, const TableLayout& layout,
                                             EditionOptions options);
  EditionWriter(EditionWriter&&) noexcept;
  EditionWriter& operator=(EditionWriter&&) noexcept;
  ~EditionWriter();

  const HeldEdition& held() const;
  uint64_t mark() const;  // random: tells this edition from every other

  // The rows held come first, unchanged, and those added follow. Before the first Add.
  // kFailedPrecondition: nothing is held, another layout, or an entity column (the numbers of the
  // persons held were forgotten).
  absl::Status KeepHeld();

  // One value per column of the layout, and for hidden columns its text beside it, kept as it is.
  // person: what tells persons apart, a number as its decimal digits; never stored, and ignored
  // without an entity column. A person's rows are ordered by these values, so that the same rows
  // have the same ranks in every edition. kInvalidArgument naming the column, never a value: the
  // row does not fit the layout, and is not added. Any other error ends the writing.
  absl::Status Add(absl::Span<const ColumnValue> values, absl::Span<const absl::string_view> texts,
                   const absl::AlphaNum& person);

  // The rows become the edition held, durably, by one synced write; also if there are none.
  // rejected: how many rows of the source are not in it, kept beside it. kFailedPrecondition: rows
  // held were to be kept, and none was added. If that write itself fails the next start decides,
  // and writers are kAborted until then.
  absl::StatusOr<WrittenEdition> Commit(uint64_t rejected = 0);
  // What Commit would return. Ends the writing; nothing of it stays once the writer is gone, and
  // others wait until then.
  absl::StatusOr<WrittenEdition> Rehearse();

 private:
  class Impl;
  explicit EditionWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_EDITION_WRITER_H_
