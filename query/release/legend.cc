#include "query/release/legend.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/release/percentile.h"

namespace commons::query {
namespace {

using Kind = OutputMeasure::Kind;

std::string UnitOf(const OutputMeasure& measure, const v1::Standard& standard) {
  switch (measure.kind) {
    case Kind::kCount:
      return standard.entity().empty() ? standard.unit() : "row";
    case Kind::kCountPersons:
      return standard.unit();
    case Kind::kCountValues:
      return "value";
    case Kind::kVariance: {
      const std::string& unit = standard.columns(measure.column).unit();
      return unit.empty() ? "" : absl::StrCat(unit, "^2");
    }
    default:
      return standard.columns(measure.column).unit();
  }
}

void AddCode(const std::string& dimension, const std::string& code, const std::string& label,
             v1::Answer& answer) {
  v1::LabelledCode* entry = answer.add_codes();
  entry->set_dimension(dimension);
  entry->set_code(code);
  entry->set_label(label);
}

bool IsLabelled(const v1::Code& code) { return CodeLabel(code) != code.value(); }

// Of CASE nothing: its labels are the asker's own words.
void AddGroups(const OutputDimension& output, v1::Answer& answer) {
  const auto labelled = [&](size_t i) { return *output.labels[i] != output.values[i]; };
  std::vector<size_t> groups;
  bool any = false;
  for (size_t i = 0; i < output.values.size(); ++i) {
    if (output.values[i].empty()) continue;
    groups.push_back(i);
    any |= labelled(i);
  }
  for (const size_t i : groups) {
    if (any) AddCode(output.name, output.values[i], *output.labels[i], answer);
  }
}

}  // namespace

void AddLegend(const Plan& plan, const v1::Standard& standard, v1::Answer& answer) {
  for (const OutputMeasure& measure : plan.measures) {
    std::string unit = UnitOf(measure, standard);
    if (unit.empty()) continue;
    v1::MeasureUnit* entry = answer.add_units();
    entry->set_measure(measure.name);
    entry->set_unit(std::move(unit));
  }
  for (const OutputMeasure& measure : plan.measures) {
    if (IsFromBands(measure, plan.question, standard)) answer.add_banded(measure.name);
  }
  const CellSpace space(plan.question, standard);
  for (const OutputDimension& output : plan.dimensions) {
    if (!output.labels.empty()) {
      AddGroups(output, answer);
      continue;
    }
    const uint32_t column = plan.question.dimensions(output.dimension).column();
    const auto& codes = standard.columns(column).codes();
    if (std::none_of(codes.begin(), codes.end(), IsLabelled)) continue;
    for (const uint32_t bin : space.kept(output.dimension)) {
      if (bin >= static_cast<uint32_t>(codes.size())) continue;  // no value
      const v1::Code& code = codes[static_cast<int>(bin)];
      AddCode(output.name, code.value(), CodeLabel(code), answer);
    }
  }
}

}  // namespace commons::query
