#include "records/reading/identifier_hints.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace commons::records {
namespace {

// "2025-03-31", "5/6/2024": one in eleven would pass for an IRD number, and others for a telephone.
bool ReadsAsADate(absl::string_view text) {
  for (const char separator : {'-', '/', '.'}) {
    const std::vector<absl::string_view> parts = absl::StrSplit(text, separator);
    if (parts.size() != 3) continue;
    const bool digits = std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
      return !part.empty() && std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
    });
    const size_t first = parts[0].size(), last = parts[2].size();
    const bool year_once = (first == 4 && last <= 2) || (first <= 2 && last == 4);
    if (digits && parts[1].size() <= 2 && year_once) return true;
  }
  return false;
}

// A = 1 .. Z = 24 without I and O; 0 for anything else.
int LetterValue(char c) {
  c = absl::ascii_toupper(c);
  if (c < 'A' || c > 'Z' || c == 'I' || c == 'O') return 0;
  return c - 'A' + 1 - (c > 'I') - (c > 'O');
}

int CheckDigit(const std::array<int, 8>& digits, const std::array<int, 8>& weights) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) sum += digits[i] * weights[i];
  return sum % 11 == 0 ? 0 : 11 - sum % 11;
}

}  // namespace

bool LooksLikeNhi(absl::string_view text) {
  if (text.size() != 7) return false;
  int sum = 0;
  for (int i = 0; i < 6; ++i) {
    const bool letter = i < 3 || (i == 5 && absl::ascii_isalpha(text[i]));
    if (letter ? LetterValue(text[i]) == 0 : !absl::ascii_isdigit(text[i])) return false;
    sum += (7 - i) * (letter ? LetterValue(text[i]) : text[i] - '0');
  }
  if (absl::ascii_isdigit(text[5])) {
    return absl::ascii_isdigit(text[6]) && sum % 11 != 0 && (11 - sum % 11) % 10 == text[6] - '0';
  }
  const int check = LetterValue(text[6]);
  return check != 0 && (check == 23 - sum % 23 || check == 24 - sum % 24);
}

bool LooksLikeIrd(absl::string_view text) {
  std::array<int, 9> digits{};
  size_t count = 0;
  uint32_t number = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (!absl::ascii_isdigit(c) || count == digits.size()) return false;
    digits[count++] = c - '0';
    number = number * 10 + (c - '0');
  }
  if (count < 8 || number < 10'000'000 || number > 150'000'000) return false;
  if (count == 8) {
    std::copy_backward(digits.begin(), digits.begin() + 8, digits.end());
    digits[0] = 0;
  }
  std::array<int, 8> base;
  std::copy(digits.begin(), digits.begin() + 8, base.begin());
  int check = CheckDigit(base, {3, 2, 7, 6, 5, 4, 3, 2});
  if (check == 10) check = CheckDigit(base, {7, 4, 3, 2, 5, 2, 7, 6});
  return check == digits[8];
}

bool LooksLikeEmail(absl::string_view text) {
  const size_t at = text.find('@');
  if (at == 0 || at == absl::string_view::npos || text.find(' ') != absl::string_view::npos) {
    return false;
  }
  const absl::string_view domain = text.substr(at + 1);
  const size_t dot = domain.rfind('.');
  return domain.find('@') == absl::string_view::npos && dot != absl::string_view::npos && dot > 0 &&
         domain.size() - dot > 2;
}

bool LooksLikePhone(absl::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '0' && text[0] != '(')) return false;
  int digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separator = text[i] == ' ' || text[i] == '-' || text[i] == '(' || text[i] == ')';
    if (absl::ascii_isdigit(text[i])) {
      ++digits;
    } else if (!separator && !(i == 0 && text[i] == '+')) {
      return false;
    }
  }
  return digits >= 8 && digits <= 15;
}

void IdentifierHints::Observe(absl::string_view text) {
  if (full() || text.empty()) return;
  ++sampled_;
  if (ReadsAsADate(text)) return;
  nhi_ += LooksLikeNhi(text);
  ird_ += LooksLikeIrd(text);
  email_ += LooksLikeEmail(text);
  phone_ += LooksLikePhone(text);
}

bool IdentifierHints::LooksLikeStateNumber() const {
  return (nhi_ > 0 && nhi_ * 5 >= sampled_) || (ird_ > 0 && ird_ * 2 >= sampled_);
}

std::string IdentifierHints::Warning(absl::string_view column) const {
  std::string found;
  const auto add = [&](uint64_t hits, uint64_t share, absl::string_view kind) {
    if (hits == 0 || hits * share < sampled_) return;
    absl::StrAppend(&found, found.empty() ? "" : ", ", hits, " like ", kind);
  };
  add(nhi_, 5, "NHI numbers");
  add(ird_, 2, "IRD numbers");
  add(email_, 5, "e-mail addresses");
  add(phone_, 5, "telephone numbers");
  if (found.empty()) return "";
  return absl::StrCat("column \"", column, "\" looks like a direct identifier: of ", sampled_,
                      " values sampled ", found);
}

}  // namespace commons::records
