#include "clients/cli/catalogue.h"

#include <cmath>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "clients/cli/json_text.h"

namespace commons::clients {
namespace {

std::string Lower(const std::string& name) { return absl::AsciiStrToLower(name); }

// A scaled integer as the decimal it stands for.
std::string Decimal(int64_t scaled, uint32_t decimals) {
  std::string digits = absl::StrCat(std::abs(scaled));
  if (decimals > 0) {
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    digits.insert(digits.size() - decimals, ".");
  }
  return absl::StrCat(scaled < 0 ? "-" : "", digits);
}

std::string Date(int64_t days) {
  return absl::StrCat(absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + days));
}

std::string ColumnJson(const v1::Column& column) {
  JsonObject object;
  object.Text("name", column.name()).Text("role", Lower(v1::Role_Name(column.role())));
  object.Text("type", Lower(v1::ValueType_Name(column.type())));
  if (column.codes_size() > 0) {
    object.Raw("labels", JsonArray(column.codes(), [](const v1::Code& code) {
                 return JsonString(code.label().empty() ? code.value() : code.label());
               }));
  }
  if (column.breaks_size() > 0) {
    object.Raw("breaks", JsonArray(column.breaks(),
                                   [&](int64_t edge) { return Decimal(edge, column.decimals()); }));
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
      .Build();
}

std::string RoleText(const v1::Column& column) {
  switch (column.role()) {
    case v1::DIMENSION:
      return "group or filter by it";
    case v1::MEASURE:
      return "add up or average";
    case v1::SKIP:
      return "never written to the node";
    default:
      return "kept encrypted, never queryable";
  }
}

std::string ValuesText(const v1::Column& column) {
  if (column.codes_size() > 0) {
    return absl::StrCat(column.codes_size(), " codes: ",
                        absl::StrJoin(column.codes(), ", ", [](std::string* out, const auto& code) {
                          out->append(code.label().empty() ? code.value() : code.label());
                        }));
  }
  if (column.breaks_size() > 1) {
    return absl::StrCat("bands from ",
                        absl::StrJoin(column.breaks(), ", ", [&](std::string* out, int64_t edge) {
                          out->append(Decimal(edge, column.decimals()));
                        }));
  }
  if (column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED) {
    return absl::StrCat("each ", Lower(v1::PeriodUnit_Name(column.period_unit())), " from ",
                        Date(column.period_from()), " to ", Date(column.period_to()));
  }
  if (column.has_clip()) {
    return absl::StrCat("counted from ", Decimal(column.clip_low(), column.decimals()), " to ",
                        Decimal(column.clip_high(), column.decimals()), " ", column.unit());
  }
  return column.unit();
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
  std::vector<std::vector<std::string>> rows = {{"dataset", "member", "edition", "as of"}};
  for (const v1::CatalogueReply::Dataset& dataset : reply.datasets()) {
    for (const v1::CatalogueReply::Holder& holder : dataset.holders()) {
      rows.push_back(
          {dataset.name(), holder.member(), absl::StrCat(holder.epoch()), holder.as_of()});
    }
    if (dataset.holders().empty()) rows.push_back({dataset.name(), "(nobody yet)", "", ""});
  }
  return Rows(rows, format);
}

std::string DescribeStandard(const v1::Standard& standard) {
  std::string out = absl::StrCat(
      standard.dataset(), ": ",
      standard.entity().empty()
          ? std::string("each row is a person")
          : absl::StrCat("a person is told by the column ", standard.entity(), ", with at most ",
                         standard.max_rows_per_person(), " rows and at most ",
                         standard.max_owners_per_person(), " owners"),
      "\n\n");
  std::vector<std::vector<std::string>> rows = {{"column", "use", "values"}};
  for (const v1::Column& column : standard.columns()) {
    rows.push_back({column.name(), RoleText(column), ValuesText(column)});
  }
  return out + Rows(rows, Format::kTable);
}

}  // namespace commons::clients
