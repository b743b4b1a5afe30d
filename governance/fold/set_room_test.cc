#include "governance/fold/set_room.h"

#include "base/limits.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

struct Room {
  SeededRandom random{"room"};
  TestOrg org = MakeTestOrg("lakes", 2, 2, false, random, TestCommons::Start());
  v1::OrgRoot card;
  StopMaker make{*CommonsId::FromBytes(std::string(32, 'c')), random};

  Room() { card.ParseFromString(org.card.payload()); }
  Document FreezeBy(const SigningKeys& keys) {
    return *OpenDocument(make.Freeze(org.id, ScopeOfAll(), keys));
  }
};

// Whoever stole one key leaves room for the board's lift and for another guardian.
TEST(SetRoom, OneKeyFillsItsOwnPartAlone) {
  Room r;
  SetRoom room(OneCard(r.card), nullptr);
  size_t taken = 0;
  while (room.Take(r.FreezeBy({r.org.guardian.get()}), nullptr).ok()) ++taken;
  EXPECT_GE(taken, 256u);
  EXPECT_LE(taken, 400u);
  EXPECT_FALSE(room.HasRoom(r.org.guardian->public_key()));
  EXPECT_EQ(ReasonOf(room.Take(r.FreezeBy({r.org.guardian.get()}), nullptr)),
            v1::MESSAGE_TOO_LARGE);
  EXPECT_TRUE(room.HasRoom(r.org.board[0].public_key()));
  EXPECT_TRUE(room.Take(r.FreezeBy({r.org.guardian.get(), &r.org.board[0]}), nullptr).ok());
}

TEST(SetRoom, CountsWhatIsHeld) {
  Room r;
  DocumentSet held;
  for (size_t bytes = 0; bytes < limits::kSetBytesPerKey;) {
    const Document document = r.FreezeBy({r.org.guardian.get()});
    bytes += document.envelope.payload().size() + 100;
    held[document.id] = {std::make_shared<const Document>(document), TestCommons::Start()};
  }
  SetRoom room(OneCard(r.card), &held);
  EXPECT_FALSE(room.HasRoom(r.org.guardian->public_key()));
  // A further signature on what is held is paid for by whoever adds it.
  const Document before = *held.begin()->second.document;
  v1::Envelope both = before.envelope;
  AddSignature(both, r.org.board[0]);
  EXPECT_TRUE(room.Take(*OpenDocument(both), &before).ok());
  EXPECT_EQ(ReasonOf(room.Take(before, &before)), v1::MESSAGE_TOO_LARGE);
}

TEST(SetRoom, ManyKeysHaveSmallerParts) {
  Room r;
  for (int i = 0; i < 60; ++i) r.card.add_guardians(r.random.Bytes(32));
  SetRoom room(OneCard(r.card), nullptr);
  size_t taken = 0;
  while (room.Take(r.FreezeBy({r.org.guardian.get()}), nullptr).ok()) ++taken;
  EXPECT_LE(taken * 200, limits::kSetBytesPerOrg / 60 + 400);
}

}  // namespace
}  // namespace commons::governance
