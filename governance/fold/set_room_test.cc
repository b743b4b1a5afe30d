#include "governance/fold/set_room.h"

#include <algorithm>
#include <memory>
#include <vector>

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
  // Of as many bytes as a lift has that names `ids`.
  Document LiftBy(const SigningKeys& keys, size_t ids) {
    std::vector<DocId> freezes;
    while (freezes.size() < ids) freezes.push_back(*DocId::FromBytes(random.Bytes(32)));
    const LiftDraft draft{make.commons, org.id, freezes, {}};
    return *OpenDocument(SignDocument(kLiftKind.type, *DraftLift(draft, random, make.now), keys));
  }
  SharedCards Cards() const { return std::make_shared<const CardsInTurn>(OneCard(card)); }
};

// A card whose guardians, beside a seat and a steward, are new keys.
struct Generation {
  std::vector<crypto::SigningKey> guardians;
  std::shared_ptr<const v1::OrgRoot> card;

  Generation(Room& r, int count) {
    v1::OrgRoot root = r.card;
    root.clear_guardians(), root.clear_stewards(), root.clear_seats();
    root.mutable_board()->clear_members();
    for (int i = 0; i < count; ++i) {
      guardians.push_back(crypto::SigningKey::Generate(r.random));
      root.add_guardians(guardians.back().public_key().ToBytes());
    }
    card = std::make_shared<const v1::OrgRoot>(root);
  }
};

// Fills all the room that the keys have; returns what was taken.
std::vector<Document> Fill(Room& r, SetRoom& room, const Generation& by, size_t ids) {
  std::vector<Document> taken;
  for (const crypto::SigningKey& key : by.guardians) {
    for (size_t n = ids; n > 0; n /= 2) {  // large ones first, then what still fits
      for (Document next = r.LiftBy({&key}, n); room.Take(next, nullptr).ok();
           next = r.LiftBy({&key}, n)) {
        taken.push_back(next);
      }
    }
  }
  return taken;
}
size_t BytesOf(const std::vector<Document>& documents) {
  size_t bytes = 0;
  for (const Document& each : documents) bytes += each.envelope.payload().size() + 104;
  return bytes;
}
DocumentSet SetOf(const std::vector<Document>& documents) {
  DocumentSet set;
  for (const Document& each : documents) {
    set[each.id] = {std::make_shared<const Document>(each), TestCommons::Start()};
  }
  return set;
}

// Whoever stole one key leaves room for the board's lift and for another guardian.
TEST(SetRoom, OneKeyFillsItsOwnPartAlone) {
  Room r;
  SetRoom room(r.Cards(), nullptr);
  size_t taken = 0;
  while (room.Take(r.FreezeBy({r.org.guardian.get()}), nullptr).ok()) ++taken;
  EXPECT_GE(taken, 256u);
  EXPECT_LE(taken, 400u);
  EXPECT_FALSE(room.HasRoom(r.org.guardian->public_key(), 1000));
  EXPECT_EQ(ReasonOf(room.Take(r.FreezeBy({r.org.guardian.get()}), nullptr)),
            v1::MESSAGE_TOO_LARGE);
  EXPECT_TRUE(room.HasRoom(r.org.board[0].public_key(), 1000));
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
  SetRoom room(r.Cards(), &held);
  EXPECT_FALSE(room.HasRoom(r.org.guardian->public_key(), 1000));
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
  SetRoom room(r.Cards(), nullptr);
  size_t taken = 0;
  while (room.Take(r.FreezeBy({r.org.guardian.get()}), nullptr).ok()) ++taken;
  EXPECT_LE(taken * 200, limits::kSetBytesPerOrg / 60 + 400);
}

