#include "clients/answer/catalogue.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text/decimal.h"
#include "clients/answer/json_text.h"
#include "clients/answer/not_holding.h"
#include "governance/review/standard_words.h"
#include "governance/standard/roles.h"

namespace commons::clients {
namespace {

std::string Lower(const std::string& name) { return absl::AsciiStrToLower(name); }

std::string LabelsJson(const google::protobuf::RepeatedPtrField<v1::Code>& codes) {
  return JsonArray(codes,
                   [](const v1::Code& code) { return JsonString(governance::LabelOf(code)); });
}

std::string GroupingJson(const v1::Grouping& grouping) {
  return JsonObject()
      .Text("name", grouping.name())
      .Raw("labels", LabelsJson(grouping.groups()))
      .Build();
}

std::string ColumnJson(const v1::Column& column) {
  JsonObject object;
  object.Text("name", column.name()).Text("role", Lower(v1::Role_Name(column.role())));
  object.Text("type", Lower(v1::ValueType_Name(column.type())));
  if (column.codes_size() > 0) {
    object.Raw("labels", LabelsJson(column.codes()));
  }
  if (column.groupings_size() > 0) {
    object.Raw("groupings", JsonArray(column.groupings(), GroupingJson));
  }
  if (!column.zone().empty()) object.Text("zone", column.zone());
  if (!column.priority_of().empty()) object.Text("priority_of", column.priority_of());
  if (column.max_responses() > 0) object.Number("max_responses", column.max_responses());
  if (column.breaks_size() > 0) {
    object.Raw("breaks", JsonArray(column.breaks(), [&](int64_t edge) {
                 return FormatDecimal(edge, column.decimals(), Zeros::kAll);
               }));
  }
  if (!column.unit().empty()) object.Text("unit", column.unit());
  return object.Build();
}

std::string HolderJson(const v1::CatalogueReply::Holder& holder) {
  return JsonObject()
      .Text("member", holder.member())
      .Number("epoch", holder.epoch())
      .Text("as_of", holder.as_of())
      .Text("coverage", holder.coverage())
      .Bool("frozen", holder.frozen())
      .Raw("not_held", JsonArray(holder.not_held(),
                                 [](const std::string& column) { return JsonString(column); }))
      .Build();
}

// A list that fills a screen is shown by its beginning; JSON has all.
constexpr int kLabelsOfAScreen = 40;
constexpr int kLabelsShown = 10;

std::string LabelsText(const google::protobuf::RepeatedPtrField<v1::Code>& codes, bool all) {
  const int shown = all || codes.size() <= kLabelsOfAScreen ? codes.size() : kLabelsShown;
  std::vector<std::string> labels;
  for (int i = 0; i < shown; ++i) labels.push_back(governance::LabelOf(codes[i]));
  const int more = codes.size() - shown;
  return absl::StrCat(absl::StrJoin(labels, ", "),
                      more > 0 ? absl::StrCat(" and ", more, " more: --all") : "");
}

std::string ValuesText(const v1::Column& column, bool all) {
  if (column.codes_size() == 0) return governance::ValuesWords(column);
  return absl::StrCat(governance::ValuesWords(column), ": ", LabelsText(column.codes(), all));
}

// A row of its own, as it is asked about like a column.
std::vector<std::string> GroupingRow(const v1::Grouping& grouping, const v1::Column& column,
                                     bool all) {
  return {
      grouping.name(), absl::StrCat("group or filter by it; groups of ", column.name()),
      absl::StrCat(grouping.groups_size(), grouping.groups_size() == 1 ? " group: " : " groups: ",
                   LabelsText(grouping.groups(), all))};
}

}  // namespace

std::string DatasetJson(const v1::CatalogueReply::Dataset& dataset) {
  std::vector<std::string> columns;
  for (const v1::Column& column : dataset.standard().columns()) {
    if (column.role() != v1::SKIP) columns.push_back(ColumnJson(column));
  }
  return JsonObject()
      .Text("dataset", dataset.name())
      .Raw("columns", absl::StrCat("[", absl::StrJoin(columns, ","), "]"))
      .Raw("holders", JsonArray(dataset.holders(), HolderJson))
      .Raw("not_holding", NotHoldingJson(dataset.not_holding()))
      .Build();
}

std::string CatalogueJson(const v1::CatalogueReply& reply) {
  return JsonObject().Raw("datasets", JsonArray(reply.datasets(), DatasetJson)).Build() + "\n";
}

std::string CatalogueTable(const v1::CatalogueReply& reply, Format format) {
  std::vector<std::vector<std::string>> rows = {
      {"dataset", "member", "edition", "as of", "columns not held", "state"}};
  for (const v1::CatalogueReply::Dataset& dataset : reply.datasets()) {
    for (const v1::CatalogueReply::Holder& holder : dataset.holders()) {
      rows.push_back({dataset.name(), holder.member(), absl::StrCat(holder.epoch()), holder.as_of(),
                      absl::StrJoin(holder.not_held(), ", "), holder.frozen() ? "FROZEN" : ""});
    }
    if (dataset.holders().empty()) rows.push_back({dataset.name(), "(nobody yet)", "", "", "", ""});
    if (format != Format::kTable) continue;  // a row there is a holder
    for (const v1::NotHolding& member : dataset.not_holding()) {
      rows.push_back({dataset.name(), member.member(), "", "", "", member.why()});
    }
  }
  return Rows(rows, format);
}

std::string DescribeStandard(const v1::Standard& standard, bool all) {
  const std::string out =
      absl::StrCat(standard.dataset(), ": ", governance::PersonWords(standard), "\n\n");
  std::vector<std::vector<std::string>> rows = {{"column", "use", "values"}};
  for (const v1::Column& column : standard.columns()) {
    rows.push_back({column.name(),
                    governance::HasLongList(column) ? "filter by it, group by its groups"
                                                    : governance::RoleWords(column.role()),
                    ValuesText(column, all)});
    for (const v1::Grouping& grouping : column.groupings()) {
      rows.push_back(GroupingRow(grouping, column, all));
    }
  }
  return out + Rows(rows, Format::kTable);
}

}  // namespace commons::clients
