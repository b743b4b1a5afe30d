// Keys and values of the stores: integers big-endian (so that keys sort), texts with their length.
#ifndef COMMONS_STORAGE_RECORD_H_
#define COMMONS_STORAGE_RECORD_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/ids.h"

namespace commons::storage {

// A value type; every call appends.
class RecordWriter {
 public:
  RecordWriter& U64(uint64_t value);
  RecordWriter& Raw(absl::string_view bytes);   // no length: the reader knows it, or it is the rest
  RecordWriter& Text(absl::string_view bytes);  // with its length
  template <typename Tag>
  RecordWriter& Id(const Id32<Tag>& id) {
    return Raw(id.view());
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what RecordWriter wrote; the bytes must outlive it. After any read beyond the end, ok() is
// false and values are empty, 0 or unchanged (Id).
class RecordReader {
 public:
  explicit RecordReader(absl::string_view bytes) : rest_(bytes) {}
  uint64_t U64();
  std::string Raw(size_t size);
  std::string Text();
  std::string Rest();
  template <typename Tag>
  void Id(Id32<Tag>* id) {
    if (auto read = Id32<Tag>::FromBytes(Raw(Id32<Tag>::kSize)); read.ok()) *id = *read;
  }
  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_RECORD_H_
