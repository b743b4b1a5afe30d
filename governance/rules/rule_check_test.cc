#include "governance/rules/rule_check.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/payload.h"
#include "governance/document/refusal.h"
#include "governance/testing/rule_fields_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

v1::Rule With(const RuleField& field, const std::vector<std::string>& entries) {
  v1::Rule rule;
  for (const std::string& entry : entries) rule.GetReflection()->AddString(&rule, &field, entry);
  return rule;
}

TEST(ValidateRule, BoundsEveryList) {
  for (const RuleField* field : RuleFields()) {
    if (!field->is_repeated()) continue;
    const bool id = field->type() == RuleField::TYPE_BYTES;
    const std::string good = EntryOf(*field, 'a');
    const std::string too_long =
        id ? std::string(33, 'a') : std::string(limits::kLabelBytes + 1, 'a');
    const std::string bad = absl::StrCat("rule: an entry of ", field->name());
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{}, ""},
        {{good}, ""},
        {{good, good}, ""},
        {{""}, ""},  // allows nothing
        {std::vector<std::string>(4096, good), ""},
        {{"", good}, bad},
        {{good, ""}, bad},
        {{too_long}, bad},
        {{good, too_long}, bad},
        {std::vector<std::string>(4097, good), absl::StrCat("rule: too many ", field->name())},
    };
    for (const auto& [entries, words] : cases) {
      const absl::Status status = ValidateRule(With(*field, entries));
      EXPECT_EQ(status.message(), words) << field->name() << " " << entries.size();
      if (!words.empty()) {
        EXPECT_EQ(ReasonOf(status), v1::MALFORMED);
      }
    }
    if (id) {
      EXPECT_EQ(ValidateRule(With(*field, {"short"})).message(), bad);
    }
  }
}

// An enum is read strictly wherever it comes from bytes; a number has no bound of its own.
TEST(ValidateRule, EveryOtherFieldIsANumberOrAnEnumOfKnownValues) {
  for (const RuleField* field : RuleFields()) {
    if (field->is_repeated()) continue;
    v1::Rule rule;
    if (field->cpp_type() == RuleField::CPPTYPE_ENUM) {
      rule.GetReflection()->SetEnumValue(&rule, field, 99);
      EXPECT_EQ(NothingUnknown(rule).message(),
                absl::StrCat("unknown value 99 of ", field->full_name()));
    } else {
      EXPECT_TRUE(field->cpp_type() == RuleField::CPPTYPE_UINT32 ||
                  field->cpp_type() == RuleField::CPPTYPE_UINT64)
          << field->name() << " is of a type that nobody checks";
    }
  }
}

}  // namespace
}  // namespace commons::governance
