// A small dataset for tests, its rules, and the slow reference: rows live in vectors and are
// counted by a plain loop.
#ifndef COMMONS_QUERY_TESTING_VISITS_H_
#define COMMONS_QUERY_TESTING_VISITS_H_

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/numeric/int128.h"
#include "base/quantize.h"
#include "crypto/random.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/cell_space.h"

namespace commons::query::testing {

// Columns of the dataset "visits": 0 sex F M U, 1 region north south or missing, 2 income with two
// decimals or missing, 3 age.
struct RowOfVisits {
  uint32_t sex = 0;
  std::optional<uint32_t> region;
  std::optional<int64_t> income;
  int64_t age = 0;
};
inline constexpr char kDataset[] = "visits";
inline constexpr char kPurpose[] = "planning";       // every owner allows it
inline constexpr char kOtherPurpose[] = "research";  // of the project too

inline v1::Standard VisitsStandard() {
  v1::Standard standard;
  standard.set_dataset(kDataset);
  const auto column = [&](const char* name, v1::Role role, v1::ValueType type) {
    v1::Column* added = standard.add_columns();
    added->set_name(name);
    added->set_role(role);
    added->set_type(type);
    return added;
  };
  const auto code = [](v1::Column* to, const char* value) {
    v1::Code* added = to->add_codes();
    added->set_value(value);
    added->set_label(value);
  };
  v1::Column* sex = column("sex", v1::DIMENSION, v1::STRING);
  sex->set_required(true);
  for (const char* value : {"F", "M", "U"}) code(sex, value);
  v1::Column* region = column("region", v1::DIMENSION, v1::STRING);
  for (const char* value : {"north", "south"}) code(region, value);
  v1::Column* income = column("income", v1::MEASURE, v1::NUMBER);
  income->set_decimals(2);
  income->set_has_clip(true);
  income->set_clip_low(0);
  income->set_clip_high(1000'00);
  v1::Column* age = column("age", v1::MEASURE, v1::INTEGER);
  age->set_required(true);
  age->set_has_clip(true);
  age->set_clip_low(0);
  age->set_clip_high(100);
  standard.set_max_rows_per_person(1);
  standard.set_max_owners_per_person(1);
  standard.set_unit("person");
  return standard;
}

inline v1::Rule DefaultRule(v1::Release release = v1::PROTECTED) {
  v1::Rule rule;
  rule.set_release(release);
  rule.set_noise(v1::STANDARD);
  rule.set_threshold(6);
  rule.set_rounding(3);
  rule.set_min_members(release == v1::OPEN ? 1 : 3);
  rule.set_collusion(v1::MINORITY);
  rule.set_exclusive_cells(v1::REFUSE);
  rule.set_yearly_budget_micro_rho(500'000);
  rule.set_question_budget_micro_rho(500'000);
  rule.add_purposes(kPurpose);
  return rule;
}

namespace internal {

inline std::optional<int64_t> ValueOf(const RowOfVisits& row, uint32_t column) {
  switch (column) {
    case 0:
      return row.sex;
    case 1:
      return row.region;
    case 2:
      return row.income;
    case 3:
      return row.age;
    default:  // a column that was added since has no value in these rows
      return std::nullopt;
  }
}

template <typename Filters>
bool Passes(const RowOfVisits& row, const Filters& filters) {
  for (const v1::Filter& filter : filters) {
    const auto value = ValueOf(row, filter.column());
    if (!value.has_value()) {
      if (!filter.missing()) return false;
    } else if (filter.column() < 2) {
      if ((filter.codes()[*value / 8] >> (*value % 8) & 1) == 0) return false;
    } else if (std::none_of(filter.ranges().begin(), filter.ranges().end(), [&](const auto& r) {
                 return r.low() <= *value && *value < r.high();
               })) {
      return false;
    }
  }
  return true;
}

// The place of a row's bin among the missing one's and the others: codes are their own bins.
inline uint32_t BinOf(const RowOfVisits& row, uint32_t column, const v1::Standard& standard) {
  const auto value = ValueOf(row, column);
  return value.has_value() ? static_cast<uint32_t>(*value)
                           : standard.columns(static_cast<int>(column)).codes_size();
}

inline bool HasBit(const std::string& bits, size_t i) { return bits[i / 8] >> (i % 8) & 1; }

template <typename JointFilters>
bool PassesJointly(const RowOfVisits& row, const JointFilters& filters,
                   const v1::Standard& standard) {
  for (const v1::JointFilter& filter : filters) {
    size_t cell = 0;
    for (const uint32_t column : filter.columns()) {
      const v1::Column& of = standard.columns(static_cast<int>(column));
      cell = cell * (of.codes_size() + !of.required()) + BinOf(row, column, standard);
    }
    if (!HasBit(filter.cells(), cell)) return false;
  }
  return true;
}

inline absl::int128 Amount(const RowOfVisits& row, const v1::Partial& partial,
                           const v1::Standard& standard, bool open, uint64_t coin) {
  if (partial.kind() == v1::COUNT_ROWS) return 1;
  const auto value = ValueOf(row, partial.column());
  if (!value.has_value()) return 0;
  if (partial.kind() == v1::COUNT_VALUES) return 1;
  const bool squares = partial.kind() == v1::SUM_SQUARES;
  if (open) return squares ? absl::int128(*value) * *value : absl::int128(*value);
  const v1::Column& column = standard.columns(partial.column());
  return squares ? QuantizeSquare(*value, column.clip_low(), column.clip_high(), coin)
                 : QuantizeStep(*value, column.clip_low(), column.clip_high(), coin);
}

}  // namespace internal

// The slow reference: every value of the question over these rows.
inline std::vector<absl::int128> CountRows(const std::vector<RowOfVisits>& rows,
                                           const v1::Question& question,
                                           const v1::Standard& standard,
                                           const Hash32& rounding_key) {
  const CellSpace space(question, standard);
  std::vector<absl::int128> values(space.values());
  crypto::ChaChaStream coins(rounding_key);
  for (const RowOfVisits& row : rows) {
    if (!internal::Passes(row, question.filters())) continue;
    if (!internal::PassesJointly(row, question.joint_filters(), standard)) continue;
    for (int p = 0; p < question.partials_size(); ++p) {
      const absl::int128 amount = internal::Amount(row, question.partials(p), standard,
                                                   question.release() == v1::OPEN, coins.NextU64());
      const v1::Partial& partial = question.partials(p);
      if (!internal::Passes(row, partial.filters())) continue;
      if (!internal::PassesJointly(row, partial.joint_filters(), standard)) continue;
      for (int set = 0; set < question.sets_size(); ++set) {
        size_t cell = 0;
        for (const uint32_t dimension : question.sets(set).dimensions()) {
          const v1::Dimension& asked = question.dimensions(static_cast<int>(dimension));
          const uint32_t bin = internal::BinOf(row, asked.column(), standard);
          const auto& kept = space.kept(dimension);
          size_t at = std::find(kept.begin(), kept.end(), bin) - kept.begin();
          for (int group = 0; group < asked.groups_size(); ++group) {
            if (internal::HasBit(asked.groups(group).bins(), bin)) at = group;
          }
          cell = cell * kept.size() + at;
        }
        values[space.ValueIndex(p, set, cell)] += amount;
      }
    }
  }
  return values;
}

}  // namespace commons::query::testing

#endif  // COMMONS_QUERY_TESTING_VISITS_H_
