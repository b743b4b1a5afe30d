#include "governance/review/column_words.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "governance/review/screen.h"
#include "governance/review/standard_words.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

std::string TypeWords(const v1::Column& column) {
  switch (column.type()) {
    case v1::STRING:
      return "text";
    case v1::INTEGER:
      return "whole numbers";
    case v1::NUMBER:
      return absl::StrCat("numbers of ", column.decimals(), " decimals");
    case v1::BOOLEAN:
      return "yes or no";
    case v1::DATE:
      return column.zone().empty() ? "dates" : "dates with a time of day";
    default:
      return "";
  }
}

std::string Limits(const v1::Column& column) {
  const bool date = column.type() == v1::DATE;
  const auto words = [&](int64_t value) {
    return date ? PeriodLabel(value, PeriodUnit::kDay) : NumberWords(value, column);
  };
  return absl::StrCat(column.has_minimum() ? absl::StrCat("from ", words(column.minimum())) : "",
                      column.has_maximum() ? absl::StrCat(" to ", words(column.maximum())) : "");
}

std::string Clip(const v1::Column& column) {
  if (!column.has_clip()) return "";
  return absl::StrCat(NumberWords(column.clip_low(), column), " to ",
                      NumberWords(column.clip_high(), column));
}

std::string Quotes(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return absl::StrJoin(texts, ", ", [](std::string* out, const std::string& text) {
    absl::StrAppend(out, "'", ShownWhole(text), "'");
  });
}

// Of booleans: "true: 'yes', 'ja'".
std::string FurtherTexts(const v1::Column& column) {
  std::string words;
  for (const v1::Code& code : column.codes()) {
    if (code.also().empty()) continue;
    absl::StrAppend(&words, words.empty() ? "" : "; ", ShownWhole(code.value()), ": ",
                    Quotes(code.also()));
  }
  return words;
}

}  // namespace

const std::vector<ColumnAspect>& ColumnAspects() {
  static const auto* const kAspects = new std::vector<ColumnAspect>{
      {"values are", TypeWords},
      {"its groups",
       [](const v1::Column& c) { return c.codes_size() > 0 ? std::string() : ValuesWords(c); }},
      {"days are those of the time zone", [](const v1::Column& c) { return ShownWhole(c.zone()); }},
      {"protected sums count", Clip},
      {"accepted values", Limits},
      {"a missing value is",
       [](const v1::Column& c) { return std::string(c.required() ? "rejected" : "accepted"); }},
      {"texts that mean no value", [](const v1::Column& c) { return Quotes(c.missing_values()); }},
      {"further texts of its codes", FurtherTexts},
      {"each row counts once, in its first code of",
       [](const v1::Column& c) { return ShownWhole(c.priority_of()); }},
      {"several responses are divided by",
       [](const v1::Column& c) {
         return c.separator().empty() ? "" : absl::StrCat("'", ShownWhole(c.separator()), "'");
       }},
      {"more decimals are",
       [](const v1::Column& c) { return std::string(c.round() ? "rounded" : "rejected"); }},
      {"unit", [](const v1::Column& c) { return ShownWhole(c.unit()); }},
      {"title", [](const v1::Column& c) { return TextWords(c.title()); }},
      {"description", [](const v1::Column& c) { return TextWords(c.description()); }},
  };
  return *kAspects;
}

std::string TextWords(const google::protobuf::RepeatedPtrField<v1::Text>& texts) {
  return absl::StrJoin(texts, "; ", [](std::string* out, const v1::Text& text) {
    absl::StrAppend(out, ShownWhole(text.text()), " (", ShownWhole(text.lang()), ")");
  });
}

int GroupsPerYear(v1::PeriodUnit unit) {
  switch (unit) {
    case v1::DAY:
      return 365;
    case v1::WEEK:
      return 52;
    case v1::MONTH:
      return 12;
    case v1::QUARTER:
      return 4;
    case v1::YEAR:
      return 1;
    default:
      return 0;
  }
}

}  // namespace commons::governance
