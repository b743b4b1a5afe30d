#include "governance/review/lookalike.h"

#include <utf8proc.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"
#include "governance/standard/roles.h"

namespace commons::governance {
namespace {

bool In(utf8proc_int32_t c, utf8proc_int32_t first, utf8proc_int32_t last) {
  return c >= first && c <= last;
}
bool IsLatin(utf8proc_int32_t c) {
  return In(c, 'A', 'Z') || In(c, 'a', 'z') || In(c, 0xc0, 0x24f) || In(c, 0x1e00, 0x1eff);
}
// Those whose letters look like Latin ones.
bool IsGreekOrCyrillic(utf8proc_int32_t c) {
  return In(c, 0x370, 0x52f) || In(c, 0x1c80, 0x1c8f) || In(c, 0x1f00, 0x1fff);
}

bool MixesScripts(absl::string_view name) {
  bool latin = false, other = false;
  const auto* next = reinterpret_cast<const utf8proc_uint8_t*>(name.data());
  auto left = static_cast<utf8proc_ssize_t>(name.size());
  while (left > 0) {
    utf8proc_int32_t c = -1;
    const utf8proc_ssize_t used = utf8proc_iterate(next, left, &c);
    if (used <= 0) return false;
    latin |= IsLatin(c);
    other |= IsGreekOrCyrillic(c);
    next += used;
    left -= used;
  }
  return latin && other;
}

// `what` they are labels of: codes, or groups of them.
void WarnOfLabels(absl::string_view of, absl::string_view what,
                  const google::protobuf::RepeatedPtrField<v1::Code>& codes, Screen& s) {
  const std::string where = absl::StrCat(of, ": the label '");
  std::map<std::string, absl::string_view> read;
  for (const v1::Code& code : codes) {
    const std::string& label = LabelOf(code);
    const auto [other, first] = read.emplace(AsRead(label), label);
    if (!first) {
      s.Warn(absl::StrCat(where, Shown(label), "' is read like '", Shown(other->second),
                          "', which is another ", what, "'s"));
    }
    if (HoldsUnseen(label)) {
      s.Warn(absl::StrCat(where, Shown(label), "' holds a character that nobody sees"));
    }
  }
}

}  // namespace

void WarnOfName(absl::string_view name, const std::vector<absl::string_view>& others, Screen& s) {
  const std::string read = AsRead(name);
  for (const absl::string_view other : others) {
    if (other == name || AsRead(other) != read) continue;
    s.Warn(absl::StrCat("the name '", Shown(name), "' is read like '", Shown(other),
                        "', which is another's"));
  }
  if (MixesScripts(name)) {
    s.Warn(absl::StrCat("the name '", Shown(name),
                        "' mixes Latin letters with others that look "
                        "like them"));
  }
  if (const absl::Status plain = CheckName(name, name.size()); !plain.ok() && !name.empty()) {
    s.Warn(absl::StrCat("the name '", Shown(name), "' ", plain.message()));
  }
}

void WarnOfLabels(const v1::Column& column, Screen& s) {
  const std::string where = absl::StrCat("column '", Shown(column.name()), "'");
  for (const v1::Code* code : LabelsThatAreCodes(column)) {
    s.Warn(absl::StrCat(where, ": the label '", Shown(code->label()), "' stands for the code ",
                        Shown(code->value()), " and is another code itself"));
  }
  WarnOfLabels(where, "code", column.codes(), s);
  for (const v1::Grouping& grouping : column.groupings()) {
    WarnOfLabels(absl::StrCat("grouping '", Shown(grouping.name()), "'"), "group",
                 grouping.groups(), s);
  }
}

}  // namespace commons::governance
