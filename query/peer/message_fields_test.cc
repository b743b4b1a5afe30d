// Messages that are small on the wire and large in memory.
#include "query/peer/message_fields.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "governance/refusal.h"
#include "proto/peer.pb.h"

namespace commons::query {
namespace {

using governance::ReasonOf;

absl::Status Check(const std::string& bytes) {
  return CheckFieldCount(*v1::Push::descriptor(), bytes);
}

std::string Repeat(const std::string& bytes, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += bytes;
  return all;
}

TEST(FieldCount, EmptySubMessagesCountAtEveryDepth) {
  const std::string page("\x12\x00", 2);  // Push.pages
  EXPECT_TRUE(Check(Repeat(page, limits::kPeerMessageFields)).ok());
  EXPECT_EQ(ReasonOf(Check(Repeat(page, limits::kPeerMessageFields + 1))), v1::MALFORMED);

  v1::Push deep;
  v1::LogPage& inner = *deep.add_pages();
  v1::Envelope& entry = *inner.add_entries();
  for (size_t i = 0; i < limits::kPeerMessageFields - 2; ++i) entry.add_signatures();
  EXPECT_TRUE(Check(deep.SerializeAsString()).ok());
  entry.add_signatures();
  EXPECT_EQ(ReasonOf(Check(deep.SerializeAsString())), v1::MALFORMED);
}

TEST(FieldCount, UnknownFieldsCountTooBecauseTheyAreKept) {
  const std::string unknown("\xf8\x07\x01", 3);  // 127: 1
  EXPECT_TRUE(Check(Repeat(unknown, 1000)).ok());
  EXPECT_EQ(ReasonOf(Check(Repeat(unknown, limits::kPeerMessageFields + 1))), v1::MALFORMED);
}

TEST(FieldCount, LongBytesAreOneField) {
  v1::Publish publish;
  publish.set_release(std::string(limits::kPeerMessageBytes - 64, '\x12'));
  EXPECT_TRUE(CheckFieldCount(*v1::Publish::descriptor(), publish.SerializeAsString()).ok());
}

TEST(FieldCount, WhatIsNoMessageIsMalformed) {
  for (const std::string& bytes :
       {std::string("\x12"), std::string("\x12\x05\x00", 3), std::string("\x13\x14"),
        std::string("\x12\x02\x12\x05", 4), std::string("\xff\xff\xff\xff\xff\xff")}) {
    EXPECT_EQ(ReasonOf(Check(bytes)), v1::MALFORMED);
  }
  EXPECT_TRUE(Check("").ok());
}

}  // namespace
}  // namespace commons::query
