#include "query/sql/grouping.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/period.h"
#include "base/status.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "query/question/bins.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/question/levels.h"
#include "query/sql/conditions/cases.h"
#include "query/sql/names/truth.h"
#include "query/sql/parse/advice.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

// What a long list may be grouped by, and how single codes of it are counted; `of`: of what.
absl::Status TooLong(const v1::Column& column, int position, absl::string_view of) {
  const std::string names =
      absl::StrJoin(column.groupings(), " or ", [](std::string* out, const v1::Grouping& grouping) {
        out->append(QuoteName(grouping.name()));
      });
  return RefuseAt(v1::TOO_MANY_CELLS, position, column.name(), " has ", column.codes_size(),
                  " codes, more than a table has cells, so that a table is made of its groupings "
                  "alone",
                  of, ": group by ", names,
                  ", or count some codes beside all: COUNT(*) "
                  "FILTER (WHERE ",
                  QuoteName(column.name()), " IN ('...', '...'))");
}

absl::StatusOr<Grouping> GroupingOf(const Cases& cases, int position, const Names& names,
                                    const v1::Question& question, OutputDimension* shown) {
  v1::Dimension dimension;
  dimension.set_column(cases.column);
  dimension.set_unit(cases.unit);
  const v1::Column& column = names.column(cases.column);
  CaseCells cells = CellsOf(cases, KeptBins(question, dimension, names.standard()), column);
  if (cells.dimension.groups_size() > static_cast<int>(kGroupsMax)) {
    return RefuseAt(v1::TOO_MANY_CELLS, position, "CASE makes at most ", kGroupsMax,
                    " groups; give several codes one name, or ask several questions");
  }
  if (cells.dimension.groups_size() > 0 && BinCount(column, cases.unit) > kGroupedBinsMax) {
    return RefuseAt(v1::TOO_MANY_CELLS, position, "CASE makes groups of at most ", kGroupedBinsMax,
                    " values, and ", column.name(), " has more; group by coarser ones of it");
  }
  if (!cells.canonical) return TooLong(column, position, ", not of other groups by CASE");
  if (shown != nullptr) {
    shown->labels = std::move(cells.labels);
    shown->places = std::move(cells.places);
    shown->values = std::move(cells.values);
  }
  Grouping out{cases.column, cases.unit, {}, cells.dimension.grouping()};
  for (const v1::Dimension::Group& group : cells.dimension.groups()) {
    out.groups.push_back(group.bins());
  }
  return out;
}

absl::StatusOr<v1::PeriodUnit> ReadDateTrunc(const Expr& call) {
  const bool of_period = call.text == "extract" || call.text == "date_part";
  if (of_period && call.args.size() == 2 && call.args[0].kind == Expr::Kind::kString &&
      call.args[1].kind == Expr::Kind::kColumn) {
    return Unsupported(call.position,
                       PeriodAdvice(call.text, absl::AsciiStrToLower(call.args[0].text),
                                    QuoteName(call.args[1].path.back())));
  }
  if (call.text != "date_trunc") return Unsupported(call.position, FunctionAdvice(call.text));
  if (call.args.size() != 2 || call.star || call.distinct || !call.filter.empty() ||
      call.args[0].kind != Expr::Kind::kString) {
    return Unsupported(call.position, "write date_trunc('month', column)");
  }
  for (const v1::PeriodUnit unit : {v1::DAY, v1::WEEK, v1::MONTH, v1::QUARTER, v1::YEAR}) {
    if (ParseUnit(call.args[0].text) == governance::UnitOf(unit)) return unit;
  }
  return Unsupported(call.args[0].position,
                     "dates are counted by day, week, month, quarter or year");
}

absl::Status NotGroupable(const v1::Column& column, int position) {
  const std::string instead =
      column.role() == v1::MEASURE
          ? absl::StrCat("; measure it, for example AVG(", QuoteName(column.name()), ")")
          : "";
  return RefuseAt(v1::COLUMN_NOT_QUERYABLE, position, column.name(),
                  " has no code list, bands or period to group by", instead);
}

