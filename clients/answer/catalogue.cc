#include "clients/answer/catalogue.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text/decimal.h"
#include "clients/answer/json_text.h"
#include "governance/review/standard_words.h"

namespace commons::clients {
namespace {

std::string Lower(const std::string& name) { return absl::AsciiStrToLower(name); }

std::string ColumnJson(const v1::Column& column) {
  JsonObject object;
  object.Text("name", column.name()).Text("role", Lower(v1::Role_Name(column.role())));
  object.Text("type", Lower(v1::ValueType_Name(column.type())));
  if (column.codes_size() > 0) {
    object.Raw("labels", JsonArray(column.codes(), [](const v1::Code& code) {
                 return JsonString(code.label().empty() ? code.value() : code.label());
               }));
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
      .Raw("not_held", JsonArray(holder.not_held(),
                                 [](const std::string& column) { return JsonString(column); }))
      .Build();
}

std::string ValuesText(const v1::Column& column) {
  if (column.codes_size() == 0) return governance::ValuesWords(column);
  return absl::StrCat(governance::ValuesWords(column), ": ",
                      absl::StrJoin(column.codes(), ", ", [](std::string* out, const auto& code) {
                        out->append(code.label().empty() ? code.value() : code.label());
                      }));
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
      .Build();
}

std::string CatalogueJson(const v1::CatalogueReply& reply) {
  return JsonObject().Raw("datasets", JsonArray(reply.datasets(), DatasetJson)).Build() + "\n";
}

std::string CatalogueTable(const v1::CatalogueReply& reply, Format format) {
  std::vector<std::vector<std::string>> rows = {
      {"dataset", "member", "edition", "as of", "columns not held"}};
  for (const v1::CatalogueReply::Dataset& dataset : reply.datasets()) {
    for (const v1::CatalogueReply::Holder& holder : dataset.holders()) {
      rows.push_back({dataset.name(), holder.member(), absl::StrCat(holder.epoch()), holder.as_of(),
                      absl::StrJoin(holder.not_held(), ", ")});
    }
    if (dataset.holders().empty()) rows.push_back({dataset.name(), "(nobody yet)", "", "", ""});
  }
  return Rows(rows, format);
}

std::string DescribeStandard(const v1::Standard& standard) {
  const std::string out =
      absl::StrCat(standard.dataset(), ": ", governance::PersonWords(standard), "\n\n");
  std::vector<std::vector<std::string>> rows = {{"column", "use", "values"}};
  for (const v1::Column& column : standard.columns()) {
    rows.push_back({column.name(), governance::RoleWords(column.role()), ValuesText(column)});
  }
  return out + Rows(rows, Format::kTable);
}

}  // namespace commons::clients
