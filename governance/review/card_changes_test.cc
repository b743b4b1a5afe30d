#include "governance/review/card_changes.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/document/fingerprint.h"
#include "governance/document/quorum.h"
#include "governance/testing/next_card_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> Told(const v1::OrgRoot& before, const v1::OrgRoot& after) {
  std::vector<std::string> told;
  for (const CardChange& change : CardChangesBetween(before, after)) {
    told.push_back(absl::StrCat(change.wider ? "WIDER: " : "", change.words));
  }
  return told;
}

class CardChangesTest : public testing::Test {
 protected:
  CardChangesTest() : before(OpenDocument(org.card)->As<v1::OrgRoot>()), after(before) {}

  static std::string Print(const crypto::SigningKey& key) {
    return Fingerprint(key.public_key().ToBytes());
  }
  // Seats 0 to 2 with these keys instead, or without.
  void SetSeats(const TestCommons::Keys& keys, uint32_t k) {
    after = NextCard(c, org, {.seats = SeatsOf(keys), .board = [&] {
                                v1::Quorum board;
                                board.set_k(k);
                                for (const auto* key : keys) {
                                  board.add_members()->set_key(key->public_key().ToBytes());
                                }
                                return board;
                              }()});
  }

  TestCommons c{{.seats = 3, .board_k = 2}};
  const TestOrg& org = c.orgs[0];
  const crypto::SigningKey x = c.NewKey();
  v1::OrgRoot before, after;
};

TEST_F(CardChangesTest, ACardThatChangesNothing) { EXPECT_THAT(Told(before, after), IsEmpty()); }

TEST_F(CardChangesTest, ASeatWithAnotherKey) {
  SetSeats({&org.board[0], &org.board[1], &x}, 2);
  EXPECT_THAT(Told(before, after),
              ElementsAre(absl::StrCat("the seat 'seat-2' has another key, ", Print(x), "; was ",
                                       Print(org.board[2])),
                          "the board decides by other groups; see 'board decides by'"));
}

TEST_F(CardChangesTest, SeatsComeGoAndAreRenamed) {
  after = before;
  after.mutable_seats(0)->set_label("chair");
  EXPECT_THAT(Told(before, after), ElementsAre("the seat 'seat-0' is called 'chair'"));
  v1::Seat& fourth = *after.add_seats();
  fourth.set_label("fourth");
  fourth.set_key(x.public_key().ToBytes());
  after.mutable_board()->add_members()->set_key(fourth.key());
  EXPECT_THAT(Told(before, after),
              Contains(absl::StrCat("the seat 'fourth' comes in, ", Print(x))));
  EXPECT_THAT(Told(after, before), Contains("the seat 'fourth' goes"));
}

TEST_F(CardChangesTest, WhoCouldThenDecideAlone) {
  after.mutable_board()->set_k(1);
  EXPECT_THAT(Told(before, after),
              ElementsAre("WIDER: 1 signature(s) can decide; until now it takes 2",
                          "WIDER: 'seat-0' alone could then decide everything; until now not"));
  EXPECT_THAT(Told(after, before), ElementsAre("it takes 2 signatures to decide; was 1"));
}

// As many signatures as before, but nobody of the elders is needed any more.
TEST_F(CardChangesTest, AGroupThatIsNotNeededAnyMore) {
  before.mutable_board()->clear_members();
  for (const auto& [name, seats] : {std::pair("trustees", 2), std::pair("elders", 1)}) {
    v1::Quorum& group = *before.mutable_board()->add_members()->mutable_group();
    group.set_name(name);
    group.set_k(1);
    for (int i = 0; i < seats; ++i) {
      group.add_members()->set_key(before.seats(i + (seats == 1 ? 2 : 0)).key());
    }
  }
  ASSERT_TRUE(ValidateQuorum(before.board()).ok());
  EXPECT_THAT(
      Told(before, after),
      ElementsAre(
          "WIDER: 'seat-0' and 'seat-1' together could then decide everything; until now not",
          "the board decides by other groups; see 'board decides by'"));
}

TEST_F(CardChangesTest, NewcomersWhoNeedNobody) {
  const crypto::SigningKey y = c.NewKey();
  SetSeats({&org.board[0], &x, &y}, 2);
  after.mutable_seats(1)->set_label("x");
  after.mutable_seats(2)->set_label("y");
  EXPECT_THAT(
      Told(before, after),
      Contains("WIDER: those who come in, 'x' and 'y', could decide without anybody who was "
               "there before"));
  after.mutable_board()->set_k(3);
  EXPECT_THAT(Told(before, after), Not(Contains(testing::HasSubstr("without anybody"))));
}

TEST_F(CardChangesTest, FewerMayStopAndMoreMayPublish) {
  after.set_guardians(0, x.public_key().ToBytes());
  after.set_stewards(0, org.guardian->public_key().ToBytes());
  EXPECT_THAT(
      Told(before, after),
      ElementsAre(
          absl::StrCat("WIDER: 1 guardian key(s) may not stop answers any more: ",
                       Print(*org.guardian)),
          absl::StrCat("WIDER: 1 steward key(s) more may publish editions: ", Print(*org.guardian)),
          absl::StrCat("1 guardian key(s) more may stop answers at once: ", Print(x)),
          absl::StrCat("1 steward key(s) may not publish editions any more: ",
                       Print(*org.steward))));
}

TEST_F(CardChangesTest, EndsAndRecovery) {
  after.mutable_header()->set_expires_at(1893456000);
  EXPECT_THAT(Told(before, after), ElementsAre("the card ends: 2030-01-01; was never"));
  EXPECT_THAT(Told(after, before), ElementsAre("WIDER: the card ends: never; was 2030-01-01"));
  v1::OrgRoot later = after;
  later.mutable_header()->set_expires_at(1893542400);
  EXPECT_THAT(Told(after, later), ElementsAre("WIDER: the card ends: 2030-01-02; was 2030-01-01"));
  v1::OrgRoot recovered = before;
  *recovered.mutable_recovery() = before.board();
  EXPECT_THAT(Told(before, recovered),
              ElementsAre("WIDER: others than before are named for replacing lost keys"));
  EXPECT_THAT(Told(recovered, before),
              ElementsAre("nobody is named any more for replacing lost keys"));
}

// Of many seats not every set is tried: the fewest that decide are still compared.
TEST_F(CardChangesTest, BoardsOfManySeats) {
  for (int i = 0; i < 20; ++i) {
    v1::Seat& seat = *before.add_seats();
    seat.set_label(absl::StrCat("more-", i));
    seat.set_key(c.NewKey().public_key().ToBytes());
    before.mutable_board()->add_members()->set_key(seat.key());
  }
  before.mutable_board()->set_k(20);
  after = before;
  after.mutable_board()->set_k(7);
  EXPECT_THAT(Told(before, after),
              ElementsAre("WIDER: 7 signature(s) can decide; until now it takes 20"));
}

}  // namespace
}  // namespace commons::governance
