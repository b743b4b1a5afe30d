// Every check of a message between nodes: one thing is changed, all else is made right again, and
// the words tell which check refused.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "governance/testing/told_for_test.h"
#include "query/peer/peer_message.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Exchange;
using testing::Federation;

// From member 0 to member 1.
class PeerChecksTest : public ::testing::Test {
 protected:
  std::string Told(const v1::Envelope& envelope, absl::string_view kind = kinds::kPropose) {
    const auto opened =
        OpenPeerMessage<v1::Propose>(envelope, kind, *f.reg(), f.nodes[1]->org, f.clock.Now());
    if (opened.ok()) return "OK";
    return absl::StrCat(v1::Reason_Name(governance::ReasonOf(opened.status())), ": ",
                        opened.status().message());
  }
  std::string WithHeader(const std::function<void(v1::PeerHeader&)>& change) {
    v1::Propose message = x.proposal;
    v1::PeerHeader& header = *message.mutable_header();
    header = MakeHeader(f.reg()->commons_id(), f.nodes[0]->org, f.nodes[1]->org, f.clock.Now(),
                        f.random);
    change(header);
    return Told(SignPeerMessage(kinds::kPropose, message, f.nodes[0]->key));
  }

  Federation f;
  Exchange x{f};
  v1::Envelope good = x.Wrap(x.proposal, kinds::kPropose, 1);
};

TEST_F(PeerChecksTest, OfTheEnvelope) {
  ASSERT_EQ(Told(good), "OK");
  v1::Envelope changed = good;
  changed.GetReflection()->MutableUnknownFields(&changed)->AddVarint(900, 1);
  EXPECT_EQ(Told(changed), "MALFORMED: peer message: unknown fields in the envelope");
  // The signature covers the kind: it is made anew.
  EXPECT_EQ(Told(x.Wrap(x.proposal, kinds::kPreview, 1)),
            absl::StrCat("MALFORMED: peer message: expected ", kinds::kPropose));
  changed = good;
  *changed.add_signatures() = good.signatures(0);
  EXPECT_EQ(Told(changed), "BAD_SIGNATURE: peer message: expected exactly one signature");
  changed.clear_signatures();
  EXPECT_EQ(Told(changed), "BAD_SIGNATURE: peer message: expected exactly one signature");
  EXPECT_EQ(Told(SignPeerMessage(kinds::kPropose, x.proposal, f.nodes[0]->seat)),
            "NOT_A_MEMBER: peer message: not signed by a member's node key");
  changed = good;
  changed.mutable_payload()->back() ^= 1;
  EXPECT_EQ(Told(changed), "BAD_SIGNATURE: peer message: the signature of member-00 is wrong");
}

TEST_F(PeerChecksTest, OfTheHeader) {
  ASSERT_EQ(WithHeader([](v1::PeerHeader&) {}), "OK");
  EXPECT_EQ(WithHeader([](auto& header) { header.set_commons_id(std::string(32, 'x')); }),
            "WRONG_COMMONS: peer message: for another commons");
  EXPECT_EQ(WithHeader([&](auto& header) { header.set_sender(f.nodes[2]->org.ToBytes()); }),
            "BAD_SIGNATURE: peer message: signed by member-00 for another sender");
  EXPECT_EQ(WithHeader([&](auto& header) { header.set_recipient(f.nodes[2]->org.ToBytes()); }),
            "WRONG_RECIPIENT: peer message: for another organisation");
  for (const size_t bytes : {0, 15, 17}) {
    EXPECT_EQ(WithHeader([&](auto& header) { header.set_nonce(std::string(bytes, 'n')); }),
              "MALFORMED: peer message: the nonce is not 16 bytes");
  }
  const int64_t now = absl::ToUnixMillis(f.clock.Now()), bound = int64_t{5} * 60 * 1000;
  for (const int64_t away : {-bound, bound}) {
    EXPECT_EQ(WithHeader([&](auto& header) { header.set_sent_at_ms(now + away); }), "OK");
    const int64_t sent = now + away + away / bound;
    const std::string told = WithHeader([&](auto& header) { header.set_sent_at_ms(sent); });
    const auto words = [](int64_t ms) {
      return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(ms), absl::UTCTimeZone());
    };
    EXPECT_EQ(told, absl::StrCat("CLOCK: peer message: sent at ", words(sent),
                                 " by the clock of member-00, and here it is ", words(now),
                                 ": more than 5 minutes apart; set the clock that is wrong"));
  }
}

// Named, before anything else of a header that an older node might misread.
TEST_F(PeerChecksTest, OfTheVersion) {
  EXPECT_EQ(WithHeader([](auto& header) { header.set_version(0); }), "OK") << "from before it";
  EXPECT_EQ(WithHeader([](auto& header) { header.set_version(kPeerVersion); }), "OK");
  EXPECT_EQ(WithHeader([](auto& header) {
              header.set_version(kPeerVersion + 1);
              header.clear_commons_id();
            }),
            "NEWER_VERSION: peer message: member-00 speaks version 7, this node 6; one of them "
            "needs an update");
}

// As it will be once a release understands no longer what this one says.
TEST(PeerVersion, BelowTheOldestUnderstoodIsRefusedByName) {
  const PeerVersions later = {.oldest = 3, .newest = 7};
  const auto told = [&](uint32_t version) {
    return governance::Told(CheckPeerVersion(version, "tui", later));
  };
  const std::string too_old = ", this node understands 3 to 7; tui needs an update";
  EXPECT_EQ(told(2), absl::StrCat("WIRE_TOO_OLD: peer message: tui speaks version 2", too_old));
  EXPECT_EQ(told(1), absl::StrCat("WIRE_TOO_OLD: peer message: tui speaks version 1", too_old));
  EXPECT_EQ(told(0), told(1)) << "from before messages said it";
  for (const uint32_t version : {3, 5, 7}) EXPECT_EQ(told(version), "OK") << version;
  EXPECT_EQ(told(8),
            "NEWER_VERSION: peer message: tui speaks version 8, this node 7; one of them needs an "
            "update");
}

TEST(PeerVersion, EveryOneFromTheFirstOnIsUnderstoodToday) {
  for (uint32_t version = 0; version <= kPeerVersion; ++version) {
    EXPECT_EQ(governance::Told(CheckPeerVersion(version, "tui")), "OK") << version;
  }
}

}  // namespace
}  // namespace commons::query
