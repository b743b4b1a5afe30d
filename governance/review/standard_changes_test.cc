#include "governance/review/standard_changes.h"

#include <functional>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// One of two values that differ, whatever the field holds.
void SetField(Message& message, const FieldDescriptor& field, bool second) {
  const auto* r = message.GetReflection();
  const std::string text = second ? "other" : "one";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    auto& entry = field.is_repeated() ? *r->AddMessage(&message, &field)
                                      : *r->MutableMessage(&message, &field);
    for (int i = 0; i < entry.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& inner = *entry.GetDescriptor()->field(i);
      if (!inner.is_repeated()) SetField(entry, inner, second);
    }
  } else if (field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    r->AddString(&message, &field, text);
  } else if (field.is_repeated()) {
    for (int64_t edge : {0, second ? 8 : 9, 20}) r->AddInt64(&message, &field, edge);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    r->SetString(&message, &field, text);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    r->SetEnumValue(&message, &field, second ? 2 : 1);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    r->SetBool(&message, &field, second);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    r->SetInt64(&message, &field, second ? 4 : 3);
  } else {
    r->SetUInt32(&message, &field, second ? 4 : 3);
  }
}

v1::Standard OfColumn(const v1::Column& column) {
  v1::Standard standard;
  *standard.add_columns() = column;
  standard.mutable_columns(0)->set_name("c");
  return standard;
}

StandardChanges Compare(const v1::Standard& before, const v1::Standard& after) {
  return CompareStandards(before, after, nullptr);
}

// Whoever adds a field says how a board reads that it changed.
TEST(StandardChanges, NoFieldOfADefinitionChangesInSilence) {
  const auto* fields = v1::Standard::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const FieldDescriptor& field = *fields->field(i);
    if (field.name() == "columns" || field.name() == "dataset") continue;
    v1::Standard before, after;
    before.set_entity("id"), after.set_entity("id");
    SetField(before, field, false), SetField(after, field, true);
    EXPECT_THAT(Compare(before, before).changes, IsEmpty()) << field.name();
    EXPECT_THAT(Compare(before, after).changes, Not(IsEmpty())) << field.name();
    EXPECT_THAT(Compare(before, after).changes, Not(Contains(HasSubstr("order of its columns"))))
        << field.name() << " has no words of its own";
  }
}

TEST(StandardChanges, NoFieldOfAColumnChangesInSilence) {
  const auto* fields = v1::Column::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const FieldDescriptor& field = *fields->field(i);
    if (field.name() == "name") continue;
    v1::Column before, after;
    for (v1::Column* column : {&before, &after}) {
      column->set_has_clip(true), column->set_has_minimum(true), column->set_has_maximum(true);
      if (field.name().starts_with("period") || field.name() == "week_starts") {
        column->set_period_unit(v1::WEEK);
      }
      if (field.name() == "decimals") column->set_type(v1::NUMBER);
    }
    SetField(before, field, false), SetField(after, field, true);
    const auto found = Compare(OfColumn(before), OfColumn(after));
    EXPECT_THAT(Compare(OfColumn(before), OfColumn(before)).changes, IsEmpty()) << field.name();
    EXPECT_THAT(found.changes, Not(IsEmpty())) << field.name();
    EXPECT_THAT(found.changes, Not(Contains("c: its texts, or their order")))
        << field.name() << " has no words of its own";
  }
}

