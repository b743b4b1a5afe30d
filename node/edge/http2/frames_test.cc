// Frames are found wherever the bytes are cut.
#include "node/edge/http2/frames.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "node/edge/http2/http2_for_test.h"

namespace commons::node {
namespace {

std::vector<FrameHead> HeadsOf(const std::vector<std::string>& pieces, bool& read) {
  std::vector<FrameHead> heads;
  Http2FrameReader reader(Http2FrameReader::From::kClient);
  for (const std::string& piece : pieces) {
    read = reader.Read(piece, [&](const FrameHead& head) {
      heads.push_back(head);
      return true;
    });
    if (!read) break;
  }
  return heads;
}

TEST(Http2Frames, AreFoundWhereverTheBytesAreCut) {
  const std::string all = absl::StrCat(kClientPreface, Frame(FrameType::kSettings),
                                       Frame(FrameType::kHeaders, 5, 1, std::string(300, 'h')),
                                       Frame(FrameType::kData, 1, 0x80000001, "x"),
                                       Frame(static_cast<FrameType>(200), 0, 7));
  for (size_t cut = 0; cut <= all.size(); ++cut) {
    bool read = false;
    const auto heads = HeadsOf({all.substr(0, cut), all.substr(cut)}, read);
    ASSERT_TRUE(read) << cut;
    ASSERT_EQ(heads.size(), 4u) << cut;
    EXPECT_EQ(heads[1].length, 300u);
    EXPECT_EQ(heads[1].type, FrameType::kHeaders);
    EXPECT_TRUE(heads[1].Has(kFrameEndStream) && heads[1].Has(kFrameEndHeaders));
    EXPECT_EQ(heads[2].stream, 1u) << "the reserved bit";
    EXPECT_EQ(heads[3].stream, 7u);
  }
}

TEST(Http2Frames, WhatDoesNotBeginWithThePrefaceIsNone) {
  bool read = true;
  EXPECT_TRUE(HeadsOf({"GET / HTTP/1.1\r\n\r\n"}, read).empty());
  EXPECT_FALSE(read);
  read = true;
  EXPECT_TRUE(HeadsOf({"PRI * HT", "TP/2.1"}, read).empty());
  EXPECT_FALSE(read);
}

}  // namespace
}  // namespace commons::node
