#include "query/sql/conditions/joint_where.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/status.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/joint_wire.h"
#include "query/question/parts.h"
#include "query/sql/conditions/where.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

using Truth = Condition::Truth;

// Conditions that share columns, directly or by another.
struct Joined {
  std::set<uint32_t> columns;
  std::vector<const Expr*> conditions;
};

void AddConjuncts(const Expr& expr, std::vector<const Expr*>* out) {
  if (expr.kind != Expr::Kind::kAnd) {
    out->push_back(&expr);
    return;
  }
  for (const Expr& arg : expr.args) AddConjuncts(arg, out);
}

void Join(Joined fresh, std::vector<Joined>* all) {
  const auto shares = [&](const Joined& other) {
    return std::any_of(other.columns.begin(), other.columns.end(),
                       [&](uint32_t column) { return fresh.columns.contains(column); });
  };
  for (auto at = all->begin(); at != all->end();) {
    if (!shares(*at)) {
      ++at;
      continue;
    }
    fresh.columns.merge(at->columns);
    fresh.conditions.insert(fresh.conditions.begin(), at->conditions.begin(), at->conditions.end());
    at = all->erase(at);
  }
  all->push_back(std::move(fresh));
}

absl::Status CheckColumn(const v1::Column& column, int position) {
  if (!Groupable(column)) {
    return Unsupported(position,
                       "OR and NOT between columns need code lists, bands or "
                       "periods, which ",
                       column.name(), " has not; ask several questions");
  }
  if (governance::HasResponses(column)) {
    return Unsupported(position, "OR and NOT between columns are for columns of one response, ",
                       "and a row may have several of ", column.name(), "; ask several questions");
  }
  if (BinCount(column, column.period_unit()) > kPartedBinsMax) return TooManyCombinations(position);
  return absl::OkStatus();
}

// The truth of a condition on one column, for each of its bins.
struct TruthOfBins {
  uint32_t column;
  std::vector<Truth> of_bin;
};

// The truth of conditions for each combination of the bins of some columns, those together that no
// condition tells apart.
class Table {
 public:
  Table(const Joined& joined, const Names& names) : joined_(joined), names_(names) {}

  // own: conditions on the columns alone. Only then the others.
  absl::Status Open(const std::map<uint32_t, Condition>& own) {
    const int position = joined_.conditions[0]->position;
    PartsOfColumns parts;
    for (const uint32_t column : joined_.columns) {
      RETURN_IF_ERROR(CheckColumn(names_.column(column), position));
      const auto alone = own.find(column);
      parts.emplace(column, PartsBySet(alone == own.end() ? IntervalSet() : Bins(*alone),
                                       BinCountOf(column)));
    }
    for (const Expr* condition : joined_.conditions) RETURN_IF_ERROR(TellApart(*condition, &parts));
    std::optional<Joint> all = AllCombinations(parts);
    if (!all.has_value()) return TooManyCombinations(position);
    joint_ = *std::move(all);
    for (const auto& alone : own) {
      if (!joined_.columns.contains(alone.first)) continue;
      Narrow(JointOfBins(alone.first, BinCountOf(alone.first), Bins(alone)), &joint_);
    }
    return absl::OkStatus();
  }

  absl::Status Add(const Expr& condition) {
    ASSIGN_OR_RETURN(const std::vector<Truth> truths, TruthOf(condition));
    for (size_t i = 0; i < truths.size(); ++i) {
      if (truths[i] != Truth::kTrue) joint_.kept[i] = false;
    }
    return absl::OkStatus();
  }

  const Joint& joint() const { return joint_; }

 private:
  uint64_t BinCountOf(uint32_t column) const {
    return BinCount(names_.column(column), names_.column(column).period_unit());
  }
  // Of which a condition keeps any value.
  IntervalSet Bins(const std::pair<const uint32_t, Condition>& kept) const {
    const v1::Column& column = names_.column(kept.first);
    return BinsKept(kept.second, column, column.period_unit());
  }

  // Bins of which some condition is true and others of which it is not.
  absl::Status TellApart(const Expr& expr, PartsOfColumns* parts) const {
    ASSIGN_OR_RETURN(const std::set<uint32_t> columns, ColumnsIn(expr, names_));
    if (columns.size() < 2) {
      ASSIGN_OR_RETURN(const std::optional<TruthOfBins> truth, TruthOfOne(expr));
      if (!truth.has_value()) return absl::OkStatus();
      Parts& of_column = parts->at(truth->column);
      of_column = PartsOfBoth(of_column, PartsByKey(truth->of_bin));
      return absl::OkStatus();
    }
    for (const Expr& arg : expr.args) RETURN_IF_ERROR(TellApart(arg, parts));
    return absl::OkStatus();
  }

  // use(cell, part of the column there).
  template <typename Use>
  void EachCell(uint32_t column, const Use& use) const {
    size_t stride = 1, parts = 1;
    for (size_t i = joint_.columns.size(); i-- > 0;) {
      parts = joint_.parts[i].count;
      if (joint_.columns[i] == column) break;
      stride *= parts;
    }
    for (size_t cell = 0; cell < joint_.kept.size(); ++cell) use(cell, cell / stride % parts);
  }

