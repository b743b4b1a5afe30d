#include "query/sql/conditions/joint_where.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
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

// The truth of conditions for each combination of the bins of some columns.
class Table {
 public:
  Table(const Joined& joined, const Names& names) : joined_(joined), names_(names) {}

  // Only then the others.
  absl::Status Open() {
    const int position = joined_.conditions[0]->position;
    for (const uint32_t index : joined_.columns) {
      const v1::Column& column = names_.column(index);
      if (!Groupable(column)) {
        return Unsupported(position,
                           "OR and NOT between columns need code lists, bands or "
                           "periods, which ",
                           column.name(), " has not; ask several questions");
      }
      if (governance::HasResponses(column)) {
        return Unsupported(position, "OR and NOT between columns are for columns of one response, ",
                           "and a row may have several of ", column.name(),
                           "; ask several questions");
      }
    }
    std::optional<Joint> all = AllCombinations(joined_.columns, names_.standard());
    if (!all.has_value()) return TooManyCombinations(position);
    joint_ = *std::move(all);
    return absl::OkStatus();
  }

  absl::Status Add(const Expr& condition) {
    ASSIGN_OR_RETURN(const std::vector<Truth> truths, TruthOf(condition));
    for (size_t i = 0; i < truths.size(); ++i) {
      if (truths[i] != Truth::kTrue) joint_.kept[i] = false;
    }
    return absl::OkStatus();
  }

  // Only the bins of which it keeps any value.
  void Restrict(uint32_t column, const Condition& condition) {
    const v1::Column& of = names_.column(column);
    const uint64_t all = BinCount(of, of.period_unit());
    Narrow(JointOfBins(column, all, BinsKept(condition, of, of.period_unit())), &joint_);
  }

  const Joint& joint() const { return joint_; }

 private:
  // use(cell, bin of the column there).
  template <typename Use>
  void EachCell(uint32_t column, const Use& use) const {
    size_t stride = 1, bins = 1;
    for (size_t i = joint_.columns.size(); i-- > 0;) {
      bins = joint_.bins[i];
      if (joint_.columns[i] == column) break;
      stride *= bins;
    }
    for (size_t cell = 0; cell < joint_.kept.size(); ++cell) {
      use(cell, static_cast<int64_t>(cell / stride % bins));
    }
  }

  absl::StatusOr<std::vector<Truth>> TruthOf(const Expr& expr) const {
    ASSIGN_OR_RETURN(const std::set<uint32_t> columns, ColumnsIn(expr, names_));
    if (columns.size() < 2) return TruthOfOne(expr);
    if (expr.kind == Expr::Kind::kNot) {
      ASSIGN_OR_RETURN(std::vector<Truth> truths, TruthOf(expr.args[0]));
      for (Truth& truth : truths) {
        if (truth != Truth::kUnknown) truth = truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
      }
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

  // Whole bins: of open data too, combinations are of them.
  absl::StatusOr<std::vector<Truth>> TruthOfOne(const Expr& expr) const {
    ASSIGN_OR_RETURN(const auto conditions, ReadConditions(expr, names_, v1::PROTECTED));
    std::vector<Truth> out(joint_.kept.size(), Truth::kTrue);
    for (const auto& [index, condition] : conditions) {
      const v1::Column& column = names_.column(index);
      const auto all = static_cast<int64_t>(BinCount(column, column.period_unit()));
      std::vector<Truth> of_bin(all, Truth::kFalse);
      for (const uint32_t bin : BinsKept(condition, column, column.period_unit()).Values()) {
        of_bin[bin] = Truth::kTrue;
      }
      if (!column.required()) of_bin.back() = condition.missing;
      EachCell(index, [&](size_t cell, int64_t bin) { out[cell] = of_bin[bin]; });
    }
    return out;
  }

  const Joined& joined_;
  const Names& names_;
  Joint joint_;
};

absl::Status AddJoined(const Joined& joined, const Names& names, Kept* out) {
  Table table(joined, names);
  RETURN_IF_ERROR(table.Open());
  for (const Expr* condition : joined.conditions) RETURN_IF_ERROR(table.Add(*condition));
  for (const uint32_t column : joined.columns) {
    const auto own = out->columns.find(column);
    if (own != out->columns.end()) table.Restrict(column, own->second);
  }
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
                     " combinations of their codes, bands and periods; group by the columns, or "
                     "ask several questions");
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
