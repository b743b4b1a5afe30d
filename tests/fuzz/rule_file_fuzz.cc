// A `.rule` file handed over by hand, and what a board is shown of it: no crash, and what is read
// is what would be written.
#include <cstdint>
#include <cstdlib>

#include "governance/document/document.h"
#include "governance/document/rule_file.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/review.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  const auto rules =
      governance::DecodeRuleFile(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!rules.ok()) return 0;
  for (const v1::Envelope& envelope : rules->envelopes()) {
    const auto document = governance::OpenDocument(envelope);
    if (document.ok()) governance::Review(*document, nullptr);
  }
  const auto again = governance::DecodeRuleFile(governance::EncodeRuleFile(*rules));
  if (!again.ok() || again->envelopes_size() != rules->envelopes_size()) std::abort();
  return 0;
}
