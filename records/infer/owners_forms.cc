#include "records/infer/owners_forms.h"

#include <bit>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/text/date_format.h"
#include "base/text/decimal.h"
#include "base/text/number_form.h"

namespace commons::records {
namespace {

constexpr const char* kDates[] = {"%d/%m/%Y",
                                  "%m/%d/%Y",
                                  "%d-%m-%Y",
                                  "%m-%d-%Y",
                                  "%d.%m.%Y",
                                  "%d/%m/%y",
                                  "%m/%d/%y",
                                  "%Y/%m/%d",
                                  "%d %b %Y",
                                  "%d %B %Y",
                                  "%d-%b-%Y",
                                  "%d-%b-%y",
                                  "%d/%m/%Y %H:%M",
                                  "%m/%d/%Y %H:%M",
                                  "%d/%m/%Y %H:%M:%S",
                                  "%d/%m/%Y %I:%M %p",
                                  "%m/%d/%Y %I:%M %p",
                                  "%d.%m.%Y %H:%M",
                                  "%Y%m%d"};

struct Amount {
  const char* properties;
  NumberForm form;
};
const std::vector<Amount>& Amounts() {
  static const auto* const kAmounts = new std::vector<Amount>{
      {R"("groupChar": ",")", {",", ".", false}},
      {R"("bareNumber": false)", {"", ".", true}},
      {R"("groupChar": ",", "bareNumber": false)", {",", ".", true}},
      {R"("decimalChar": ",")", {"", ",", false}},
      {R"("groupChar": ".", "decimalChar": ",")", {".", ",", false}},
      {R"("groupChar": " ", "decimalChar": ",")", {" ", ",", false}},
      {R"("groupChar": ".", "decimalChar": ",", "bareNumber": false)", {".", ",", true}},
      {R"("groupChar": " ", "decimalChar": ",", "bareNumber": false)", {" ", ",", true}},
      {R"("groupChar": " ")", {" ", ".", false}},
      // As spreadsheets do in some languages, with spaces that do not break.
      {"\"groupChar\": \"\u00a0\", \"decimalChar\": \",\"", {"\u00a0", ",", false}},
      {"\"groupChar\": \"\u202f\", \"decimalChar\": \",\"", {"\u202f", ",", false}},
      {"\"groupChar\": \"\u00a0\"", {"\u00a0", ".", false}},
      {"\"groupChar\": \"\u202f\"", {"\u202f", ".", false}}};
  return *kAmounts;
}

const std::vector<DateFormat>& Formats() {
  static const auto* const kFormats = [] {
    auto* formats = new std::vector<DateFormat>;
    for (const char* format : kDates) formats->push_back(*DateFormat::Parse(format));
    return formats;
  }();
  return *kFormats;
}

// "ABC1234" is a number of somebody rather than an amount in the currency ABC.
bool IsPartOfAName(absl::string_view sign, absl::string_view text) {
  return !sign.empty() && absl::ascii_isalpha(sign.back()) && !absl::StrContains(text, ' ');
}

bool IsNumber(absl::string_view plain) {
  int64_t scaled = 0;
  const DecimalFault fault = ParseDecimal(plain, limits::kDecimalsMax, &scaled);
  return fault == DecimalFault::kNone || fault == DecimalFault::kTooManyDecimals;
}

// Those of the forms that are left which `reads` holds of.
template <typename Reads>
uint32_t StillReading(uint32_t left, const Reads& reads) {
  uint32_t still = 0;
  for (uint32_t rest = left; rest != 0; rest &= rest - 1) {
    const int form = std::countr_zero(rest);
    if (reads(form)) still |= 1u << form;
  }
  return still;
}

// Whether of these forms some take a comma for what stands before the decimals and others not.
bool PointsDiffer(uint32_t forms) {
  bool comma = false, other = false;
  for (uint32_t rest = forms; rest != 0; rest &= rest - 1) {
    (Amounts()[std::countr_zero(rest)].form.point == "," ? comma : other) = true;
  }
  return comma && other;
}

}  // namespace

OwnersForms::OwnersForms()
    : dates_((1u << Formats().size()) - 1), amounts_((1u << Amounts().size()) - 1) {}

void OwnersForms::Observe(absl::string_view text) {
  any_ = true;
  dates_ = StillReading(dates_, [&](int form) { return Formats()[form].Read(text).has_value(); });
  amounts_ = StillReading(amounts_, [&](int form) {
    std::string plain;
    absl::string_view sign;
    return ReadNumberForm(text, Amounts()[form].form, &plain, &sign) && IsNumber(plain) &&
           !IsPartOfAName(sign, text);
  });
}

std::vector<std::string> OwnersForms::dates() const {
  std::vector<std::string> found;
  for (uint32_t rest = any_ ? dates_ : 0; rest != 0; rest &= rest - 1) {
    found.emplace_back(kDates[std::countr_zero(rest)]);
  }
  return found;
}

std::vector<std::string> OwnersForms::amounts() const {
  std::vector<std::string> found;
  for (uint32_t rest = any_ ? amounts_ : 0; rest != 0; rest &= rest - 1) {
    found.emplace_back(Amounts()[std::countr_zero(rest)].properties);
  }
  return found;
}

std::optional<v1::FieldDialect> OwnersForms::InDialect(const std::string& name) const {
  v1::FieldDialect field;
  field.set_name(name);
  if (any_ && dates_ != 0) {
    if (std::popcount(dates_) != 1) return std::nullopt;
    field.set_date_format(kDates[std::countr_zero(dates_)]);
    return field;
  }
  if (!any_ || amounts_ == 0 || PointsDiffer(amounts_)) return std::nullopt;
  const NumberForm& form = Amounts()[std::countr_zero(amounts_)].form;
  field.set_group_char(form.group);
  if (form.point != ".") field.set_decimal_char(form.point);
  field.set_signs(form.signs);
  return field;
}

std::string OwnersForms::HowToRead(absl::string_view name) const {
  const std::vector<std::string> dates = this->dates();
  const std::string field =
      absl::StrCat("; in the owner's --dialect {\"fields\": [{\"name\": \"", name, "\", ");
  if (dates.size() == 1) {
    return absl::StrCat("dates written otherwise", field, "\"format\": \"", dates[0],
                        "\"}]} says how");
  }
  if (dates.size() > 1) {
    return absl::StrCat("dates written otherwise, and the files don't tell days from months", field,
                        "\"format\": \"", dates[0], "\"}]} or ",
                        absl::StrJoin(dates.begin() + 1, dates.end(), ", "), " says how");
  }
  const std::vector<std::string> amounts = this->amounts();
  if (amounts.empty()) return "";
  return absl::StrCat("amounts written otherwise", field, amounts[0], "}]} says how",
                      PointsDiffer(amounts_)
                          ? "; look whether commas divide thousands or stand before decimals"
                          : "");
}

}  // namespace commons::records
