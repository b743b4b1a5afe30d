#include "base/text/number_form.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/text/unicode.h"

namespace commons {
namespace {

constexpr size_t kGroupDigits = 3;
constexpr size_t kCodeLetters = 3;  // ISO 4217
// Of currencies, as they stand beside whole units; "$" may have letters in front (NZ$).
constexpr absl::string_view kSigns[] = {"£", "€", "¥", "₹", "₩", "₽", "₺",
                                        "₫", "₱", "฿", "₪", "₦", "₴",   "₡"};

bool AllUpper(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isupper);
}

bool IsSign(absl::string_view text) {
  if (text == "%" || std::find(std::begin(kSigns), std::end(kSigns), text) != std::end(kSigns)) {
    return true;
  }
  const bool dollar = absl::ConsumeSuffix(&text, "$");
  return AllUpper(text) && (dollar ? text.size() < kCodeLetters : text.size() == kCodeLetters);
}

bool IsPartOfNumber(char c) { return absl::ascii_isdigit(c) || c == '+' || c == '-' || c == '.'; }

// What is before the first, or behind the last, character that a number can begin or end with.
absl::string_view TakeBefore(absl::string_view* text, absl::string_view point) {
  size_t length = 0;
  while (length < text->size() && !IsPartOfNumber((*text)[length]) &&
         !absl::StartsWith(text->substr(length), point)) {
    ++length;
  }
  const absl::string_view taken = text->substr(0, length);
  text->remove_prefix(length);
  return WithoutOuterSpaces(taken);
}

absl::string_view TakeBehind(absl::string_view* text, absl::string_view point) {
  size_t length = text->size();
  while (length > 0 && !IsPartOfNumber((*text)[length - 1]) &&
         !absl::EndsWith(text->substr(0, length), point)) {
    --length;
  }
  const absl::string_view taken = text->substr(length);
  *text = text->substr(0, length);
  return WithoutOuterSpaces(taken);
}

// "-$5" and "$-5": the minus goes to the number, wherever it stands.
bool TakeSigns(absl::string_view point, absl::string_view* text, bool* negative,
               absl::string_view* sign) {
  *text = WithoutOuterSpaces(*text);
  absl::string_view rest = *text;
  const bool minus_first = absl::ConsumePrefix(&rest, "-") && !rest.empty() &&
                           !IsPartOfNumber(rest[0]) && !absl::StartsWith(rest, point);
  if (!minus_first) rest = *text;
  const absl::string_view before = TakeBefore(&rest, point);
  const absl::string_view behind = TakeBehind(&rest, point);
  if (!before.empty() && !behind.empty()) return false;
  *sign = before.empty() ? behind : before;
  if (!sign->empty() && !IsSign(*sign)) return false;
  if (before == "%" || (minus_first && before.empty())) return false;
  *negative = minus_first;
  if (minus_first && (absl::StartsWith(rest, "-") || absl::StartsWith(rest, "+"))) return false;
  *text = rest;
  return true;
}

bool AppendGroups(absl::string_view whole, absl::string_view group, std::string* plain) {
  if (group.empty() || !absl::StrContains(whole, group)) {
    plain->append(whole.data(), whole.size());
    return true;
  }
  if (absl::StartsWith(whole, "-") || absl::StartsWith(whole, "+")) {
    plain->push_back(whole[0]);
    whole.remove_prefix(1);
  }
  // Nobody writes groups behind a zero: "0,125" has a decimal comma.
  if (absl::StartsWith(whole, "0")) return false;
  for (bool first = true, last = false; !last; first = false) {
    const size_t end = whole.find(group);
    last = end == absl::string_view::npos;
    const absl::string_view digits = whole.substr(0, end);
    if (digits.empty() || digits.size() > kGroupDigits ||
        (!first && digits.size() != kGroupDigits) ||
        !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit)) {
      return false;
    }
    plain->append(digits.data(), digits.size());
    if (!last) whole.remove_prefix(end + group.size());
  }
  return true;
}

// One character that is no part of a number itself.
bool CanSeparate(absl::string_view text) {
  const auto lead = static_cast<uint8_t>(text.empty() ? '0' : text[0]);
  const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return text.size() == length && !absl::ascii_isalnum(lead) && lead >= 0x20 && lead != 0x7f &&
         text != "+" && text != "-" && text != "%" && text != "$";
}

}  // namespace

absl::Status CheckNumberForm(const NumberForm& form) {
  if (!CanSeparate(form.point)) {
    return absl::InvalidArgumentError("decimalChar is no separator; use \".\" or \",\"");
  }
  if (form.group.empty()) return absl::OkStatus();
  if (!CanSeparate(form.group)) {
    return absl::InvalidArgumentError(
        "groupChar is no separator; use one character, such as \",\"");
  }
  if (form.group != form.point) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "decimalChar (\".\" if left out) and groupChar are the same, so that a number could be read "
      "both ways; change one");
}

bool ReadNumberForm(absl::string_view text, const NumberForm& form, std::string* plain,
                    absl::string_view* sign) {
  plain->clear();
  *sign = {};
  bool negative = false;
  if (form.signs && !TakeSigns(form.point, &text, &negative, sign)) return false;
  if (negative) plain->push_back('-');
  const size_t at = text.find(form.point);
  const absl::string_view whole = text.substr(0, at);
  if (!AppendGroups(whole, form.group, plain)) return false;
  // A point that separates nothing here would be read as the decimal one.
  if (form.point != "." && absl::StrContains(*plain, '.')) return false;
  if (at == absl::string_view::npos) return !plain->empty();
  const absl::string_view decimals = text.substr(at + form.point.size());
  if (absl::StrContains(decimals, '.')) return false;
  absl::StrAppend(plain, ".", decimals);
  return true;
}

}  // namespace commons