// Why a date is not counted by this unit.
absl::Status NotInUnit(const v1::Column& column, v1::PeriodUnit unit, int position) {
  const absl::string_view known = UnitName(governance::UnitOf(column));
  if (unit == v1::WEEK && column.period_unit() == v1::DAY) {
    return Unsupported(position, "weeks of ", column.name(),
                       " begin on another day than date_trunc's, which is Monday; the dataset "
                       "would have to declare the unit week");
  }
  if (column.period_unit() == v1::WEEK) {
    return Unsupported(position, column.name(),
                       " is known by week only, of which no month or year is made; write ",
                       QuoteName(column.name()));
  }
  if (unit == v1::WEEK) {
    return Unsupported(position, column.name(), " is known by ", known,
                       " only, which is not made of weeks");
  }
  return Unsupported(position, column.name(), " is known by ", known, " only; write date_trunc('",
                     known, "', ...) or coarser");
}

// `unit`: that of date_trunc, if it is written. `position` is the whole's, `named` the column.
absl::StatusOr<Grouping> GroupingBy(const Expr& named, v1::PeriodUnit unit, int position,
                                    const Names& names) {
  ASSIGN_OR_RETURN(const uint32_t index, names.Resolve(named));
  const v1::Column& column = names.column(index);
  if (!Groupable(column)) return NotGroupable(column, named.position);
  if (governance::HasLongList(column)) return TooLong(column, named.position, "");
  if (ShapeOf(column) != Shape::kDate) {
    if (unit == v1::PERIOD_UNIT_UNSPECIFIED) return Grouping{index, unit};
    return Unsupported(named.position, "date_trunc takes a date, which ", column.name(), " is not");
  }
  if (unit == v1::PERIOD_UNIT_UNSPECIFIED) unit = column.period_unit();
  if (!MayGroupBy(column, unit)) return NotInUnit(column, unit, position);
  return Grouping{index, unit};
}

}  // namespace

absl::StatusOr<Grouping> ReadGrouping(const Expr& expr, const Names& names,
                                      const v1::Question& question, OutputDimension* shown) {
  if (IsCondition(expr)) return ReadGrouping(AsCase(expr), names, question, shown);
  switch (expr.kind) {
    case Expr::Kind::kCase: {
      ASSIGN_OR_RETURN(const Cases cases, ReadCase(expr, names));
      return GroupingOf(cases, expr.position, names, question, shown);
    }
    case Expr::Kind::kColumn:
      if (const auto declared = names.FindGrouping(expr)) {
        return GroupingOf(CasesOf(*declared, names), expr.position, names, question, shown);
      }
      return GroupingBy(expr, v1::PERIOD_UNIT_UNSPECIFIED, expr.position, names);
    case Expr::Kind::kCall: {
      ASSIGN_OR_RETURN(const v1::PeriodUnit unit, ReadDateTrunc(expr));
      return GroupingBy(expr.args[1], unit, expr.position, names);
    }
    case Expr::Kind::kOperator:
      return Unsupported(expr.position, OperatorAdvice(expr.text));
    default:
      return Unsupported(expr.position,
                         "the answer holds dimensions and measures; name a column or write "
                         "COUNT(*)");
  }
}

v1::Dimension DimensionOf(const Grouping& grouping) {
  v1::Dimension dimension;
  dimension.set_column(grouping.column);
  dimension.set_unit(grouping.unit);
  for (const std::string& bins : grouping.groups) dimension.add_groups()->set_bins(bins);
  dimension.set_grouping(grouping.declared);
  return dimension;
}

bool GroupBy::IsAbove(const Grouping& above, const Grouping& below) const {
  return above.column == below.column &&
         query::IsAbove(DimensionOf(above), DimensionOf(below), question_, names_.standard());
}

