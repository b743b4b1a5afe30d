#include "governance/document/rule_file.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"

namespace commons::governance {
namespace {

constexpr absl::string_view kMagic("\0CMNRUL1", 8);

}  // namespace

std::string EncodeRuleFile(const v1::RuleFile& rules) {
  return absl::StrCat(kMagic, rules.SerializeAsString());
}

absl::StatusOr<v1::RuleFile> DecodeRuleFile(absl::string_view bytes) {
  v1::RuleFile rules;
  if (bytes.size() > limits::kLocalMessageBytes || !absl::StartsWith(bytes, kMagic) ||
      !rules.ParseFromArray(bytes.data() + kMagic.size(),
                            static_cast<int>(bytes.size() - kMagic.size()))) {
    return absl::InvalidArgumentError("not a .rule file, or damaged; ask for it again");
  }
  return rules;
}

}  // namespace commons::governance
