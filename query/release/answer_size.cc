#include "query/release/answer_size.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/refusal.h"
#include "query/question/cell_space.h"
#include "query/question/partials.h"
#include "query/question/question.h"
#include "query/release/cell_order.h"
#include "query/release/legend.h"
#include "query/release/percentile.h"
#include "query/release/wire.h"

namespace commons::query {
namespace {

// The vote, and the name and signature around the vector.
constexpr size_t kAroundEach = limits::kVoteBytes + 256;

// A value's status, number, margin, noise and reason at their longest; what frames a key's name and
// label.
constexpr size_t kAroundValue = 128;
constexpr size_t kAroundLabel = 8;
// A band and an interval, each of two numbers of 2^53 with their signs and points.
constexpr size_t kBandAndInterval = 96;
// Over the rows: one for each FILTER.
constexpr size_t kPassesOfOne = 4;
// Whatever else an answer says: each member's state, the rules, the signatures.
constexpr size_t kBesideCells = 1 << 20;

}  // namespace

absl::Status CheckAnswerSize(const v1::Question& question, const v1::Standard& standard,
                             size_t owners) {
  const size_t width = question.release() == v1::OPEN ? kExactBytes : kMaskedBytes;
  const size_t vector = CellSpace(question, standard).values() * width;
  const size_t bytes = question.ByteSizeLong() + (owners + 1) * (vector + kAroundEach);
  if (bytes <= limits::kPeerMessageBytes) return absl::OkStatus();
  return governance::Refuse(v1::MESSAGE_TOO_LARGE,
                            absl::StrCat("the answers of ", owners, " members would be ", bytes,
                                         " bytes, at most ", limits::kPeerMessageBytes,
                                         " can be countersigned; ask for fewer groups or "
                                         "measures at a time"));
}

absl::Status CheckCellsSize(const Plan& plan, const v1::Standard& standard, size_t copies) {
  const CellSpace space(plan.question, standard);
  size_t a_cell = 0;
  for (const OutputMeasure& measure : plan.measures) {
    a_cell += measure.name.size() + kAroundValue;
    if (IsFromBands(measure, plan.question, standard)) a_cell += kBandAndInterval;
  }
  for (const OutputDimension& output : plan.dimensions) {
    const v1::Dimension& dimension = plan.question.dimensions(static_cast<int>(output.dimension));
    size_t longest = 0;
    for (const auto& label :
         LabelsOf(output, dimension, standard.columns(static_cast<int>(dimension.column())),
                  space.kept(output.dimension))) {
      longest = std::max(longest, label.value_or("").size());
    }
    a_cell += output.name.size() + longest + kAroundLabel;
  }
  v1::Answer legend;
  AddLegend(plan, standard, legend);
  const size_t bytes = a_cell * space.total_cells() * copies + legend.ByteSizeLong();
  if (bytes <= limits::kLocalMessageBytes - kBesideCells) return absl::OkStatus();
  return governance::Refuse(
      v1::MESSAGE_TOO_LARGE,
      absl::StrCat("the answer's cells could be ", bytes, " bytes, at most ",
                   limits::kLocalMessageBytes - kBesideCells,
                   " can be handed over; ask for fewer groups or measures at a time"));
}

uint64_t CoinsOf(const v1::Question& question, const v1::Standard& standard, uint32_t members,
                 uint32_t colluders) {
  if (question.release() == v1::OPEN) return 0;
  const uint64_t flips = privacy::FlipsOf(static_cast<privacy::NoiseClass>(question.noise()));
  const uint64_t count = privacy::FlipsShareOf(flips, members, colluders);
  const uint64_t sum = privacy::FlipsShareOf(flips * privacy::kSumFlipsFactor, members, colluders);
  const CellSpace space(question, standard);
  uint64_t a_cell = 0;
  for (int p = 0; p < question.partials_size(); ++p) {
    a_cell += (IsSum(question.partials(p)) ? sum : count) * space.width(p);
  }
  return a_cell * space.total_cells();
}

size_t WeightOf(const v1::Question& question, const v1::Standard& standard, uint64_t coins) {
  const auto& partials = question.partials();
  const bool persons = std::any_of(partials.begin(), partials.end(), [](const v1::Partial& p) {
    return p.kind() == v1::COUNT_PERSONS;
  });
  const auto bands = std::count_if(partials.begin(), partials.end(), [](const v1::Partial& p) {
    return p.kind() == v1::COUNT_BANDS;
  });
  std::vector<int> all(partials.size());
  std::iota(all.begin(), all.end(), 0);
  const size_t weight = 1 + bands + (persons || BoundsRowsPerCell(question, standard)) +
                        (ResponsesOf(question, standard) > 1) + (coins > limits::kNoiseCoins / 4) +
                        (ByRows(question, all).size() > kPassesOfOne);
  return std::min(weight, limits::kConcurrentQuestions);
}

absl::Status CheckCoins(const v1::Question& question, const v1::Standard& standard,
                        uint32_t members, uint32_t colluders) {
  const uint64_t coins = CoinsOf(question, standard, members, colluders);
  if (coins <= limits::kNoiseCoins) return absl::OkStatus();
  return governance::Refuse(
      v1::TOO_MANY_CELLS,
      absl::StrCat("the noise of these sums would take ", coins >> 20, " million coins of each of ",
                   members, " members, at most ", limits::kNoiseCoins >> 20,
                   " are thrown; ask for fewer groups or fewer sums at a time"));
}

}  // namespace commons::query
