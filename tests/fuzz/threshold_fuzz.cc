// A threshold as people write it: no crash, and what is read is printed so that it is read as the
// same; whose signatures are missing is never more than there are keys.
#include <cstdint>
#include <cstdlib>

#include "governance/document/missing.h"
#include "governance/document/threshold.h"
#include "governance/testing/quorum_for_test.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  static const governance::LabelledKeys seats =
      governance::TestSeats({"chair", "treasurer", "te pou", "of", "2"});
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto quorum = governance::ParseThreshold(text, seats);
  if (!quorum.ok()) return 0;
  const auto again = governance::ParseThreshold(governance::PrintThreshold(*quorum, seats), seats);
  if (!again.ok() || again->SerializeAsString() != quorum->SerializeAsString()) std::abort();
  if (governance::MissingFrom(*quorum, {}).fewest == 0) std::abort();
  governance::SignedWords(*quorum, {seats[0].second}, seats);
  return 0;
}
