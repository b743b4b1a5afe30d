#include <optional>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "base/text/decimal.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"
#include "governance/standard/code_list.h"
#include "governance/standard/column_check.h"
#include "governance/standard/datapackage_field.h"
#include "governance/standard/priority_check.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

bool IsNumeric(v1::ValueType type) { return type == v1::INTEGER || type == v1::NUMBER; }

absl::Status AddCode(const Place& place, v1::Column* column) {
  if (column->codes_size() == static_cast<int>(limits::kCodesPerLongList)) {
    return place.Refuse("has more than ", limits::kCodesPerLongList,
                        " codes; group them, or use commons:breaks");
  }
  v1::Code* code = column->add_codes();
  if (!place.json().Is(Json::Kind::kObject)) {
    ASSIGN_OR_RETURN(*code->mutable_value(), CodeText(place, column->type()));
    code->set_label(code->value());
    return absl::OkStatus();
  }
  const std::optional<Place> value = place.Member("value");
  if (!value) return place.Refuse("has no \"value\"; add it");
  ASSIGN_OR_RETURN(*code->mutable_value(), CodeText(*value, column->type()));
  ASSIGN_OR_RETURN(*code->mutable_label(), place.StringOr("label", code->value()));
  return absl::OkStatus();
}

absl::Status AddList(const Place& list, v1::Column* column) {
  RETURN_IF_ERROR(list.Expect(Json::Kind::kArray));
  if (list.json().items.empty()) return list.Refuse("is empty; list the codes");
  for (const Place& item : list.Items()) RETURN_IF_ERROR(AddCode(item, column));
  return absl::OkStatus();
}

absl::Status AddRange(const Place& low, const Place& high, v1::Column* column) {
  ASSIGN_OR_RETURN(const int64_t from, low.Scaled(0));
  ASSIGN_OR_RETURN(const int64_t to, high.Scaled(0));
  if (from > to) return low.Refuse("is above constraints.maximum; exchange them");
  if (to - from >= static_cast<int64_t>(limits::kCodesPerLongList)) {
    return high.Refuse("the range has more than ", limits::kCodesPerLongList,
                       " whole numbers; narrow it, or use commons:breaks");
  }
  for (int64_t value = from; value <= to; ++value) {
    v1::Code* code = column->add_codes();
    code->set_value(FormatDecimal(value, 0));
    code->set_label(code->value());
  }
  return absl::OkStatus();
}

absl::Status AddTruth(const Place& field, absl::string_view key, std::vector<std::string> texts,
                      absl::string_view label, v1::Column* column) {
  if (const std::optional<Place> list = field.Member(key)) {
    RETURN_IF_ERROR(list->Expect(Json::Kind::kArray));
    texts.clear();
    for (const Place& item : list->Items()) {
      ASSIGN_OR_RETURN(texts.emplace_back(), item.String());
    }
    if (texts.empty()) return list->Refuse("is empty; give at least one text");
  }
  v1::Code* code = column->add_codes();
  code->set_value(texts[0]);
  code->set_label(std::string(label));
  for (size_t i = 1; i < texts.size(); ++i) code->add_also(texts[i]);
  return absl::OkStatus();
}

// The same codes in both, in any order: the categories rule, as they may have labels.
absl::Status AddBoth(const Place& list, const Place& categories, v1::Column* column) {
  v1::Column allowed;
  allowed.set_type(column->type());
  RETURN_IF_ERROR(AddList(list, &allowed));
  RETURN_IF_ERROR(AddList(categories, column));
  const auto values = [](const v1::Column& of) {
    std::set<std::string> out;
    for (const v1::Code& code : of.codes()) out.insert(code.value());
    return out;
  };
  if (values(allowed) == values(*column)) return absl::OkStatus();
  return categories.Refuse("lists other codes than constraints.enum; keep one of them");
}

absl::Status AddCodes(const Place& field, const CodeTableReader& read, v1::Column* column) {
  if (column->type() == v1::BOOLEAN) {
    RETURN_IF_ERROR(
        AddTruth(field, "falseValues", {"false", "False", "FALSE", "0"}, "false", column));
    return AddTruth(field, "trueValues", {"true", "True", "TRUE", "1"}, "true", column);
  }
  const std::optional<Place> constraints = field.Member("constraints");
  std::optional<Place> list, low, high;
  if (constraints) {
    list = constraints->Member("enum");
    low = constraints->Member("minimum");
    high = constraints->Member("maximum");
  }
  const std::optional<Place> categories = field.Member("categories");
  if (const std::optional<Place> file = field.Member("commons:codes")) {
    if (!list && !categories && !low && !high) return ParseCodeList(*file, read, column);
    return file->Refuse(
        "the codes are listed in the package too (constraints.enum, minimum or maximum, "
        "categories); keep one of them");
  }
  if (list && categories) return AddBoth(*list, *categories, column);
  if (list) return AddList(*list, column);
  if (categories) return AddList(*categories, column);
  if (column->type() == v1::INTEGER && low && high) return AddRange(*low, *high, column);
  return absl::OkStatus();  // CheckColumn says what is missing
}

