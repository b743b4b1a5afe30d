#include "storage/table/chunk_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"

namespace commons::storage {
namespace {

constexpr uint64_t kFileBytes = uint64_t{256} << 20;

rocksdb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string ImportDirectory(const Database& db) { return absl::StrCat(db.dir(), "/import"); }

absl::Status ClearImportDirectory(const Database& db) {
  const std::string dir = ImportDirectory(db);
  std::error_code error;
  std::filesystem::remove_all(dir, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat(dir, ": cannot be removed: ", error.message()));
  }
  return absl::OkStatus();
}

ChunkWriter::ChunkWriter(Database* db, const EditionId& edition, const crypto::AeadKey* key,
                         crypto::RandomSource* random)
    : db_(db), edition_(edition), key_(key), random_(random) {}

ChunkWriter::~ChunkWriter() {
  file_.reset();
  for (const std::string& path : paths_) unlink(path.c_str());
}

absl::Status ChunkWriter::OpenFile() {
  const std::string dir = ImportDirectory(*db_);
  if (mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, absl::StrCat(dir, ": cannot be created"));
  }
  rocksdb::ColumnFamilyHandle* const family = db_->family(Family::kColumns);
  file_ = std::make_unique<rocksdb::SstFileWriter>(rocksdb::EnvOptions(),
                                                   db_->raw()->GetOptions(family), family);
  paths_.push_back(absl::StrCat(dir, "/", paths_.size(), ".sst"));
  file_bytes_ = 0;
  return FromRocks(file_->Open(paths_.back()), paths_.back());
}

absl::Status ChunkWriter::CloseFile() {
  if (file_ == nullptr) return absl::OkStatus();
  const rocksdb::Status finished = file_->Finish();
  file_.reset();
  return FromRocks(finished, paths_.back());
}

absl::Status ChunkWriter::Write(const ChunkId& id, absl::string_view plain) {
  if (file_bytes_ > kFileBytes) RETURN_IF_ERROR(CloseFile());
  if (file_ == nullptr) RETURN_IF_ERROR(OpenFile());
  const std::string key = ChunkKey(edition_.dataset, edition_.edition, id);
  const std::string sealed = key_->Seal(plain, key, *random_);
  RETURN_IF_ERROR(FromRocks(file_->Put(ToSlice(key), ToSlice(sealed)), paths_.back()));
  file_bytes_ += sealed.size();
  bytes_ += sealed.size();
  if (id.chunk < ChunkId::kRankSection) chunks_ = id.chunk + 1;
  return absl::OkStatus();
}

absl::Status ChunkWriter::Finish() { return CloseFile(); }

absl::Status ChunkWriter::Ingest() {
  if (paths_.empty()) return absl::OkStatus();  // an edition without rows
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  RETURN_IF_ERROR(
      FromRocks(db_->raw()->IngestExternalFile(db_->family(Family::kColumns), paths_, options),
                "import: ingesting the new epoch"));
  paths_.clear();  // others may be given these names
  return absl::OkStatus();
}

}  // namespace commons::storage
