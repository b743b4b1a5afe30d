#include "governance/standard/column_check.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/period.h"
#include "base/status.h"
#include "base/text/decimal.h"
#include "base/text/moment.h"
#include "governance/document/text.h"
#include "governance/standard/groupings_check.h"
#include "governance/standard/responses_check.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "governance/standard/texts_check.h"

namespace commons::governance {
namespace {

constexpr size_t kMissingTexts = 64;

absl::Status Invalid(absl::string_view a, absl::string_view b = "", absl::string_view c = "") {
  return absl::InvalidArgumentError(absl::StrCat(a, b, c));
}

bool Scaled(int64_t value) {
  return value >= -limits::kAbsScaledValueMax && value <= limits::kAbsScaledValueMax;
}

bool Banded(const v1::Column& column) { return column.breaks_size() > 0; }
bool Numeric(const v1::Column& column) {
  return column.type() == v1::INTEGER || column.type() == v1::NUMBER;
}

absl::Status CheckMissing(const v1::Column& column) {
  std::set<std::string> texts;
  if (column.missing_values_size() > static_cast<int>(kMissingTexts)) {
    return Invalid("has too many missing values; the limit is ", absl::StrCat(kMissingTexts));
  }
  for (const std::string& text : column.missing_values()) {
    if (!text.empty()) {
      RETURN_IF_ERROR(Because(absl::StrCat("the missing value ", Quoted(text)),
                              CheckText(text, limits::kLabelBytes)));
    }
    if (!texts.insert(text).second) {
      return Invalid("the missing value ", Quoted(text), " is there twice; keep one");
    }
  }
  return absl::OkStatus();
}

// A numeric code is written as FormatDecimal writes it, so that one number is one code.
absl::Status CheckNumericCode(const v1::Column& column, const std::string& text) {
  const int decimals = CodeDecimals(column.type());
  ASSIGN_OR_RETURN(const int64_t scaled, ScaleDecimal(text, decimals));
  if (FormatDecimal(scaled, decimals) == text) return absl::OkStatus();
  return Invalid("the code ", Quoted(text), " is not in its shortest form");
}

absl::Status CheckCode(const v1::Column& column, const v1::Code& code, std::set<std::string>* texts,
                       std::set<std::string>* labels) {
  const std::string& label = HasLongList(column) ? LabelOf(code) : code.label();
  RETURN_IF_ERROR(
      Because(absl::StrCat("the label ", Quoted(label)), CheckText(label, limits::kLabelBytes)));
  if (HasLongList(column) && code.label() == code.value()) {
    return Invalid("a long list leaves out a label that is the code, as of ", Quoted(label));
  }
  if (!labels->insert(label).second) {
    return Invalid("the label ", Quoted(label), " stands for two codes; make them differ");
  }
  std::vector<std::string> all(code.also().begin(), code.also().end());
  all.push_back(code.value());
  for (const std::string& text : all) {
    RETURN_IF_ERROR(
        Because(absl::StrCat("the code ", Quoted(text)), CheckText(text, limits::kLabelBytes)));
    if (!texts->insert(text).second) {
      return Invalid("the text ", Quoted(text),
                     " stands for two codes, or for a code and for a missing value; keep one");
    }
  }
  if (Numeric(column)) RETURN_IF_ERROR(CheckNumericCode(column, code.value()));
  if (column.type() != v1::BOOLEAN && code.also_size() > 0) {
    return Invalid("only booleans have several texts for a code");
  }
  if (!code.exclusive_org().empty() && code.exclusive_org().size() != OrgId::kSize) {
    return Invalid("the owner of the code ", Quoted(code.value()), " is not an organisation id");
  }
  return absl::OkStatus();
}

absl::Status CheckCodes(const v1::Column& column) {
  if (column.codes_size() > static_cast<int>(limits::kCodesPerLongList)) {
    return Invalid("has more than ", absl::StrCat(limits::kCodesPerLongList),
                   " codes; group them, or use commons:breaks");
  }
  if (column.type() == v1::BOOLEAN &&
      (column.codes_size() != 2 || column.codes(0).label() != "false" ||
       column.codes(1).label() != "true")) {
    return Invalid("a boolean has exactly the codes false and true");
  }
  std::set<std::string> texts(column.missing_values().begin(), column.missing_values().end());
  std::set<std::string> labels;
  size_t spellings = 0;
  for (const v1::Code& code : column.codes()) {
    spellings += 1 + code.also_size();
    if (spellings > (HasLongList(column) ? limits::kCodesPerLongList : limits::kCodesPerColumn)) {
      return Invalid("has too many texts for its codes");
    }
    RETURN_IF_ERROR(CheckCode(column, code, &texts, &labels));
  }
  return absl::OkStatus();
}

absl::Status CheckBreaks(const v1::Column& column) {
  if (column.breaks_size() < 2 ||
      column.breaks_size() - 1 > static_cast<int>(limits::kBandsPerColumn)) {
    return Invalid("has ", absl::StrCat(column.breaks_size(), " breaks; give 2 to "),
                   absl::StrCat(limits::kBandsPerColumn + 1));
  }
  for (int i = 0; i < column.breaks_size(); ++i) {
    if (!Scaled(column.breaks(i))) return Invalid("a break is too large");
    if (i > 0 && column.breaks(i) <= column.breaks(i - 1)) {
      return Invalid("the breaks do not ascend; sort them and remove repetitions");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPeriod(const v1::Column& column) {
  if (!v1::PeriodUnit_IsValid(column.period_unit()) ||
      column.period_unit() == v1::PERIOD_UNIT_UNSPECIFIED) {
    return Invalid("a date dimension needs commons:period with unit, from and to");
  }
  const bool weeks = column.period_unit() == v1::WEEK;
  if (column.week_starts() > 7 || (weeks && column.week_starts() == 0)) {
    return Invalid("commons:week_starts is a day of the week");
  }
  const PeriodUnit unit = UnitOf(column);
  if (PeriodStart(column.period_from(), unit) != column.period_from() ||
      NextPeriod(column.period_to(), unit) - 1 != column.period_to()) {
    return Invalid("the period is not made of whole units");
  }
  if (column.period_from() > column.period_to()) {
    return Invalid("the period ends before it begins; exchange from and to");
  }
  return absl::OkStatus();
}

absl::Status CheckZone(const v1::Column& column) {
  if (column.zone().empty()) return absl::OkStatus();
  if (column.role() != v1::DIMENSION || column.type() != v1::DATE) {
    return Invalid("commons:zone is for date dimensions; remove it");
  }
  if (DayZone::IsName(column.zone())) return absl::OkStatus();
  return Invalid("commons:zone: ", Quoted(column.zone()),
                 " is no time zone's name; write it like \"Pacific/Auckland\", or \"UTC\"");
}

absl::Status CheckDimension(const v1::Column& column) {
  const bool coded = column.codes_size() > 0;
  if (column.has_clip()) return Invalid("commons:clip is for measures; remove it");
  if ((column.type() == v1::DATE) != (column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED)) {
    return Invalid(column.type() == v1::DATE
                       ? "a date dimension needs commons:period with unit, from and to"
                       : "commons:period is for date dimensions; remove it");
  }
  if (column.type() == v1::DATE) {
    if (coded || Banded(column)) return Invalid("a date dimension has no codes or breaks");
    return CheckPeriod(column);
  }
  if (Banded(column) && !Numeric(column)) {
    return Invalid("commons:breaks is for integers and numbers; remove it");
  }
  if (coded && Banded(column)) return Invalid("has codes and breaks; keep one of them");
  if (Banded(column)) return CheckBreaks(column);
  if (coded) return CheckCodes(column);
  return Invalid("a dimension needs a finite list of codes; give constraints.enum or categories",
                 Numeric(column) ? ", or commons:breaks" : "",
                 column.type() == v1::INTEGER ? ", or constraints.minimum and maximum" : "");
}

absl::Status CheckClip(const v1::Column& column) {
  if (!column.has_clip()) return absl::OkStatus();
  if (!Scaled(column.clip_low()) || !Scaled(column.clip_high())) {
    return Invalid("commons:clip is too large");
  }
  if (column.clip_low() >= column.clip_high()) {
    return Invalid("commons:clip must be [low, high] with low below high");
  }
  return absl::OkStatus();
}

absl::Status CheckMeasure(const v1::Column& column) {
  if (!Numeric(column)) return Invalid("a measure must be an integer or a number; change its type");
  if (column.codes_size() > 0 || Banded(column) ||
      column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED) {
    return Invalid(
        "a measure has no codes, breaks or period; give it both roles, [\"dimension\", "
        "\"measure\"], with breaks, make it a dimension, or remove them");
  }
  return CheckClip(column);
}

// Its values are kept as numbers, which a list of codes does not have.
absl::Status CheckDimensionAndMeasure(const v1::Column& column) {
  if (!Numeric(column) || !Banded(column) || column.codes_size() > 0 ||
      column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED) {
    return Invalid(
        "a dimension that is also a measure is an integer or a number with commons:breaks, or an "
        "integer with a list of whole numbers (constraints.minimum and maximum, or enum), and has "
        "no codes and no period");
  }
  RETURN_IF_ERROR(CheckBreaks(column));
  return CheckClip(column);
}

// What only a column of numbers in a fixed scale has.
absl::Status CheckScale(const v1::Column& column) {
  const bool scaled = IsMeasure(column) || Banded(column);
  if (column.decimals() > static_cast<uint32_t>(limits::kDecimalsMax)) {
    return Invalid("has too many decimals; the limit is ", absl::StrCat(limits::kDecimalsMax));
  }
  if (column.decimals() > 0 && (!scaled || column.type() != v1::NUMBER)) {
    return Invalid("commons:decimals is for measures and banded dimensions of type number");
  }
  if (column.round() && (!scaled || column.type() != v1::NUMBER)) {
    return Invalid("commons:round is for measures and banded dimensions of type number");
  }
  if (!column.unit().empty()) {
    if (!scaled) return Invalid("commons:unit is for measures and banded dimensions; remove it");
    RETURN_IF_ERROR(Because("commons:unit", CheckText(column.unit(), limits::kNameBytes)));
  }
  if ((column.has_minimum() || column.has_maximum()) && !scaled) {
    return Invalid("a minimum or maximum is for numbers in a fixed scale");
  }
  if (!Scaled(column.minimum()) || !Scaled(column.maximum()) ||
      (column.has_minimum() && column.has_maximum() && column.minimum() > column.maximum())) {
    return Invalid("constraints.minimum is above constraints.maximum; exchange them");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckColumn(const v1::Column& column) {
  RETURN_IF_ERROR(Because("the name", CheckText(column.name(), limits::kNameBytes)));
  if (!v1::Role_IsValid(column.role()) || column.role() == v1::ROLE_UNSPECIFIED) {
    return Invalid("has no role that this version knows");
  }
  if (!v1::ValueType_IsValid(column.type()) || column.type() == v1::VALUE_TYPE_UNSPECIFIED) {
    return Invalid("has no type that this version knows");
  }
  RETURN_IF_ERROR(CheckTexts(column.title()));
  RETURN_IF_ERROR(CheckTexts(column.description()));
  RETURN_IF_ERROR(CheckMissing(column));
  RETURN_IF_ERROR(CheckScale(column));
  RETURN_IF_ERROR(CheckResponses(column));
  RETURN_IF_ERROR(CheckZone(column));
  RETURN_IF_ERROR(CheckGroupings(column));
  if (column.week_starts() != 0 && column.period_unit() != v1::WEEK &&
      column.period_unit() != v1::DAY) {
    return Invalid("commons:week_starts is for dates of the unit week or day");
  }
  if (column.role() == v1::DIMENSION) return CheckDimension(column);
  if (column.role() == v1::MEASURE) return CheckMeasure(column);
  if (column.role() == v1::DIMENSION_AND_MEASURE) return CheckDimensionAndMeasure(column);
  if (column.codes_size() > 0 || Banded(column) || column.has_clip() ||
      column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED) {
    return Invalid("only dimensions and measures have codes, breaks, a period or a clip");
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