// An object of code -> text.
absl::StatusOr<std::map<std::string, std::string>> ParseCodeMap(const Place& map,
                                                                const v1::Column& column) {
  RETURN_IF_ERROR(map.Expect(Json::Kind::kObject));
  std::set<std::string> codes;
  for (const v1::Code& code : column.codes()) codes.insert(code.value());
  std::map<std::string, std::string> texts;
  for (size_t i = 0; i < map.json().keys.size(); ++i) {
    absl::StatusOr<std::string> code = Nfc(map.json().keys[i]);
    if (!code.ok()) return map.Here(code.status());
    if (codes.count(*code) == 0) {
      return map.Refuse(Quoted(*code), " is not a code of this field; correct or remove it",
                        OrIsIt(*code, TextsOfCodes(column)));
    }
    const Place value(map.json().items[i], absl::StrCat(map.path(), "[", Quoted(*code), "]"));
    ASSIGN_OR_RETURN(texts[*code], value.String());
  }
  return texts;
}

absl::Status ApplyLabels(const Place& labels, v1::Column* column) {
  if (column->type() == v1::BOOLEAN) {
    return labels.Refuse(
        "a boolean is labelled true and false; remove it, or make the field a "
        "string with constraints.enum");
  }
  ASSIGN_OR_RETURN(const auto texts, ParseCodeMap(labels, *column));
  for (v1::Code& code : *column->mutable_codes()) {
    if (auto label = texts.find(code.value()); label != texts.end()) code.set_label(label->second);
  }
  return absl::OkStatus();
}

// The column's codes in the order of the list, which names each once.
absl::Status OrderCodes(const Place& list, v1::Column* column) {
  v1::Column order;
  order.set_type(column->type());
  RETURN_IF_ERROR(AddList(list, &order));
  std::map<std::string, v1::Code> left;
  for (const v1::Code& code : column->codes()) left[code.value()] = code;
  column->clear_codes();
  for (const v1::Code& code : order.codes()) {
    const auto known = left.find(code.value());
    if (known == left.end()) {
      return list.Refuse(Quoted(code.value()),
                         " is no code of this field, or stands there twice; name each once");
    }
    *column->add_codes() = std::move(known->second);
    left.erase(known);
  }
  if (left.empty()) return absl::OkStatus();
  return list.Refuse("does not say where ", Quoted(left.begin()->first),
                     " comes; name every code once, the first one first");
}

// As long lists leave out what is the code itself, so that more of them fit into a document.
void ShortenLabels(v1::Column* column) {
  if (!HasLongList(*column)) return;
  for (v1::Code& code : *column->mutable_codes()) {
    if (code.label() == code.value()) code.clear_label();
  }
}

}  // namespace

absl::StatusOr<std::string> CodeText(absl::string_view text, v1::ValueType type) {
  if (!IsNumeric(type)) return std::string(text);
  const int decimals = CodeDecimals(type);
  const absl::StatusOr<int64_t> scaled = ScaleDecimal(text, decimals);
  if (scaled.ok()) return FormatDecimal(*scaled, decimals);
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is not a code of this type; ",
                   type == v1::INTEGER ? "use whole numbers" : "use numbers",
                   " of at most 2^53, with at most ", decimals, " decimals"));
}

absl::StatusOr<std::string> CodeText(const Place& place, v1::ValueType type) {
  if (!IsNumeric(type)) return place.String();
  ASSIGN_OR_RETURN(const std::string text, place.NumberText());
  absl::StatusOr<std::string> code = CodeText(text, type);
  if (!code.ok()) return place.Here(code.status());
  return code;
}

absl::Status ParseCodes(const Place& field, const CodeTableReader& read, ParsedField* parsed) {
  RETURN_IF_ERROR(AddCodes(field, read, &parsed->column));
  if (const std::optional<Place> labels = field.Member("commons:labels")) {
    RETURN_IF_ERROR(ApplyLabels(*labels, &parsed->column));
  }
  for (const v1::Code* code : LabelsThatAreCodes(parsed->column)) {
    parsed->warnings.push_back(absl::StrCat(
        field.path(), ": ", Quoted(code->label()), " is the label of ", Quoted(code->value()),
        " and a code itself: people read it as the one, and a question that names it asks for the "
        "other"));
  }
  ShortenLabels(&parsed->column);
  RETURN_IF_ERROR(ParseGroups(field, &parsed->column));
  if (const std::optional<Place> exclusive = field.Member("commons:exclusive")) {
    ASSIGN_OR_RETURN(parsed->exclusive, ParseCodeMap(*exclusive, parsed->column));
    for (const auto& [code, organisation] : parsed->exclusive) {
      if (absl::Status named = CheckText(organisation, limits::kNameBytes); !named.ok()) {
        return exclusive->Refuse("the organisation of ", Quoted(code), " ", named.message());
      }
    }
  }
  return absl::OkStatus();
}

absl::Status ParsePriority(const Place& field, ParsedField* parsed) {
  const std::optional<Place> priority = field.Member("commons:priority");
  if (!priority) return absl::OkStatus();
  const v1::Column& source = parsed->column;
  if (!HasResponses(source)) {
    return priority->Refuse(
        "is only for fields of several responses; remove it, or add commons:max_responses");
  }
  v1::Column& made = parsed->prioritised.emplace(source);
  RETURN_IF_ERROR(OrderCodes(*priority, &made));
  made.set_name(PrioritisedName(source.name()));
  made.set_priority_of(source.name());
  made.clear_max_responses();
  made.clear_separator();
  made.clear_title();
  made.clear_description();
  return field.Here(CheckColumn(made));
}

}  // namespace commons::governance
