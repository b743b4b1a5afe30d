#include "storage/table/records.h"

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons::storage {
namespace {

constexpr char kDatasetVersion = 2;
constexpr char kDatasetVersionBefore = 1;  // one number for the current and the last edition
constexpr char kEditionVersion = 4;
constexpr char kEditionVersionUndefined = 3;  // without the definition
constexpr char kEditionVersionUncounted = 2;  // nor the rejected rows
// Whether a dataset is held. A drop that was not finished, or was made by a version that kept no
// account of it, is kDropped.
constexpr uint8_t kHeld = 0;
constexpr uint8_t kDropped = 1;
constexpr uint8_t kForgotten = 2;
constexpr size_t kPrefixBytes = 12;
constexpr size_t kDatasetBytesBefore = 1 + 4 + 8 + 1 + 32;
constexpr size_t kDatasetBytes = kDatasetBytesBefore + 8 + 8;
constexpr size_t kEditionBytesUncounted = 1 + 8 + 8 + 4 + 8 + 8;
constexpr size_t kEditionBytesUndefined = kEditionBytesUncounted + 8;
constexpr size_t kEditionHeaderBytes = kEditionBytesUndefined + Hash32::kSize;

template <typename T>
void AppendBigEndian(T value, std::string* out) {
  for (int shift = 8 * (sizeof(T) - 1); shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> shift));
  }
}

template <typename T>
T TakeBigEndian(absl::string_view* in) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value << 8 | static_cast<uint8_t>((*in)[i]));
  }
  in->remove_prefix(sizeof(T));
  return value;
}

absl::Status UnknownDatasetRecord() {
  return absl::DataLossError("dataset record: not one that this version writes");
}

bool NumbersAgree(const DatasetRecord& record) {
  return record.edition <= record.last && record.before <= record.last &&
         (record.before == 0 || (record.before != record.edition && !record.dropped));
}

}  // namespace

std::string EditionPrefix(uint32_t dataset, uint64_t edition) {
  std::string key;
  AppendBigEndian(dataset, &key);
  AppendBigEndian(edition, &key);
  return key;
}

std::string ChunkKey(uint32_t dataset, uint64_t edition, const ChunkId& id) {
  std::string key = EditionPrefix(dataset, edition);
  AppendBigEndian(id.chunk, &key);
  AppendBigEndian(id.column, &key);
  return key;
}

std::optional<EditionId> EditionOfKey(absl::string_view key) {
  if (key.size() < kPrefixBytes) return std::nullopt;
  EditionId id;
  id.dataset = TakeBigEndian<uint32_t>(&key);
  id.edition = TakeBigEndian<uint64_t>(&key);
  return id;
}

std::string DatasetKey(absl::string_view name) { return absl::StrCat(kDatasetKeyPrefix, name); }

std::string EditionKey(uint32_t dataset, uint64_t edition) {
  return absl::StrCat(kEditionKeyPrefix, EditionPrefix(dataset, edition));
}

std::string SerializeDataset(const DatasetRecord& record) {
  std::string out(1, kDatasetVersion);
  AppendBigEndian(record.number, &out);
  AppendBigEndian(record.edition, &out);
  AppendBigEndian(record.last, &out);
  AppendBigEndian(record.before, &out);
  out.push_back(!record.dropped ? kHeld : record.key_left ? kDropped : kForgotten);
  out += record.key;
  return out;
}

absl::StatusOr<DatasetRecord> ParseDataset(absl::string_view bytes) {
  const bool before = !bytes.empty() && bytes[0] == kDatasetVersionBefore;
  if (bytes.size() != (before ? kDatasetBytesBefore : kDatasetBytes) ||
      (!before && bytes[0] != kDatasetVersion)) {
    return UnknownDatasetRecord();
  }
  bytes.remove_prefix(1);
  DatasetRecord record;
  record.number = TakeBigEndian<uint32_t>(&bytes);
  record.edition = TakeBigEndian<uint64_t>(&bytes);
  record.last = before ? record.edition : TakeBigEndian<uint64_t>(&bytes);
  record.before = before ? 0 : TakeBigEndian<uint64_t>(&bytes);
  const uint8_t state = TakeBigEndian<uint8_t>(&bytes);
  record.dropped = state != kHeld;
  record.key_left = state == kDropped;
  if (state > kForgotten || !NumbersAgree(record)) return UnknownDatasetRecord();
  record.key = std::string(bytes);
  return record;
}

std::string SerializeEdition(const EditionRecord& record) {
  std::string out(1, kEditionVersion);
  AppendBigEndian(record.extent.rows, &out);
  AppendBigEndian(record.extent.persons, &out);
  AppendBigEndian(record.extent.chunks, &out);
  AppendBigEndian(record.bytes, &out);
  AppendBigEndian(record.mark, &out);
  AppendBigEndian(record.rejected, &out);
  return out + record.definition.ToBytes() + SerializeLayout(record.layout);
}

absl::StatusOr<EditionRecord> ParseEdition(absl::string_view bytes) {
  const char version = bytes.empty() ? '\0' : bytes[0];
  const size_t header = version == kEditionVersion            ? kEditionHeaderBytes
                        : version == kEditionVersionUndefined ? kEditionBytesUndefined
                                                              : kEditionBytesUncounted;
  if (version < kEditionVersionUncounted || version > kEditionVersion || bytes.size() < header) {
    return absl::DataLossError("epoch record: not one that this version writes");
  }
  bytes.remove_prefix(1);
  EditionRecord record;
  record.extent.rows = TakeBigEndian<uint64_t>(&bytes);
  record.extent.persons = TakeBigEndian<uint64_t>(&bytes);
  record.extent.chunks = TakeBigEndian<uint32_t>(&bytes);
  record.bytes = TakeBigEndian<uint64_t>(&bytes);
  record.mark = TakeBigEndian<uint64_t>(&bytes);
  if (version >= kEditionVersionUndefined) record.rejected = TakeBigEndian<uint64_t>(&bytes);
  if (version == kEditionVersion) {
    ASSIGN_OR_RETURN(record.definition, Hash32::FromBytes(bytes.substr(0, Hash32::kSize)));
    bytes.remove_prefix(Hash32::kSize);
  }
  ASSIGN_OR_RETURN(record.layout, ParseLayout(bytes));
  return record;
}

}  // namespace commons::storage
