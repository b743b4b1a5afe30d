// A steward's datapackage.json: whatever is accepted is a Standard that peers accept.
#include <cstdlib>
#include <string>

#include "governance/standard/datapackage.h"
#include "governance/standard/standard_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  const absl::string_view json(reinterpret_cast<const char*>(data), size);
  const auto beside = [](const std::string&) -> absl::StatusOr<governance::CodeTable> {
    return governance::CodeTable{{"code", "region"}, {{2, {"1", "n"}}, {3, {"2", ""}}}};
  };
  const auto parsed = governance::ParseDatapackage(json, "", beside);
  if (!parsed.ok()) return 0;
  v1::Standard copy;
  if (!copy.ParseFromString(parsed->standard.SerializeAsString())) std::abort();
  if (!governance::ValidateStandard(copy).ok()) std::abort();
  return 0;
}
