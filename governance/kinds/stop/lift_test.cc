#include "governance/kinds/stop/lift.h"

#include "base/limits.h"
#include "governance/testing/kind_cases_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

const OrgId kIssuer = *OrgId::FromBytes(std::string(32, 'o'));
const CommonsId kCommons = *CommonsId::FromBytes(std::string(32, 'c'));

DocId Id(char letter) { return *DocId::FromBytes(std::string(32, letter)); }

v1::Lift Parsed(const LiftDraft& draft, SeededRandom& random) {
  v1::Lift lift;
  lift.ParseFromString(*DraftLift(draft, random, TestCommons::Start()));
  return lift;
}

TEST(LiftKind, RefusesWhatIsOffByOneThing) {
  SeededRandom random("lift");
  const auto m = v1::MALFORMED;
  const char* either = "lift: names either freezes or a key";
  const char* order = "lift: the freezes are not sorted, or one is there twice";
  const v1::Lift lift = Parsed({kCommons, kIssuer, {Id('b'), Id('a')}, {}}, random);
  ASSERT_EQ(lift.freezes(0), Id('a').ToBytes());  // a draft sorts them
  ExpectRefusals<v1::Lift>(
      kLiftKind, lift,
      {
          {[](auto& p) { p.set_commons_id(std::string(32, '\0')); }, m,
           "commons_id is not that of a commons"},
          {[](auto& p) { p.set_nonce(""); }, m, "the nonce is not 16 bytes"},
          {[](auto& p) { p.clear_freezes(); }, m, either},
          {[](auto& p) { p.set_key(std::string(32, 'k')); }, m, either},
          {[](auto& p) { p.clear_freezes(), p.set_key(std::string(32, '\0')); }, m,
           "lift: the key is not valid"},
          {[](auto& p) { p.add_freezes("short"); }, m, "lift: a freeze is not a document id"},
          {[](auto& p) { p.mutable_freezes()->SwapElements(0, 1); }, m, order},
          {[](auto& p) { p.add_freezes(Id('b').ToBytes()); }, m, order},
          {[](auto& p) {
             while (p.freezes_size() <= 512) p.add_freezes(Id('c').ToBytes());
           },
           m, "lift: more than 512 freezes"},
      });
}

TEST(LiftKind, HasRoomForAsManyFreezesAsItMayName) {
  SeededRandom random("many");
  std::vector<DocId> ids;
  while (ids.size() < limits::kFreezesPerLift) {
    ids.push_back(*DocId::FromBytes(random.Bytes(32)));
  }
  EXPECT_TRUE(DraftLift({kCommons, kIssuer, ids, {}}, random, TestCommons::Start()).ok());
}

TEST(LiftKind, IsForTheBoardAlone) {
  SeededRandom random("who");
  const TestOrg org = MakeTestOrg("lakes", 3, 2, false, random, TestCommons::Start());
  v1::OrgRoot card;
  card.ParseFromString(org.card.payload());
  const StopMaker make{kCommons, random};
  const auto enough = [&](const SigningKeys& keys) {
    return kLiftKind.enough(*OpenDocument(make.LiftOf(org.id, org.guardian->public_key(), keys)),
                            card);
  };
  EXPECT_TRUE(enough({&org.board[1], &org.board[2]}));
  EXPECT_FALSE(enough({&org.board[1]}));
  EXPECT_FALSE(enough({org.guardian.get(), &org.board[1]}));
}

}  // namespace
}  // namespace commons::governance
