#include "governance/document/refusal.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(Refusal, CarriesReasonMessageAndPosition) {
  const absl::Status status = Refuse(v1::UNKNOWN_COLUMN, "no column sexx", 17);
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  const v1::Refusal refusal = RefusalOf(status);
  EXPECT_EQ(refusal.reason(), v1::UNKNOWN_COLUMN);
  EXPECT_EQ(refusal.message(), "no column sexx");
  EXPECT_EQ(refusal.position(), 17);
  EXPECT_EQ(RefusalOf(Refuse(v1::BUSY, "b")).position(), -1);
}

TEST(Refusal, PlainStatusesMapByCode) {
  const std::pair<absl::Status, v1::Reason> cases[] = {
      {absl::DeadlineExceededError("m"), v1::DEADLINE},
      {absl::UnavailableError("m"), v1::UNREACHABLE},
      {absl::InvalidArgumentError("m"), v1::MALFORMED},
      {absl::ResourceExhaustedError("m"), v1::BUSY},
      {absl::UnauthenticatedError("m"), v1::BAD_SIGNATURE},
      {absl::PermissionDeniedError("m"), v1::INTERNAL},
      {absl::NotFoundError("m"), v1::INTERNAL},
      {absl::DataLossError("m"), v1::INTERNAL},
  };
  for (const auto& [status, reason] : cases) {
    EXPECT_EQ(ReasonOf(status), reason) << status;
    EXPECT_EQ(RefusalOf(status).message(), "m");
    EXPECT_EQ(RefusalOf(status).position(), -1);
  }
}

// A node that is asked refuses with it whether the asker speaks a newer version or an older one.
TEST(Refusal, OfTwoVersionsNeitherSideIsSaidToBeTheNewer) {
  EXPECT_EQ(PlainWords(v1::NEWER_VERSION),
            "the two nodes speak different versions; the older one needs an update");
}

TEST(Refusal, PeersReadARefusalAndOfAFaultOnlyItsReason) {
  const v1::Refusal refusal = RefusalForPeers(Refuse(v1::UNKNOWN_COLUMN, "no column sexx", 17));
  EXPECT_EQ(refusal.message(), "no column sexx");
  EXPECT_EQ(refusal.position(), 17);
  const v1::Refusal fault = RefusalForPeers(absl::InternalError("ledger: /srv/node/db: disk full"));
  EXPECT_EQ(fault.reason(), v1::INTERNAL);
  EXPECT_EQ(fault.message(), PlainWords(v1::INTERNAL));
  EXPECT_EQ(fault.position(), -1);
}

TEST(Refusal, SurvivesAMessageThatIsNotUtf8) {
  EXPECT_EQ(ReasonOf(Refuse(v1::EXPIRED, "\xff\xfe")), v1::EXPIRED);
}

TEST(Reasons, EveryReasonHasItsOwnPlainWords) {
  const auto* reasons = v1::Reason_descriptor();
  std::set<std::string> seen = {std::string(PlainWords(v1::REASON_UNSPECIFIED))};
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::Reason>(reasons->value(i)->number());
    EXPECT_EQ(ReasonName(reason), absl::string_view(reasons->value(i)->name()));
    if (reason == v1::REASON_UNSPECIFIED) continue;
    const std::string words(PlainWords(reason));
    EXPECT_TRUE(seen.insert(words).second) << ReasonName(reason) << ": " << words;
    EXPECT_LE(words.size(), 90u) << words;
    EXPECT_FALSE(absl::StrContains(words, "_")) << words;
    for (const char c : words) EXPECT_TRUE(absl::ascii_isprint(c)) << words;
  }
}

TEST(Reasons, UnknownNumbersHaveAName) {
  EXPECT_EQ(ReasonName(static_cast<v1::Reason>(9999)), "UNKNOWN");
}

}  // namespace
}  // namespace commons::governance
