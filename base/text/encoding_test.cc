// Against iconv(3), an implementation that is not ours.
#include "base/text/encoding.h"

#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>
#include <cstdint>
#include <random>

namespace commons {
namespace {

// UTF-8 of one piece of text, or "" where iconv takes it for none.
std::string Iconv(const char* encoding, std::string bytes) {
  iconv_t converter = iconv_open("UTF-8", encoding);
  EXPECT_NE(reinterpret_cast<intptr_t>(converter), -1) << encoding;
  std::string out(bytes.size() * 4 + 8, '\0');
  char* in_at = bytes.data();
  char* out_at = out.data();
  size_t in_left = bytes.size(), out_left = out.size();
  const size_t failed = iconv(converter, &in_at, &in_left, &out_at, &out_left);
  iconv_close(converter);
  if (failed == static_cast<size_t>(-1)) return "";
  out.resize(out.size() - out_left);
  return out;
}

std::string Decoded(absl::string_view name, absl::string_view bytes, size_t piece = 1 << 20) {
  Decoder decoder(*FindEncoding(name));
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    decoder.Decode(bytes.substr(0, piece), &out);
  }
  decoder.Finish(&out);
  return out;
}

TEST(EncodingTest, EveryByteOfSingleByteEncodingsIsWhatIconvSays) {
  for (const char* name : {"windows-1252", "windows-1257", "iso-8859-1", "iso-8859-13"}) {
    for (int byte = 1; byte < 256; ++byte) {
      const std::string text(1, static_cast<char>(byte));
      const std::string truth = Iconv(name, text);
      EXPECT_EQ(Decoded(name, text), truth.empty() ? "\xff" : truth) << name << " " << byte;
    }
  }
}

TEST(EncodingTest, Utf16IsReadInPiecesOfAnySize) {
  std::mt19937 random(7);
  std::u16string text = u"iwi,Rohe p\u014dtae\r\nNg\u0101puhi,T\u0101maki \U0001f33f\n";
  std::string little, big;
  for (const char16_t unit : text) {
    little += {static_cast<char>(unit & 0xff), static_cast<char>(unit >> 8)};
    big += {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xff)};
  }
  const std::string truth = Iconv("UTF-16LE", little);
  ASSERT_FALSE(truth.empty());
  for (size_t piece = 1; piece < 9; ++piece) {
    EXPECT_EQ(Decoded("utf-16le", little, piece), truth);
    EXPECT_EQ(Decoded("utf-16be", big, piece), truth);
    EXPECT_EQ(Decoded("utf-16", little, piece), truth) << "no mark: as Windows writes it";
    EXPECT_EQ(Decoded("utf-16", "\xff\xfe" + little, piece), "\xef\xbb\xbf" + truth);
    EXPECT_EQ(Decoded("utf-16", "\xfe\xff" + big, piece), "\xef\xbb\xbf" + truth);
  }
}

TEST(EncodingTest, WhatIsNoCharacterBecomesNoUtf8) {
  EXPECT_EQ(Decoded("windows-1252", "a\x81z"), "a\xffz");
  using namespace std::string_literals;
  EXPECT_EQ(Decoded("utf-16le", "\x00\xd8\x61\x00"s), "\xff\x61") << "half a pair";
  EXPECT_EQ(Decoded("utf-16le", "\x00\xdc\x61\x00"s), "\xff\x61");
  EXPECT_EQ(Decoded("utf-16le", "\x61\x00\x61"s), "a\xff") << "half a unit at the end";
  EXPECT_EQ(Decoded("utf-16le", "\x00\xd8"s), "\xff");
}

TEST(EncodingTest, NamesAreFoundHoweverTheyAreWritten) {
  EXPECT_EQ(FindEncoding("UTF-8"), Encoding::kUtf8);
  EXPECT_EQ(FindEncoding("utf8"), Encoding::kUtf8);
  EXPECT_EQ(FindEncoding("ISO_8859-13"), Encoding::kIso8859d13);
  EXPECT_EQ(FindEncoding("Windows-1252"), Encoding::kWindows1252);
  EXPECT_EQ(FindEncoding("utf-7"), std::nullopt);
  EXPECT_EQ(FindEncoding(""), std::nullopt);
  EXPECT_EQ(EncodingName(Encoding::kWindows1257), "windows-1257");
}

}  // namespace
}  // namespace commons
