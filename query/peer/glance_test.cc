// A yes is given and believed only where all that is signed and not sent is the same on both sides.
#include "query/peer/glance.h"

#include <gtest/gtest.h>

#include <functional>

#include "query/peer/peer_message.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;

class GlanceTest : public ::testing::Test {
 protected:
  v1::Envelope Ask(const std::function<void(Glance&)>& change = [](Glance&) {}) const {
    Glance other = glance;
    change(other);
    return SignGlance(other, f.clock.Now(), f.nodes[0]->key);
  }
  const governance::Organisation* Asker(const v1::Envelope& request) const {
    return WhoHoldsTheSame(request, *f.reg(), f.nodes[1]->org, heads, f.clock.Now());
  }
  v1::Envelope Answer(const v1::Envelope& request) const {
    if (Asker(request) == nullptr) return v1::Envelope();
    EXPECT_EQ(Asker(request)->id, f.nodes[0]->org);
    return SignYes(request, glance, f.nodes[1]->key);
  }
  bool Yes(const v1::Envelope& request) const {
    return SaysYes(Answer(request), request, glance, *f.reg());
  }
  static Hash32 Other(Hash32 hash) {
    hash.mutable_data()[31] ^= 1;
    return hash;
  }

  mutable Federation f;
  const Hash32 heads = Other(Hash32());
  const Glance glance{f.reg()->commons_id(), f.nodes[0]->org, f.nodes[1]->org, heads};
};

TEST_F(GlanceTest, IsSmall) {
  const v1::Envelope request = Ask();
  EXPECT_LE(request.ByteSizeLong() + Answer(request).ByteSizeLong(), 160u);
}

TEST_F(GlanceTest, YesOnlyToWhoHoldsTheSameAndMeansThisNode) {
  EXPECT_TRUE(Yes(Ask()));
  EXPECT_FALSE(Yes(Ask([](Glance& g) { g.heads = Other(g.heads); })));
  EXPECT_FALSE(Yes(Ask([&](Glance& g) { g.asked = f.nodes[2]->org; })));
  EXPECT_FALSE(Yes(Ask([](Glance& g) { g.commons.mutable_data()[0] ^= 1; })));
}

TEST_F(GlanceTest, NothingToWhomItDoesNotKnowOrToAnOldMessage) {
  const v1::Envelope by_another = SignGlance(glance, f.clock.Now(), f.nodes[2]->key);
  EXPECT_EQ(Asker(by_another), nullptr);
  EXPECT_EQ(Asker(Ask([](Glance& g) { g.asker.mutable_data()[0] ^= 1; })), nullptr);
  v1::Envelope junk = Ask();
  junk.set_payload("\xff\xff");
  EXPECT_EQ(Asker(junk), nullptr);
  const v1::Envelope request = Ask();
  EXPECT_NE(Asker(request), nullptr);
  f.clock.Advance(kFreshness + absl::Milliseconds(1));
  EXPECT_EQ(Asker(request), nullptr);
}

TEST_F(GlanceTest, OnlyTheAskedMembersYesToThisRequestIsBelieved) {
  const v1::Envelope request = Ask();
  const v1::Envelope yes = Answer(request);
  ASSERT_TRUE(SaysYes(yes, request, glance, *f.reg()));
  EXPECT_FALSE(SaysYes(v1::Envelope(), request, glance, *f.reg()));
  f.clock.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(SaysYes(yes, Ask(), glance, *f.reg())) << "a yes to another request";
  const v1::Envelope by_another = SignYes(request, glance, f.nodes[2]->key);
  EXPECT_FALSE(SaysYes(by_another, request, glance, *f.reg()));
}

}  // namespace
}  // namespace commons::query