TEST(StandardChanges, WarnOfWhatLetsMoreOut) {
  const auto warnings = [](const std::function<void(v1::Standard&)>& change) {
    v1::Standard before;
    before.set_unit("person");
    before.set_retention("7 years");
    before.set_consent_basis("asked");
    before.add_purposes("planning");
    v1::Column& column = *before.add_columns();
    column.set_name("c");
    column.set_role(v1::HIDDEN);
    v1::Column& day = *before.add_columns();
    day.set_name("day");
    day.set_role(v1::DIMENSION);
    day.set_period_unit(v1::MONTH);
    v1::Column& age = *before.add_columns();
    age.set_name("age");
    for (int64_t edge : {0, 50, 100}) age.add_breaks(edge);
    v1::Standard after = before;
    change(after);
    return Compare(before, after).warnings;
  };
  EXPECT_THAT(warnings([](auto& s) { s.set_retention("for ever"); }),
              ElementsAre("how long rows are kept: for ever; was 7 years"));
  EXPECT_THAT(warnings([](auto& s) { s.clear_consent_basis(); }),
              ElementsAre("by whose consent: nothing said; was asked"));
  EXPECT_THAT(warnings([](auto& s) { s.set_unit("whanau"); }), SizeIs(1));
  EXPECT_THAT(warnings([](auto& s) { s.add_purposes("research"); }),
              ElementsAre(HasSubstr("WIDER: purposes: planning, research; were planning")));
  EXPECT_THAT(warnings([](auto& s) { s.clear_purposes(); }),
              ElementsAre(HasSubstr("any that an owner names")));
  EXPECT_THAT(warnings([](auto& s) { s.set_purposes(0, "research"); }), SizeIs(1));
  EXPECT_THAT(warnings([](auto& s) { s.mutable_columns(0)->set_role(v1::DIMENSION); }),
              ElementsAre(HasSubstr("could not be asked about and now can")));
  EXPECT_THAT(warnings([](auto& s) { s.mutable_columns(1)->set_period_unit(v1::DAY); }),
              ElementsAre(HasSubstr("smaller groups")));
  EXPECT_THAT(warnings([](auto& s) { s.mutable_columns(1)->set_period_unit(v1::YEAR); }),
              IsEmpty());
  EXPECT_THAT(warnings([](auto& s) { s.mutable_columns(2)->add_breaks(101); }),
              ElementsAre(HasSubstr("smaller groups")));
}

v1::Column ManyCodes() {
  v1::Column column;
  for (int i = 0; i < 62; ++i) {
    v1::Code& code = *column.add_codes();
    code.set_value(absl::StrCat("k", i));
    code.set_label(absl::StrCat("label ", i));
  }
  return column;
}

// A long decoy, or many, hide no label that stands for something else.
TEST(StandardChanges, NameEveryLabelThatMoved) {
  const v1::Column before = ManyCodes();
  v1::Column after = before;
  after.mutable_codes(0)->set_label(std::string(250, 'x'));
  for (int i = 1; i < 31; ++i) absl::StrAppend(after.mutable_codes(i)->mutable_label(), ":");
  after.mutable_codes(40)->set_label("label 50");
  after.mutable_codes(50)->set_label("label 40");
  const auto found = Compare(OfColumn(before), OfColumn(after));
  EXPECT_THAT(found.changes, SizeIs(33));
  EXPECT_THAT(found.changes, Contains("c: k40 = label 40 becomes k40 = label 50"));
  EXPECT_THAT(found.changes, Contains(HasSubstr(std::string(250, 'x'))));
  EXPECT_THAT(found.warnings,
              ElementsAre("column 'c': 'label 50' stood for the code k50 and stands for k40 now",
                          "column 'c': 'label 40' stood for the code k40 and stands for k50 now"));
}

// What differs may stand at the end of a text as long as may be.
TEST(StandardChanges, ATextIsNamedToItsEnd) {
  v1::Standard before, after;
  before.set_retention(std::string(250, 'x') + "1 year");
  after.set_retention(std::string(250, 'x') + "99 years");
  for (v1::Standard* standard : {&before, &after}) {
    v1::Text& text = *standard->add_description();
    text.set_lang("en");
    text.set_text(std::string(5000, 'y') + (standard == &before ? "asked" : "never asked"));
  }
  const auto found = Compare(before, after);
  EXPECT_THAT(found.warnings, ElementsAre(AllOf(HasSubstr("1 year"), HasSubstr("99 years"))));
  EXPECT_THAT(found.changes, Contains(AllOf(HasSubstr("yasked"), HasSubstr("ynever asked"))));
}

v1::Column Grouped() {
  v1::Column column;
  v1::Grouping& grouping = *column.add_groupings();
  grouping.set_name("region");
  for (int i = 0; i < 3; ++i) {
    column.add_codes()->set_value(absl::StrCat("k", i));
    grouping.add_group_of(i % 2);
  }
  for (const char* value : {"n", "s"}) {
    v1::Code& group = *grouping.add_groups();
    group.set_value(value);
    group.set_label(value);
  }
  return column;
}