  absl::StatusOr<std::vector<Truth>> TruthOf(const Expr& expr) const {
    ASSIGN_OR_RETURN(const std::set<uint32_t> columns, ColumnsIn(expr, names_));
    if (columns.size() < 2) {
      ASSIGN_OR_RETURN(const std::optional<TruthOfBins> truth, TruthOfOne(expr));
      return InCells(truth);
    }
    if (expr.kind == Expr::Kind::kNot || expr.kind == Expr::Kind::kIsTrue) {
      ASSIGN_OR_RETURN(std::vector<Truth> truths, TruthOf(expr.args[0]));
      for (Truth& truth : truths) truth = Changed(expr, truth);
      return truths;
    }
    const bool all = expr.kind == Expr::Kind::kAnd;
    std::vector<Truth> out(joint_.kept.size(), all ? Truth::kTrue : Truth::kFalse);
    for (const Expr& arg : expr.args) {
      ASSIGN_OR_RETURN(const std::vector<Truth> truths, TruthOf(arg));
      for (size_t i = 0; i < out.size(); ++i) {
        out[i] = all ? std::min(out[i], truths[i]) : std::max(out[i], truths[i]);
      }
    }
    return out;
  }

  // Whole bins: of open data too, combinations are of them. nullopt: it is true, of no column.
  absl::StatusOr<std::optional<TruthOfBins>> TruthOfOne(const Expr& expr) const {
    ASSIGN_OR_RETURN(const auto conditions, ReadConditions(expr, names_, v1::PROTECTED));
    if (conditions.empty()) return std::optional<TruthOfBins>();
    const auto& [index, condition] = *conditions.begin();
    TruthOfBins truth{index, std::vector<Truth>(BinCountOf(index), Truth::kFalse)};
    for (const uint32_t bin : Bins(*conditions.begin()).Values()) truth.of_bin[bin] = Truth::kTrue;
    if (!names_.column(index).required()) truth.of_bin.back() = condition.missing;
    return std::optional<TruthOfBins>(std::move(truth));
  }

  // By NOT, or by IS TRUE and the like.
  static Truth Changed(const Expr& expr, Truth truth) {
    if (expr.kind == Expr::Kind::kNot) {
      if (truth == Truth::kUnknown) return truth;
      return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
    }
    const Truth wanted = expr.text == "true"    ? Truth::kTrue
                         : expr.text == "false" ? Truth::kFalse
                                                : Truth::kUnknown;
    return truth == wanted ? Truth::kTrue : Truth::kFalse;
  }

  std::vector<Truth> InCells(const std::optional<TruthOfBins>& truth) const {
    std::vector<Truth> out(joint_.kept.size(), Truth::kTrue);
    if (!truth.has_value()) return out;
    const auto& columns = joint_.columns;
    const auto at = std::find(columns.begin(), columns.end(), truth->column) - columns.begin();
    const Parts& parts = joint_.parts[at];
    std::vector<Truth> of_part(parts.count);
    for (size_t bin = 0; bin < truth->of_bin.size(); ++bin) {
      of_part[parts.of_bin[bin]] = truth->of_bin[bin];
    }
    EachCell(truth->column, [&](size_t cell, size_t part) { out[cell] = of_part[part]; });
    return out;
  }

  const Joined& joined_;
  const Names& names_;
  Joint joint_;
};

absl::Status AddJoined(const Joined& joined, const Names& names, Kept* out) {
  Table table(joined, names);
  RETURN_IF_ERROR(table.Open(out->columns));
  for (const Expr* condition : joined.conditions) RETURN_IF_ERROR(table.Add(*condition));
  for (Joint& factor : FactorsOf(table.joint())) {
    for (size_t i = 0; i < factor.columns.size(); ++i) {
      const v1::Column& column = names.column(factor.columns[i]);
      const Condition condition =
          ConditionOfBins(BinsOfColumn(factor, i), column, column.period_unit());
      const auto [at, fresh] = out->columns.emplace(factor.columns[i], condition);
      if (!fresh) at->second = And(at->second, condition);
    }
    if (factor.columns.size() > 1) out->joints.push_back(std::move(factor));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TooManyCombinations(int position) {
  return Unsupported(position, "OR and NOT between columns are for at most ", kJointColumnsMax,
                     " columns and ", kJointCellsMax,
                     " combinations of what the conditions tell apart in them; group by the "
                     "columns, or ask several questions");
}

absl::StatusOr<Kept> ReadWhere(const Expr& where, const Names& names, v1::Release release) {
  Kept out;
  std::vector<const Expr*> conjuncts;
  AddConjuncts(where, &conjuncts);
  std::vector<Joined> joined;
  for (const Expr* condition : conjuncts) {
    ASSIGN_OR_RETURN(std::set<uint32_t> columns, ColumnsIn(*condition, names));
    if (columns.size() > 1) {
      Join({std::move(columns), {condition}}, &joined);
      continue;
    }
    ASSIGN_OR_RETURN(const auto conditions, ReadConditions(*condition, names, release));
    for (const auto& [column, kept] : conditions) {
      const auto [at, fresh] = out.columns.emplace(column, kept);
      if (fresh) continue;
      RETURN_IF_ERROR(AndAlso(names.column(column), kept, condition->position, &at->second));
    }
  }
  for (const Joined& some : joined) RETURN_IF_ERROR(AddJoined(some, names, &out));
  if (out.joints.size() > kJointFiltersMax) {
    return Unsupported(where.position, "at most ", kJointFiltersMax,
                       " conditions with OR between columns; ask several questions");
  }
  std::sort(out.joints.begin(), out.joints.end(),
            [](const Joint& a, const Joint& b) { return a.columns < b.columns; });
  return out;
}

}  // namespace commons::query::sql
