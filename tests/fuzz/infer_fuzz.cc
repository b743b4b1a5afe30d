// A definition proposed from arbitrary files, cut at the byte FF: whatever is proposed is taken by
// the reader of packages, or has nothing that could be asked about.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_split.h"
#include "governance/standard/datapackage.h"
#include "records/csv/string_source_for_test.h"
#include "records/infer/inference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons::records;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Inference inference;
  for (const absl::string_view file : absl::StrSplit(text, '\xff')) {
    if (!inference.AddFile(StringSource(std::string(file)), {}).ok()) return 0;
  }
  for (const absl::string_view file : absl::StrSplit(text, '\xff')) {
    if (!inference.CountPersons(StringSource(std::string(file)), {}).ok()) std::abort();
  }
  const Proposal proposal = inference.Propose("d");
  bool asked = false;
  for (const ProposedField& field : proposal.fields) {
    asked |=
        field.role == ProposedRole::kDimension || field.role == ProposedRole::kDimensionAndMeasure;
  }
  const auto parsed = commons::governance::ParseDatapackage(PackageText(proposal));
  if (asked && !parsed.ok()) std::abort();
  return 0;
}
