#include "records/rows/field_form.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/period.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"

namespace commons::records {
namespace {

constexpr uint32_t kMissingText = TextIndex::kAbsent - 1;

// A text that the map names stands for what it says there, be it a missing one.
std::vector<std::pair<std::string, uint32_t>> Entries(const v1::FieldDialect& field,
                                                      const ColumnLayout& column) {
  std::vector<std::pair<std::string, uint32_t>> entries;
  for (const std::string& text : column.missing) entries.emplace_back(text, kMissingText);
  for (int i = 0; i < field.map_size(); ++i) {
    for (const std::string& text : field.map(i).from()) entries.emplace_back(text, i);
  }
  return entries;
}

bool OfNumbers(const v1::FieldDialect& field) {
  return !field.group_char().empty() || !field.decimal_char().empty() || field.signs();
}

NumberForm NumberFormOf(const v1::FieldDialect& field) {
  return {field.group_char(), field.decimal_char().empty() ? "." : field.decimal_char(),
          field.signs()};
}

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

// What the map says must be something that the definition knows.
absl::Status CheckTargets(const v1::FieldDialect& field, const ColumnLayout& column) {
  if (column.codes.empty()) return absl::OkStatus();
  std::vector<std::string> known = column.missing;
  for (const auto& [text, code] : column.codes) known.push_back(text);
  for (const auto& mapped : field.map()) {
    if (absl::c_linear_search(known, mapped.to())) continue;
    const std::string near = NearestWithinHalf(mapped.to(), known);
    return Wrong(absl::StrCat(
        "\"", mapped.to(), "\" is no code of the common definition",
        near.empty() ? "; use one of its codes" : absl::StrCat("; is it \"", near, "\"?")));
  }
  return absl::OkStatus();
}

// A response that the definition knows must be whole between the owner's separators.
absl::Status CheckSeparator(const v1::FieldDialect& field, const ColumnLayout& column) {
  if (field.separator().empty()) return absl::OkStatus();
  if (column.separator.empty()) {
    return Wrong("commons:separator is for columns of several responses; leave it out");
  }
  for (const auto& [text, code] : column.codes) {
    if (!absl::StrContains(text, field.separator())) continue;
    return Wrong(absl::StrCat("the code \"", text,
                              "\" has commons:separator in it; such a file "
                              "can't be read: choose another separator in it"));
  }
  return absl::OkStatus();
}

absl::Status CheckDate(const DateFormat& date, const ColumnLayout& column, bool zoned) {
  if (date.has_offset() && !zoned) {
    return Wrong(
        "the format has an offset (%z), and the common definition has days and no time zone; leave "
        "%z out if the day is the one written");
  }
  const bool by_day = zoned || column.unit == PeriodUnit::kDay || IsWeek(column.unit);
  const bool enough = by_day                             ? date.unit() == PeriodUnit::kDay
                      : column.unit == PeriodUnit::kYear ? true
                                                         : date.unit() != PeriodUnit::kYear;
  if (enough) return absl::OkStatus();
  return Wrong(absl::StrCat("the format names a ", UnitName(date.unit()),
                            ", and the common definition asks for a ", UnitName(column.unit)));
}

}  // namespace

FieldForm::FieldForm(const v1::FieldDialect& field, const ColumnLayout& column, bool trim)
    : trim_(trim),
      separator_(column.separator),
      own_separator_(field.separator().empty() ? column.separator : field.separator()),
      index_(Entries(field, column)) {
  for (const auto& mapped : field.map()) {
    targets_.push_back(mapped.to());
    of_codes_.push_back(!absl::c_linear_search(column.missing, mapped.to()));
  }
}

absl::StatusOr<std::unique_ptr<FieldForm>> FieldForm::Create(const v1::FieldDialect& field,
                                                             const ColumnLayout& column, bool trim,
                                                             std::optional<DayZone> zone) {
  std::unique_ptr<FieldForm> form(new FieldForm(field, column, trim));
  if (OfNumbers(field)) {
    if (column.kind != ColumnKind::kInteger) {
      return Wrong("groupChar, decimalChar and bareNumber are for numbers; leave them out");
    }
    form->number_ = NumberFormOf(field);
    RETURN_IF_ERROR(CheckNumberForm(*form->number_));
  }
  if (!field.date_format().empty()) {
    if (column.kind != ColumnKind::kDate) return Wrong("format is for dates; leave it out");
    ASSIGN_OR_RETURN(form->date_, DateFormat::Parse(field.date_format()));
    RETURN_IF_ERROR(CheckDate(*form->date_, column, zone.has_value()));
    form->zone_ = zone;
  }
  if (field.map_size() > 0 && column.kind == ColumnKind::kHidden) {
    return Wrong("a text that is kept as it is can't be mapped; leave the map out");
  }
  RETURN_IF_ERROR(CheckSeparator(field, column));
  RETURN_IF_ERROR(CheckTargets(field, column));
  return form;
}

uint32_t FieldForm::Find(absl::string_view text) {
  const uint32_t found = index_.Find(text);
  if (found != TextIndex::kAbsent || absl::c_all_of(text, absl::ascii_isascii)) return found;
  const absl::StatusOr<std::string> nfc = Nfc(text);
  return nfc.ok() ? index_.Find(*nfc) : found;
}

// No value beside others stays what it is: such a row is rejected, and loses no response in
// silence. So is one with the definition's separator where the owner has another.
Reject FieldForm::MapEach(absl::string_view* text) {
  std::string mapped;
  for (const absl::string_view piece : absl::StrSplit(*text, own_separator_)) {
    const absl::string_view response = absl::StripAsciiWhitespace(piece);
    const uint32_t found = Find(response);
    const bool stands = found < targets_.size() && of_codes_[found];
    if (!stands && absl::StrContains(response, separator_)) return Reject::kUnknownCode;
    absl::StrAppend(&mapped, mapped.empty() ? "" : separator_,
                    stands ? absl::string_view(targets_[found]) : response);
  }
  read_ = std::move(mapped);
  *text = read_;
  return Reject::kNone;
}

Reject FieldForm::Read(absl::string_view* text) {
  last_sign_.reset();
  if (trim_) *text = WithoutOuterSpaces(*text);
  const uint32_t found = Find(*text);
  if (found == kMissingText) return Reject::kNone;
  if (found != TextIndex::kAbsent) {
    *text = targets_[found];
    return Reject::kNone;
  }
  if (!separator_.empty() && (!targets_.empty() || own_separator_ != separator_)) {
    return MapEach(text);
  }
  if (number_) return ReadNumber(text);
  return date_ ? ReadDate(text) : Reject::kNone;
}

// "$5" and "€5" in one column are two units, and so are "5" and "5%".
bool FieldForm::Goes(absl::string_view sign) const {
  if (!sign_.has_value() || *sign_ == sign) return true;
  return (sign_->empty() && sign != "%") || (sign.empty() && *sign_ != "%");
}

void FieldForm::Keep() {
  if (!last_sign_.has_value()) return;
  if (!sign_.has_value() || sign_->empty()) sign_ = std::string(*last_sign_);
}

Reject FieldForm::ReadNumber(absl::string_view* text) {
  absl::string_view sign;
  if (!ReadNumberForm(*text, *number_, &read_, &sign)) return Reject::kNotANumber;
  if (number_->signs && !Goes(sign)) return Reject::kAnotherUnit;
  last_sign_ = sign;
  *text = read_;
  return Reject::kNone;
}

Reject FieldForm::ReadDate(absl::string_view* text) {
  const std::optional<Moment> moment = date_->ReadMoment(*text);
  if (!moment.has_value()) return Reject::kNotInFormat;
  const int64_t day = zone_ ? zone_->DayOf(*moment) : moment->day;
  if (day < kFirstDay || day > kLastDay) return Reject::kOutOfRange;
  read_ = PeriodLabel(day, PeriodUnit::kDay);
  *text = read_;
  return Reject::kNone;
}

namespace {

// An id stands for nothing but itself: what the map may say is that there is none.
absl::Status CheckPersonTargets(const v1::FieldDialect& field, const TableLayout& layout) {
  for (const auto& mapped : field.map()) {
    if (absl::c_linear_search(layout.entity_missing, mapped.to())) continue;
    return Wrong(absl::StrCat(
        "\"", mapped.to(), "\": ids of persons can be mapped to a missing text alone, such as \"",
        layout.entity_missing.empty() ? "" : layout.entity_missing[0], "\"; leave it out"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FieldForm>> PersonForm(const v1::FieldDialect& field,
                                                      const TableLayout& layout) {
  RETURN_IF_ERROR(CheckPersonTargets(field, layout));
  return FieldForm::Create(field, {.name = field.name(), .missing = layout.entity_missing}, false);
}

absl::Status AddForm(const v1::FieldDialect& field, const CsvField& to, const TableLayout& layout,
                     bool trim, const DayZones& zones, FieldForms* forms) {
  if (to.entity) {
    ASSIGN_OR_RETURN(forms->person, PersonForm(field, layout));
  } else if (to.column != CsvField::kNotStored) {  // else nobody reads it
    const ColumnLayout& column = layout.columns[to.column];
    const auto zone = zones.find(column.name);
    ASSIGN_OR_RETURN(
        forms->columns[to.column],
        FieldForm::Create(field, column, trim,
                          zone == zones.end() ? std::nullopt : std::optional(zone->second)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FieldForms> FormsOf(const v1::Dialect& dialect, const TableLayout& layout,
                                   const CsvHeader& header, const DayZones& zones) {
  FieldForms forms;
  forms.columns.resize(layout.columns.size());
  std::vector<std::string> headers;
  for (const CsvField& field : header.fields) headers.push_back(field.header);
  const v1::FieldDialect plain;
  if (dialect.trim()) {
    for (size_t i = 0; i < layout.columns.size(); ++i) {
      if (layout.columns[i].kind == ColumnKind::kHidden) continue;
      ASSIGN_OR_RETURN(forms.columns[i], FieldForm::Create(plain, layout.columns[i], true));
    }
  }
  for (const v1::FieldDialect& field : dialect.fields()) {
    const auto at = absl::c_find(headers, field.name());
    const std::string name = absl::StrCat("the dialect's field \"", field.name(), "\"");
    if (at == headers.end() && !field.header().empty()) {
      return Wrong(absl::StrCat(name, ": its header \"", field.header(), "\" is not in the file"));
    }
    if (at == headers.end()) {
      const std::string near = NearestWithinHalf(field.name(), headers);
      return Wrong(absl::StrCat(name, " is not in the file",
                                near.empty() ? "" : absl::StrCat("; is it \"", near, "\"?")));
    }
    const CsvField& to = header.fields[at - headers.begin()];
    const absl::Status added = AddForm(field, to, layout, dialect.trim(), zones, &forms);
    if (!added.ok()) return Wrong(absl::StrCat(name, ": ", added.message()));
  }
  return forms;
}

}  // namespace commons::records
