#include "governance/document/fingerprint.h"

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "crypto/hash.h"

namespace commons::governance {

std::string Fingerprint(absl::string_view bytes) {
  const Hash32 hash = crypto::FieldHasher("commons/fingerprint/1").Add(bytes).Finish();
  std::string out;
  for (int group = 0; group < 6; ++group) {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | hash.data()[4 * group + i];
    absl::StrAppend(&out, group == 0 ? "" : " ", absl::Dec(value % 10000, absl::kZeroPad4));
  }
  return out;
}

}  // namespace commons::governance
