// For the tests of kinds: a valid payload, then one change at a time with the reason and the words
// of its refusal.
#ifndef COMMONS_GOVERNANCE_TESTING_KIND_CASES_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_KIND_CASES_FOR_TEST_H_

#include <functional>
#include <string>
#include <vector>

#include "governance/document/open_as.h"
#include "governance/document/refusal.h"
#include "governance/fold/org_log.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {

template <typename Payload>
struct KindCase {
  std::function<void(Payload&)> change;
  v1::Reason reason;
  const char* words;
};

// The last document of this kind in any log of an open commons.
template <typename Payload>
Payload PayloadOf(const TestCommons& c, const Kind& kind) {
  Payload payload;
  for (const auto& [org, log] : c.logs) {
    for (const OrgLog::Entry& entry : log.entries) {
      const Document& document = *entry.document;
      if (document.kind() == kind.type) payload = document.As<Payload>();
    }
  }
  return payload;
}

template <typename Payload>
void ExpectRefusals(const Kind& kind, const Payload& valid,
                    const std::vector<KindCase<Payload>>& cases) {
  ASSERT_TRUE(ParseAs(kind, valid.SerializeAsString()).ok())
      << ParseAs(kind, valid.SerializeAsString()).status();
  for (const auto& [change, reason, words] : cases) {
    Payload changed = valid;
    change(changed);
    const absl::Status status = ParseAs(kind, changed.SerializeAsString()).status();
    EXPECT_EQ(status.message(), words);
    EXPECT_EQ(ReasonOf(status), reason) << words;
  }
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_KIND_CASES_FOR_TEST_H_
