// For tests: a definition with a column of each kind, and every field that a definition can have.
#ifndef COMMONS_GOVERNANCE_TESTING_GOLDEN_STANDARD_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_GOLDEN_STANDARD_FOR_TEST_H_

#include <initializer_list>
#include <string>
#include <vector>

#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::governance {

class GoldenStandardMaker {
 public:
  explicit GoldenStandardMaker(const OrgId& owner) {
    s_.set_dataset("visits");
    s_.set_entity("nhi");
    s_.set_max_rows_per_person(4);
    s_.set_max_owners_per_person(2);
    s_.set_max_rows_per_person_and_cell(2);
    s_.set_unit("person");
    for (const char* purpose : {"health", "planning"}) s_.add_purposes(purpose);
    s_.set_retention("ten years");
    s_.set_consent_basis("asked at the visit");
    Say(s_.add_title(), "mi", "Ng\xc4\x81 toronga");
    Say(s_.add_description(), "en", "Visits to a clinic");
    Add("nhi", v1::IDENTIFIER, v1::STRING);
    Add("link", v1::LINKAGE_KEY, v1::STRING);
    Add("notes", v1::HIDDEN, v1::STRING);
    Add("fax", v1::SKIP, v1::STRING);
    Codes(owner);
    Responses();
    Numbers();
    Dates();
  }
  const v1::Standard& standard() const { return s_; }

 private:
  static void Say(v1::Text* text, const char* lang, const char* words) {
    text->set_lang(lang);
    text->set_text(words);
  }
  static v1::Code& Code(v1::Code& code, const std::string& value, const std::string& label) {
    code.set_value(value);
    code.set_label(label);
    return code;
  }
  v1::Column& Add(const char* name, v1::Role role, v1::ValueType type) {
    v1::Column& column = *s_.add_columns();
    column.set_name(name);
    column.set_role(role);
    column.set_type(type);
    return column;
  }

  void Codes(const OrgId& owner) {
    v1::Column& district = Add("district", v1::DIMENSION, v1::STRING);
    district.set_required(true);
    district.add_missing_values("");
    Say(district.add_title(), "en", "District");
    Say(district.add_description(), "en", "Where they live");
    Code(*district.add_codes(), "NTL", "Te Tai Tokerau").set_exclusive_org(owner.ToBytes());
    Code(*district.add_codes(), "AKL", "T\xc4\x81maki Makaurau");
    Code(*district.add_codes(), "CCH", "\xc5\x8ctautahi");
    v1::Grouping& island = *district.add_groupings();
    island.set_name("island");
    Say(island.add_title(), "en", "Island");
    Code(*island.add_groups(), "S", "Te Waipounamu");
    Code(*island.add_groups(), "N", "Te Ika-a-M\xc4\x81ui");
    for (const uint32_t group : {1, 1, 0}) island.add_group_of(group);
    v1::Column& smokes = Add("smokes", v1::DIMENSION, v1::BOOLEAN);
    Code(*smokes.add_codes(), "no", "false").add_also("n");
    Code(*smokes.add_codes(), "yes", "true").add_also("y");
  }
  void Responses() {
    v1::Column& all = Add("ethnicity", v1::DIMENSION, v1::STRING);
    all.set_max_responses(3);
    all.set_separator(";");
    for (const char* code : {"Asian", "M\xc4\x81ori", "Pacific"}) {
      Code(*all.add_codes(), code, code);
    }
    v1::Column& first = Add("ethnicity_prioritised", v1::DIMENSION, v1::STRING);
    first.set_priority_of("ethnicity");
    for (const int code : {1, 2, 0}) *first.add_codes() = all.codes(code);
  }
  void Numbers() {
    v1::Column& age = Add("age", v1::DIMENSION_AND_MEASURE, v1::INTEGER);
    for (const int edge : {0, 15, 65, 120}) age.add_breaks(edge);
    age.set_unit("years");
    age.set_has_minimum(true);
    age.set_minimum(1);
    age.set_has_maximum(true);
    age.set_maximum(119);
    v1::Column& weight = Add("weight", v1::MEASURE, v1::NUMBER);
    weight.set_decimals(1);
    weight.set_round(true);
    weight.set_has_clip(true);
    weight.set_clip_low(-5);
    weight.set_clip_high(2500);
  }
  void Dates() {
    v1::Column& seen = Add("seen", v1::DIMENSION, v1::DATE);
    seen.set_period_unit(v1::WEEK);
    seen.set_week_starts(1);
    seen.set_period_from(19723);  // Monday, 2024-01-01
    seen.set_period_to(19723 + 52 * 7 - 1);
    seen.set_zone("Pacific/Auckland");
  }

  v1::Standard s_;
};

inline v1::Standard GoldenStandard(const OrgId& owner) {
  return GoldenStandardMaker(owner).standard();
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_GOLDEN_STANDARD_FOR_TEST_H_