// Whoever adds a field to groupings says how a board reads that it changed.
TEST(StandardChanges, NoFieldOfAGroupingChangesInSilence) {
  const v1::Column before = Grouped();
  const std::map<std::string, std::function<void(v1::Grouping&)>> changes = {
      {"name", [](auto& g) { g.set_name("area"); }},
      {"title", [](auto& g) { g.add_title()->set_text("Region"); }},
      {"groups", [](auto& g) { g.mutable_groups(0)->set_label("North"); }},
      {"group_of", [](auto& g) { g.set_group_of(2, 1); }},
  };
  const auto* fields = v1::Grouping::descriptor();
  for (int i = 0; i < fields->field_count(); ++i) {
    const std::string& name = fields->field(i)->name();
    ASSERT_EQ(changes.count(name), 1u) << name << " is not changed here yet";
    v1::Column after = before;
    changes.at(name)(*after.mutable_groupings(0));
    const auto found = Compare(OfColumn(before), OfColumn(after));
    EXPECT_THAT(found.changes, Not(IsEmpty())) << name;
    EXPECT_THAT(found.changes, Not(Contains("c: its texts, or their order"))) << name;
    EXPECT_THAT(Compare(OfColumn(after), OfColumn(after)).changes, IsEmpty()) << name;
  }
}

TEST(StandardChanges, ACodeThatMovesToAnotherGroupIsWarnedOf) {
  const v1::Column before = Grouped();
  v1::Column moved = before, added = before, gone = before, fresh = before;
  moved.mutable_groupings(0)->set_group_of(2, 1);
  EXPECT_THAT(Compare(OfColumn(before), OfColumn(moved)).warnings,
              ElementsAre("column 'c': grouping region: the code k2 was in n and is in s now"));
  added.add_codes()->set_value("k3");
  added.mutable_groupings(0)->add_group_of(0);
  EXPECT_THAT(Compare(OfColumn(before), OfColumn(added)).warnings, IsEmpty());
  gone.clear_groupings();
  EXPECT_THAT(Compare(OfColumn(before), OfColumn(gone)).changes,
              ElementsAre("c: no grouping region any more"));
  EXPECT_THAT(Compare(OfColumn(gone), OfColumn(before)).changes,
              ElementsAre("c: new grouping region (2 groups)"));
  fresh.mutable_groupings(0)->mutable_groups()->SwapElements(0, 1);
  for (uint32_t& group : *fresh.mutable_groupings(0)->mutable_group_of()) group = 1 - group;
  EXPECT_THAT(Compare(OfColumn(before), OfColumn(fresh)).changes,
              ElementsAre("c: grouping region: its groups are in another order"));
}

// What one organisation alone has nobody may ask for by itself, while the definition says so.
TEST(StandardChanges, WarnOfCodesThatBelongToNobodyAnyMore) {
  v1::Column owned = ManyCodes();
  owned.mutable_codes(3)->set_exclusive_org(std::string(32, 'a'));
  v1::Column others = owned, nobody = owned;
  others.mutable_codes(3)->set_exclusive_org(std::string(32, 'b'));
  nobody.mutable_codes(3)->clear_exclusive_org();
  EXPECT_THAT(Compare(OfColumn(owned), OfColumn(nobody)).warnings,
              ElementsAre(AllOf(HasSubstr("k3 = label 3"), HasSubstr("does so no longer"))));
  EXPECT_THAT(Compare(OfColumn(owned), OfColumn(others)).warnings,
              ElementsAre(AllOf(HasSubstr("k3 = label 3"), HasSubstr("belongs to"))));
  EXPECT_THAT(Compare(OfColumn(nobody), OfColumn(owned)).warnings, IsEmpty());
  EXPECT_THAT(Compare(OfColumn(nobody), OfColumn(owned)).changes, Contains(HasSubstr("alone now")));
}

}  // namespace
}  // namespace commons::governance
