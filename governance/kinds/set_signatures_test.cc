// What may join a document that stands in no log: no more than an envelope holds.
#include "governance/kinds/set_signatures.h"

#include <vector>

#include "base/limits.h"
#include "governance/testing/stops_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

struct ManyGuardians {
  SeededRandom random{"signatures"};
  TestOrg org = MakeTestOrg("lakes", 1, 1, false, random, TestCommons::Start());
  std::vector<crypto::SigningKey> guardians;
  v1::OrgRoot card;
  v1::Envelope freeze;

  ManyGuardians() {
    card.ParseFromString(org.card.payload());
    card.clear_guardians();
    for (size_t i = 0; i < limits::kSignaturesPerEnvelope; ++i) {
      guardians.push_back(crypto::SigningKey::Generate(random));
      card.add_guardians(guardians.back().public_key().ToBytes());
    }
    const StopMaker make{*CommonsId::FromBytes(std::string(32, 'c')), random};
    freeze = make.Freeze(org.id, ScopeOfAll(), {&org.board[0]});
    freeze.clear_signatures();
  }
  // Signed by the guardians from..to-1.
  Document By(size_t from, size_t to) const {
    v1::Envelope envelope = freeze;
    for (size_t i = from; i < to; ++i) AddSignature(envelope, guardians[i]);
    return *OpenDocument(envelope);
  }
  Document BySeat() const {
    v1::Envelope envelope = freeze;
    AddSignature(envelope, org.board[0]);
    return *OpenDocument(envelope);
  }
};

TEST(SetSignatures, AreAsManyAsAnEnvelopeHolds) {
  const ManyGuardians m;
  const size_t most = limits::kSignaturesPerEnvelope;
  EXPECT_FALSE(Joined(m.By(0, most), m.BySeat()).has_value()) << "one more than there is room for";
  const auto last = Joined(m.By(0, most - 1), m.BySeat());
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->signers.size(), most);
  const auto part = Joined(m.By(0, most - 2), m.By(most - 5, most));
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->envelope.signatures_size(), static_cast<int>(most));
  EXPECT_TRUE(OpenDocument(part->envelope).ok()) << "and is still a document for others";
}

TEST(SetSignatures, CountByAnyOfTheCards) {
  const ManyGuardians m;
  v1::OrgRoot without = m.card;
  without.clear_guardians();
  CardsInTurn cards = OneCard(m.card);
  cards.Add(std::make_shared<const v1::OrgRoot>(without), DocId(), TestCommons::Start());
  EXPECT_EQ(OnlyCounting(m.By(0, 2), cards).signers.size(), 2u);
  EXPECT_EQ(OnlyCounting(m.By(0, 2), OneCard(without)).signers.size(), 0u);
}

}  // namespace
}  // namespace commons::governance
