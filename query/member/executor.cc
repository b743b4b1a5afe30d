#include "query/member/executor.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/standard/roles.h"
#include "query/question/cell_space.h"
#include "query/question/layout.h"
#include "query/question/partials.h"
#include "query/question/question.h"

namespace commons::query {
namespace {

// The question of one grouping set alone, with these of its partials.
v1::Question QuestionOfSet(const v1::Question& question, const v1::GroupingSet& set,
                           const std::vector<int>& partials) {
  v1::Question out = question;
  out.clear_dimensions();
  out.clear_partials();
  for (const int partial : partials) *out.add_partials() = question.partials(partial);
  for (const uint32_t dimension : set.dimensions()) {
    *out.add_dimensions() = question.dimensions(dimension);
  }
  return out;
}

// Whether a total lacks a dimension of several responses: a row counts once in it, and once in each
// of its groups there.
bool LacksResponses(const v1::Question& question, const v1::GroupingSet& set,
                    const v1::Standard& standard) {
  const auto& grouped = set.dimensions();
  for (int i = 0; i < question.dimensions_size(); ++i) {
    const bool has = std::find(grouped.begin(), grouped.end(), i) != grouped.end();
    const auto column = static_cast<int>(question.dimensions(i).column());
    if (!has && governance::HasResponses(standard.columns(column))) return true;
  }
  return false;
}

// Which partials of a total are not the sums of the base cells': people are counted once in it, and
// of each person's rows it chooses its own.
std::vector<int> OwnInSet(const v1::Question& question, const v1::GroupingSet& set,
                          const v1::Standard& standard) {
  const bool all = BoundsRowsPerCell(question, standard) || LacksResponses(question, set, standard);
  std::vector<int> partials;
  for (int i = 0; i < question.partials_size(); ++i) {
    if (all || question.partials(i).kind() == v1::COUNT_PERSONS) partials.push_back(i);
  }
  return partials;
}

// Which of these partials one scan counts, of the same rows: bands are a grouping of their own,
// each other value is one of its cell.
std::vector<std::vector<int>> ScansOf(const v1::Question& question,
                                      const std::vector<int>& partials) {
  std::vector<std::vector<int>> scans;
  std::vector<int> of_a_cell;
  for (const int partial : partials) {
    if (question.partials(partial).kind() == v1::COUNT_BANDS) {
      scans.push_back({partial});
    } else {
      of_a_cell.push_back(partial);
    }
  }
  for (std::vector<int>& of_the_same_rows : ByRows(question, of_a_cell)) {
    scans.push_back(std::move(of_the_same_rows));
  }
  return scans;
}

std::vector<int> AllOf(const v1::Question& question) {
  std::vector<int> partials(question.partials_size());
  std::iota(partials.begin(), partials.end(), 0);
  return partials;
}

// One question to one edition.
class Counting {
 public:
  Counting(const v1::Question& question, const v1::Standard& standard, const Hash32& rounding_key,
           const storage::TableStore& tables, const storage::EditionPin& pin)
      : question_(question),
        standard_(standard),
        rounding_key_(rounding_key),
        tables_(tables),
        pin_(pin),
        space_(question, standard) {}

  absl::StatusOr<std::vector<absl::int128>> Run() const {
    ASSIGN_OR_RETURN(const storage::ScanResult base, CountSet(0, AllOf(question_)));
    std::vector<absl::int128> values = ValuesOf(space_, base);
    for (size_t set = 1; set < space_.sets(); ++set) {
      const std::vector<int> own =
          OwnInSet(question_, question_.sets(static_cast<int>(set)), standard_);
      ASSIGN_OR_RETURN(const storage::ScanResult of_set, CountSet(set, own));
      for (const int partial : own) {
        std::copy(of_set[partial].begin(), of_set[partial].end(),
                  values.begin() + space_.ValueIndex(partial, set, 0));
      }
    }
    return values;
  }

 private:
  // By partial; nothing of others than these, or where there is nothing to count.
  absl::StatusOr<storage::ScanResult> CountSet(size_t set, const std::vector<int>& partials) const {
    storage::ScanResult result(question_.partials_size());
    if (space_.cells(set) == 0) return result;
    for (const std::vector<int>& together : ScansOf(question_, partials)) {
      if (space_.width(together[0]) == 0) continue;
      ASSIGN_OR_RETURN(storage::ScanResult counted, tables_.Scan(pin_, SpecOf(set, together)));
      for (size_t i = 0; i < together.size(); ++i) result[together[i]] = std::move(counted[i]);
    }
    return result;
  }

  storage::ScanSpec SpecOf(size_t set, const std::vector<int>& partials) const {
    const v1::Question alone =
        QuestionOfSet(question_, question_.sets(static_cast<int>(set)), partials);
    storage::ScanSpec spec = ScanOf(alone, standard_, pin_.layout(), rounding_key_);
    const v1::Partial& first = question_.partials(partials[0]);
    if (first.kind() == v1::COUNT_BANDS) {
      AddBands(space_.bands(partials[0]), standard_.columns(static_cast<int>(first.column())),
               pin_.layout(), spec);
    }
    return spec;
  }

  const v1::Question& question_;
  const v1::Standard& standard_;
  const Hash32& rounding_key_;
  const storage::TableStore& tables_;
  const storage::EditionPin& pin_;
  const CellSpace space_;
};

}  // namespace

absl::StatusOr<LocalPartials> LocalExecutor::operator()(const v1::Question& question,
                                                        const v1::Standard& standard,
                                                        const Hash32& rounding_key) const {
  const absl::StatusOr<storage::EditionPin> pin = tables_->Pin(question.dataset());
  if (absl::IsNotFound(pin.status())) {
    return governance::Refuse(
        v1::NO_DATA, absl::StrCat("no edition of ", question.dataset(), " has been imported here"));
  }
  RETURN_IF_ERROR(pin.status());
  RETURN_IF_ERROR(CheckHeld(pin->layout(), question, standard));
  ASSIGN_OR_RETURN(std::vector<absl::int128> values,
                   Counting(question, standard, rounding_key, *tables_, *pin).Run());
  return LocalPartials{std::move(values), pin->edition()};
}

}  // namespace commons::query
