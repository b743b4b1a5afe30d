#include "storage/table/chunk_reader.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"

namespace commons::storage {

absl::StatusOr<std::string> OpenChunk(const Database& db, const EditionId& edition,
                                      const crypto::AeadKey& key, const ChunkId& id) {
  const std::string name = ChunkKey(edition.dataset, edition.edition, id);
  rocksdb::ReadOptions read;
  read.fill_cache = false;  // whoever scans keeps the plain chunk instead
  rocksdb::PinnableSlice sealed;
  const rocksdb::Status got = db.raw()->Get(read, db.family(Family::kColumns), name, &sealed);
  const std::string what = absl::StrCat("chunk ", id.chunk, " of column ", id.column);
  if (got.IsNotFound()) return absl::DataLossError(absl::StrCat(what, ": missing"));
  RETURN_IF_ERROR(FromRocks(got, what));
  absl::StatusOr<std::string> plain = key.Open({sealed.data(), sealed.size()}, name);
  if (!plain.ok()) return absl::DataLossError(absl::StrCat(what, ": was changed"));
  return plain;
}

absl::Status CopyChunks(const Database& db, const EditionId& edition, const crypto::AeadKey& key,
                        const EditionRecord& record, const std::function<void()>& after_chunk,
                        ChunkSink& sink) {
  for (uint32_t chunk = 0; chunk < record.extent.chunks; ++chunk) {
    for (uint16_t column = 0; column < record.layout.columns.size(); ++column) {
      const ChunkId id{chunk, column};
      ASSIGN_OR_RETURN(const std::string plain, OpenChunk(db, edition, key, id));
      RETURN_IF_ERROR(sink.Write(id, plain));
    }
    after_chunk();
  }
  return absl::OkStatus();
}

}  // namespace commons::storage
