#include "query/peer/message_fields.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "governance/refusal.h"

namespace commons::query {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

constexpr int kDepth = 32;

class Count {
 public:
  explicit Count(absl::string_view bytes)
      : in_(reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int>(bytes.size())) {}

  // False: malformed or too many. `type` is nullptr inside what the schema does not know.
  bool Message(const Descriptor* type, int depth) {
    if (depth > kDepth) return false;
    while (const uint32_t tag = in_.ReadTag()) {
      if (++fields_ > limits::kPeerMessageFields || !Field(type, tag, depth)) return false;
    }
    return in_.ConsumedEntireMessage();
  }
  size_t fields() const { return fields_; }

 private:
  bool Field(const Descriptor* type, uint32_t tag, int depth) {
    uint64_t ignored = 0;
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_VARINT:
        return in_.ReadVarint64(&ignored);
      case WireFormatLite::WIRETYPE_FIXED64:
        return in_.Skip(8);
      case WireFormatLite::WIRETYPE_FIXED32:
        return in_.Skip(4);
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
        break;
      default:
        return false;
    }
    int length = 0;
    if (!in_.ReadVarintSizeAsInt(&length) || length > in_.BytesUntilLimit()) return false;
    const FieldDescriptor* field = type->FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    if (field == nullptr || field->type() != FieldDescriptor::TYPE_MESSAGE) return in_.Skip(length);
    const auto outer = in_.PushLimit(length);
    const bool inside = Message(field->message_type(), depth + 1);
    in_.PopLimit(outer);
    return inside;
  }

  google::protobuf::io::CodedInputStream in_;
  size_t fields_ = 0;
};

}  // namespace

absl::Status CheckFieldCount(const Descriptor& type, absl::string_view bytes) {
  Count count(bytes);
  if (count.Message(&type, 0)) return absl::OkStatus();
  return governance::Refuse(
      v1::MALFORMED,
      count.fields() > limits::kPeerMessageFields
          ? absl::StrCat("peer message: more than ", limits::kPeerMessageFields, " fields")
          : absl::StrCat("peer message: not a valid ", type.name()));
}

}  // namespace commons::query