absl::Status GroupBy::Add(const Grouping& grouping, bool rollup, int position) {
  for (const Grouping& other : groupings_) {
    // Beside ROLLUP it would keep the totals apart, which nothing here does.
    const bool totalled =
        std::find(rolled_up_.begin(), rolled_up_.end(), other) != rolled_up_.end();
    if (other == grouping && !rollup && !totalled) return absl::OkStatus();
    if (other.column != grouping.column || IsAbove(other, grouping) || IsAbove(grouping, other)) {
      continue;
    }
    return Unsupported(position, names_.column(grouping.column).name(), " is grouped by already",
                       other == grouping
                           ? ", in the same groups as the conditions leave them; leave one out"
                           : ", in groups that do not lie in these nor these in them; ask a "
                             "question by each");
  }
  if (groupings_.size() == limits::kGroupDimensions) {
    return RefuseAt(v1::TOO_MANY_DIMENSIONS, position, "at most ", limits::kGroupDimensions,
                    " dimensions; ask a second question");
  }
  groupings_.push_back(grouping);
  if (!rollup) return absl::OkStatus();
  if (rolled_up_.empty()) rollup_position_ = position;
  rolled_up_.push_back(grouping);
  return absl::OkStatus();
}

bool GroupBy::Has(const Grouping& grouping) const {
  return std::find(groupings_.begin(), groupings_.end(), grouping) != groupings_.end();
}

std::vector<Grouping> GroupBy::Finest(const std::vector<Grouping>& set) const {
  std::vector<Grouping> finest;
  for (const Grouping& grouping : set) {
    const bool has_finer = std::any_of(
        set.begin(), set.end(), [&](const Grouping& other) { return IsAbove(grouping, other); });
    if (!has_finer) finest.push_back(grouping);
  }
  return finest;
}

void GroupBy::AddDimension(const Grouping& grouping) {
  if (std::find(sorted_.begin(), sorted_.end(), grouping) != sorted_.end()) return;
  const auto at = std::find_if(sorted_.begin(), sorted_.end(), [&](const Grouping& other) {
    return other.column > grouping.column || IsAbove(other, grouping);
  });
  sorted_.insert(at, grouping);
}

// The total without what lies above another is the one with it.
absl::Status GroupBy::RefuseRepeated(const Grouping& dropped) const {
  const v1::Column& column = names_.column(dropped.column);
  const std::string& name = dropped.declared > 0
                                ? column.groupings(static_cast<int>(dropped.declared) - 1).name()
                                : column.name();
  return Unsupported(rollup_position_, "in ROLLUP groups stand before what lies in them: without ",
                     name, " the totals would be the same; write it further in front");
}

absl::Status GroupBy::AddTo(v1::Question* question) {
  std::vector<Grouping> kept = groupings_;
  std::vector<std::vector<Grouping>> sets = {Finest(kept)};
  for (auto dropped = rolled_up_.rbegin(); dropped != rolled_up_.rend(); ++dropped) {
    kept.erase(std::find(kept.begin(), kept.end(), *dropped));
    sets.push_back(Finest(kept));
    if (sets.back() == sets[sets.size() - 2]) return RefuseRepeated(*dropped);
  }
  for (const auto& set : sets) {
    for (const Grouping& grouping : set) AddDimension(grouping);
  }
  for (const Grouping& grouping : sorted_) *question->add_dimensions() = DimensionOf(grouping);
  for (const auto& set : sets) {
    std::vector<uint32_t> positions;
    positions.reserve(set.size());
    for (const Grouping& grouping : set) positions.push_back(*PositionOf(grouping));
    std::sort(positions.begin(), positions.end());
    *question->add_sets()->mutable_dimensions() = {positions.begin(), positions.end()};
  }
  return absl::OkStatus();
}

std::optional<uint32_t> GroupBy::PositionOf(const Grouping& grouping) const {
  const auto at = std::find(sorted_.begin(), sorted_.end(), grouping);
  if (at == sorted_.end()) return std::nullopt;
  return at - sorted_.begin();
}

uint32_t GroupBy::FinestOf(const Grouping& grouping) const {
  return std::find_if(sorted_.begin(), sorted_.end(),
                      [&](const Grouping& other) { return other.column == grouping.column; }) -
         sorted_.begin();
}

}  // namespace commons::query::sql
