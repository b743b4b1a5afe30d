// Opens chunks that an ChunkWriter sealed. Nothing opened is kept here, or written in clear.
#ifndef COMMONS_STORAGE_TABLE_CHUNK_READER_H_
#define COMMONS_STORAGE_TABLE_CHUNK_READER_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/aead.h"
#include "storage/columns/chunk.h"
#include "storage/db.h"
#include "storage/table/records.h"

namespace commons::storage {

// The plain bytes. kDataLoss: missing, or not as it was sealed under this very key of the family.
absl::StatusOr<std::string> OpenChunk(const Database& db, const EditionId& edition,
                                      const crypto::AeadKey& key, const ChunkId& id);

// Every chunk of an edition without an entity column, in order and one in memory at a time;
// after_chunk: after all columns of one. Errors are OpenChunk's and the sink's.
absl::Status CopyChunks(const Database& db, const EditionId& edition, const crypto::AeadKey& key,
                        const EditionRecord& record, const std::function<void()>& after_chunk,
                        ChunkSink& sink);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_CHUNK_READER_H_
