#include "node/peer/peer_words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"

namespace commons::node {
namespace {

constexpr char kHostile[] = "gone\n  tui answered\x1b]0;owned\x07\x1b[2J \xc2\x9b \xe2\x80\xae";

void ExpectTame(const std::string& text) {
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 127; }))
      << text;
  EXPECT_EQ(text.find("gone"), 0u) << "still to be read";
}

TEST(PeerWords, AreOnePrintableLine) { ExpectTame(PeerWords(kHostile)); }

TEST(PeerWords, AreShort) {
  EXPECT_LE(PeerWords(std::string(4 << 20, 'x')).size(), limits::kPeerWordsBytes + 3);
  EXPECT_EQ(PeerWords("rēhita"), "rēhita");
}

TEST(PeerWords, OfMembersInAnAnswerAndAnExplanation) {
  v1::Answer answer;
  answer.add_members()->set_message(kHostile);
  answer.mutable_members(0)->set_as_of(kHostile);
  ShortenPeerWords(answer);
  ExpectTame(answer.members(0).message());
  ExpectTame(answer.members(0).as_of());
  v1::ExplainReply reply;
  reply.add_members()->set_message(kHostile);
  ShortenPeerWords(reply);
  ExpectTame(reply.members(0).message());
}

}  // namespace
}  // namespace commons::node
