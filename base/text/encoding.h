// Text files as other systems write them, to UTF-8, piece by piece. The tables are our own: a
// machine need not have those of iconv(3).
#ifndef COMMONS_BASE_TEXT_ENCODING_H_
#define COMMONS_BASE_TEXT_ENCODING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace commons {

enum class Encoding : uint8_t {
  kUtf8,
  kUtf16,  // as its byte order mark says; little-endian without one
  kUtf16Le,
  kUtf16Be,
  kWindows1252,
  kWindows1257,
  kIso8859d1,
  kIso8859d13,
};

// Names of IANA in any case, with or without hyphens; nothing for another one.
std::optional<Encoding> FindEncoding(absl::string_view name);
absl::string_view EncodingName(Encoding encoding);  // of IANA, in small letters
std::string EncodingNames();                        // all, for messages

// Of one file. What is no character of the encoding becomes the byte FF, which no UTF-8 has. UTF-8
// passes as it is, whatever it holds. A byte order mark stays. Not thread-safe.
class Decoder {
 public:
  explicit Decoder(Encoding encoding) : encoding_(encoding) {}
  // Appends the characters that are whole; at most three bytes for each of `bytes`, and four more.
  void Decode(absl::string_view bytes, std::string* out);
  void Finish(std::string* out);  // at the end of the file

 private:
  void DecodeSingle(absl::string_view bytes, std::string* out) const;
  void TakeUtf16Byte(uint8_t byte, std::string* out);
  void TakeUtf16Unit(uint16_t unit, std::string* out);

  const Encoding encoding_;
  bool started_ = false, big_endian_ = false;
  std::optional<uint8_t> half_;   // of a unit of UTF-16
  std::optional<uint16_t> high_;  // of a surrogate pair
};

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_ENCODING_H_
