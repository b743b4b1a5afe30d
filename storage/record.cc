#include "storage/record.h"

namespace commons::storage {

RecordWriter& RecordWriter::U64(uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes_.push_back(static_cast<char>(value >> shift));
  return *this;
}

RecordWriter& RecordWriter::Raw(absl::string_view bytes) {
  bytes_.append(bytes.data(), bytes.size());
  return *this;
}

RecordWriter& RecordWriter::Text(absl::string_view bytes) { return U64(bytes.size()).Raw(bytes); }

uint64_t RecordReader::U64() {
  uint64_t value = 0;
  for (char c : Raw(8)) value = value << 8 | static_cast<uint8_t>(c);
  return value;
}

std::string RecordReader::Raw(size_t size) {
  ok_ = ok_ && size <= rest_.size();
  if (!ok_) return "";
  std::string bytes(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return bytes;
}

std::string RecordReader::Text() { return Raw(U64()); }

std::string RecordReader::Rest() { return Raw(rest_.size()); }

}  // namespace commons::storage
