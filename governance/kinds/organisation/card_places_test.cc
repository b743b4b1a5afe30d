#include "governance/kinds/organisation/card_places.h"

#include <memory>

#include "governance/testing/next_card_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using DocumentPtr = std::shared_ptr<const Document>;

TEST(CardPlaces, TheCardBeforeAPlaceSignsWhatStandsThere) {
  TestCommons c({.seats = 3, .board_k = 2});
  const TestOrg& org = c.orgs[0];
  CardPlaces places;
  EXPECT_EQ(places.Before(0), nullptr);
  EXPECT_EQ(places.Before(9), nullptr);
  const auto put = [&](size_t at, const v1::Envelope& envelope) {
    c.Push(org.id, envelope);
    places.Add(at, c.logs[org.id].entries.back().document);
  };
  places.Add(0, c.logs[org.id].entries[0].document);
  put(1, c.charter);  // no card
  const v1::OrgRoot second = NextCard(c, org, {.expires_at = 1893456000});
  put(2, SignedCard(second, {}));  // does not count
  put(5, SignedCard(second, c.Board(org)));
  put(7, SignedCard(NextCard(c, org, {.expires_at = 1893456001}), c.Board(org)));
  const auto version = [&](size_t place) { return places.Before(place)->header().version(); };
  EXPECT_EQ(version(0), 1u) << "the first is signed by its own seats";
  EXPECT_EQ(version(2), 1u);
  EXPECT_EQ(version(5), 1u) << "a later one by those of the one before";
  EXPECT_EQ(version(6), 2u);
  EXPECT_EQ(version(7), 2u);
  EXPECT_EQ(version(800), 3u);
  EXPECT_EQ(places.Last().Before(7), nullptr);
  EXPECT_EQ(places.Last().Before(8)->header().version(), 3u);
}

// Signatures come late: what is complete by them was the version from where it stands.
TEST(CardPlaces, ACardThatIsCompletedCountsWhereItStands) {
  TestCommons c({.seats = 3, .board_k = 2});
  const TestOrg& org = c.orgs[0];
  const auto card = [&](int64_t end, size_t signatures) {
    return std::make_shared<const Document>(
        *OpenDocument(SignedCard(NextCard(c, org, {.expires_at = end}), c.Board(org, signatures))));
  };
  CardPlaces places;
  places.Add(0, c.logs[org.id].entries[0].document);
  places.Add(2, card(1893456000, 1));
  places.Add(4, card(1893456001, 2));
  const auto end = [&](size_t place) { return places.Before(place)->header().expires_at(); };
  EXPECT_EQ(end(9), 1893456001);
  EXPECT_FALSE(places.SignedAgain(4, card(1893456001, 3))) << "it counted already";
  EXPECT_FALSE(places.SignedAgain(2, card(1893456000, 1))) << "nothing new";
  EXPECT_FALSE(places.SignedAgain(3, c.logs[org.id].entries[0].document));
  EXPECT_EQ(end(9), 1893456001);
  EXPECT_TRUE(places.SignedAgain(2, card(1893456000, 2)));
  places.Add(4, card(1893456001, 3));
  EXPECT_EQ(end(9), 1893456000) << "the other draft does not follow it";
  EXPECT_EQ(end(2), 0);
}

}  // namespace
}  // namespace commons::governance
