// Seals chunks and streams them, in key order, through sorted files into the `columns` family.
#ifndef COMMONS_STORAGE_TABLE_CHUNK_WRITER_H_
#define COMMONS_STORAGE_TABLE_CHUNK_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "rocksdb/sst_file_writer.h"
#include "storage/columns/chunk.h"
#include "storage/db.h"
#include "storage/table/records.h"

namespace commons::storage {

// Where an import keeps its files until they are ingested: inside the database's directory, on the
// same disk. What lies there at start is left over.
std::string ImportDirectory(const Database& db);
absl::Status ClearImportDirectory(const Database& db);

// Nothing is visible before Ingest(). Files not ingested are removed with the writer. Not
// thread-safe.
class ChunkWriter : public ChunkSink {
 public:
  ChunkWriter(Database* db, const EditionId& edition, const crypto::AeadKey* key,
              crypto::RandomSource* random);
  ~ChunkWriter() override;

  absl::Status Write(const ChunkId& id, absl::string_view plain) override;
  // Syncs the last file.
  absl::Status Finish();
  absl::Status Ingest();

  uint64_t bytes() const { return bytes_; }
  uint32_t chunks() const { return chunks_; }

 private:
  absl::Status OpenFile();
  absl::Status CloseFile();

  Database* const db_;
  const EditionId edition_;
  const crypto::AeadKey* const key_;
  crypto::RandomSource* const random_;
  std::unique_ptr<rocksdb::SstFileWriter> file_;
  std::vector<std::string> paths_;
  uint64_t file_bytes_ = 0;
  uint64_t bytes_ = 0;
  uint32_t chunks_ = 0;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_CHUNK_WRITER_H_
