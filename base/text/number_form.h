// Numbers as one owner writes them: with thousands separators, a decimal comma, a currency sign.
#ifndef COMMONS_BASE_TEXT_NUMBER_FORM_H_
#define COMMONS_BASE_TEXT_NUMBER_FORM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace commons {

struct NumberForm {
  std::string group;        // between groups of three digits; "": none
  std::string point = ".";  // before the decimals
  // A currency ($, NZ$, the sign of another one, or three capital letters) or % may stand on one
  // side of the number, with or without a space. Nothing else: of "5k", "(5)" or "5-" leaving out
  // what is no digit would make another number.
  bool signs = false;
};

// kInvalidArgument, "what, what to do", without these texts: no such separators, or both the same.
absl::Status CheckNumberForm(const NumberForm& form);

// False: not a number in this form, and *plain is anything. Else *plain is its text as
// base/text/decimal.h reads it, if it is a number at all, and *sign what stood beside it. Groups
// must have three digits, and the first begins with none that is 0: "1,5" is no fifteen, "0,125" no
// hundred and twenty-five.
bool ReadNumberForm(absl::string_view text, const NumberForm& form, std::string* plain,
                    absl::string_view* sign);

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_NUMBER_FORM_H_