// Seats, guardians and stewards of all cards have a part, each key one however often it is named;
// and none gets a smaller one by keys that come later.
TEST(SetRoom, KeysOfSeveralCardsHaveTheirParts) {
  Room r;
  Generation next(r, 45);
  CardsInTurn cards = OneCard(r.card);
  ASSERT_EQ(KeysOn(r.card).size(), 4u) << "two seats, a guardian, a steward";
  cards.Add(next.card, DocId(), absl::InfinitePast());
  SetRoom room(std::make_shared<const CardsInTurn>(cards), nullptr);
  const size_t whole = limits::kSetBytesPerKey - 104, part = limits::kSetBytesPerOrg / 49 - 104;
  for (const crypto::SigningKey* first :
       {&r.org.board[0], &r.org.board[1], r.org.guardian.get(), r.org.steward.get()}) {
    EXPECT_TRUE(room.HasRoom(first->public_key(), whole));
    EXPECT_FALSE(room.HasRoom(first->public_key(), whole + 1));
  }
  EXPECT_TRUE(room.HasRoom(next.guardians[0].public_key(), part));
  EXPECT_FALSE(room.HasRoom(next.guardians[0].public_key(), part + 1));
  EXPECT_FALSE(room.HasRoom(r.org.tls->public_key(), 1)) << "on no card";
}

// 64 keys on each of four cards, each with lifts as large as they get: seen to come to more than a
// peer message holds, before all together were counted.
TEST(SetRoom, CardAfterCardFillsOneSetAndTheNewestKeysKeepRoom) {
  Room r;
  std::vector<Document> all;
  CardsInTurn cards = OneCard(r.card);
  for (int n = 0; n < 4; ++n) {
    const Generation next(r, 64);
    cards.Add(next.card, DocId(), absl::InfinitePast());
    const DocumentSet held = SetOf(all);
    SetRoom room(std::make_shared<const CardsInTurn>(cards), &held);
    const std::vector<Document> more = Fill(r, room, next, 480);
    for (const crypto::SigningKey& key : next.guardians) {
      const auto by_key = std::count_if(more.begin(), more.end(), [&](const Document& each) {
        return each.signers.contains(key.public_key());
      });
      EXPECT_GE(by_key, 1) << "each can stop, and each can lift, whatever others did";
    }
    all.insert(all.end(), more.begin(), more.end());
  }
  EXPECT_GT(BytesOf(all), limits::kSetBytesPerOrg / 2) << "there was something to bound";
  EXPECT_LE(BytesOf(all), limits::kSetBytesPerOrgAndReserved);
  // Keys of earlier cards have nothing more.
  CardsInTurn later = cards;
  const Generation newest(r, 1);
  later.Add(newest.card, DocId(), absl::InfinitePast());
  const DocumentSet held = SetOf(all);
  SetRoom room(std::make_shared<const CardsInTurn>(later), &held);
  EXPECT_FALSE(room.HasRoom(r.org.guardian->public_key(), 200)) << "a former key that used nothing";
  const PublicKey key = newest.guardians[0].public_key();
  EXPECT_TRUE(room.HasRoom(key, limits::kSetBytesReserved - 104)) << "more than an equal part";
  EXPECT_FALSE(room.HasRoom(key, limits::kSetBytesReserved));
  EXPECT_TRUE(room.Take(r.FreezeBy({&newest.guardians[0]}), nullptr).ok());
}

// What one node took is taken by another in whatever order it comes, also if it knows of later
// cards.
TEST(SetRoom, WhatFitsFitsInAnyOrder) {
  Room r;
  Generation first(r, 20);
  CardsInTurn cards = OneCard(r.card);
  cards.Add(first.card, DocId(), absl::InfinitePast());
  SetRoom room(std::make_shared<const CardsInTurn>(cards), nullptr);
  const DocumentSet taken = SetOf(Fill(r, room, first, 480));
  EXPECT_GT(taken.size(), 60u);
  cards.Add(Generation(r, 60).card, DocId(), absl::InfinitePast());
  SetRoom again(std::make_shared<const CardsInTurn>(cards), nullptr);
  for (const auto& [id, entry] : taken) {  // by id
    EXPECT_TRUE(again.Take(*entry.document, nullptr).ok());
  }
}

}  // namespace
}  // namespace commons::governance
