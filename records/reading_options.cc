#include "records/reading_options.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace commons::records {
namespace {

// The codes of a column that only another organisation may have.
void AddOthersCodes(const v1::Column& column, const OrgId& own, OthersCodes& out) {
  for (int i = 0; i < column.codes_size(); ++i) {
    const std::string& org = column.codes(i).exclusive_org();
    if (!org.empty() && org != own.view()) out.emplace_back(column.name(), i);
  }
}

void AddGroups(const v1::Column& column, std::vector<CodeGroups>& out) {
  for (const v1::Grouping& grouping : column.groupings()) {
    CodeGroups& added = out.emplace_back();
    added.column = column.name();
    added.name = grouping.name();
    for (const v1::Code& group : grouping.groups()) added.groups.push_back(group.value());
    added.group_of = {grouping.group_of().begin(), grouping.group_of().end()};
  }
}

void AddTruths(const v1::Column& column, ReadingOptions& options) {
  for (const v1::Code& code : column.codes()) {
    if (column.type() != v1::BOOLEAN || code.value() == code.label()) continue;
    options.truths[column.name()][code.label()] = code.value();
  }
}

}  // namespace

ReadingOptions ReadingOf(const v1::Standard& standard, const OrgId& own) {
  ReadingOptions options;
  for (const v1::Column& column : standard.columns()) {
    AddOthersCodes(column, own, options.others_codes);
    AddGroups(column, options.groups);
    AddTruths(column, options);
    if (column.has_clip()) {
      options.clips.push_back({column.name(), column.clip_low(), column.clip_high()});
    }
    if (column.round()) options.rounded.push_back(column.name());
    if (!column.priority_of().empty()) options.prioritised[column.name()] = column.priority_of();
    if (!column.zone().empty()) options.zones[column.name()] = column.zone();
    if (column.role() == v1::IDENTIFIER || column.role() == v1::LINKAGE_KEY) {
      options.identifiers.push_back(column.name());
    }
  }
  options.rows_per_person = standard.max_rows_per_person();
  return options;
}

v1::Dialect DialectInWordsOf(const ReadingOptions& options) {
  v1::Dialect dialect = options.dialect;
  for (v1::FieldDialect& field : *dialect.mutable_fields()) {
    const auto truths = options.truths.find(field.name());
    if (truths == options.truths.end()) continue;
    for (v1::FieldDialect::Mapped& mapped : *field.mutable_map()) {
      const auto word = truths->second.find(mapped.to());
      if (word != truths->second.end()) mapped.set_to(word->second);
    }
  }
  return dialect;
}

absl::StatusOr<DayZones> LoadZones(const std::map<std::string, std::string>& zones) {
  DayZones loaded;
  for (const auto& [column, name] : zones) {
    const auto zone = DayZone::Load(name);
    if (!zone.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", column, "\": ", zone.status().message()));
    }
    loaded.emplace(column, *zone);
  }
  return loaded;
}

}  // namespace commons::records
