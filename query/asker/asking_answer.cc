// From the release to the answer that people see, with what each member said.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "privacy/noise.h"
#include "query/asker/asking.h"
#include "query/asker/coverage.h"
#include "query/question/owners.h"
#include "query/question/question.h"
#include "query/release/demands.h"
#include "query/release/legend.h"
#include "query/release/percentile.h"
#include "query/release/present_cells.h"
#include "query/release/release.h"

namespace commons::query {

absl::StatusOr<v1::Answer> Asking::Present(const Sealed& sealed, const std::string& release,
                                           const std::vector<v1::Contribution>& contributions,
                                           bool per_member) const {
  const Plan& plan = prepared_.plan;
  v1::ReleaseRecord record;
  if (!record.ParseFromString(release)) return absl::InternalError("release: unreadable");
  v1::Answer answer;
  ASSIGN_OR_RETURN(const auto cells, PresentCells(plan, standard_->standard, record));
  *answer.mutable_cells() = {cells.begin(), cells.end()};
  for (const OutputDimension& dimension : plan.dimensions) answer.add_dimensions(dimension.name);
  for (const OutputMeasure& measure : plan.measures) answer.add_measures(measure.name);
  if (plan.question.release() == v1::OPEN) {
    for (size_t i = 0; per_member && i < contributions.size(); ++i) {
      record.set_totals(contributions[i].values());
      ASSIGN_OR_RETURN(const auto own, PresentCells(plan, standard_->standard, record));
      v1::MemberState state = states_.at(sealed.voters[i].org);
      state.set_member(NameOf(sealed.voters[i].org));
      *state.mutable_cells() = {own.begin(), own.end()};
      *answer.add_members() = std::move(state);
    }
  } else {
    const auto noise = static_cast<privacy::NoiseClass>(plan.question.noise());
    const absl::string_view name = privacy::NoiseClassName(noise);
    answer.set_noise_class(std::string(name.data(), name.size()));
    answer.set_noise_sigma(std::round(SigmaOf(sealed.roster, sealed.voters.size()) * 10) / 10);
    answer.set_threshold(sealed.roster.threshold());
    answer.set_rounding(sealed.roster.rounding());
  }
  AddLegend(plan, standard_->standard, answer);
  std::set<std::string> rules;
  for (const Voter& voter : sealed.voters) {
    for (const std::string& rule : voter.vote.requirements().rules()) {
      rules.insert(absl::BytesToHexString(rule));
    }
  }
  *answer.mutable_rules() = {rules.begin(), rules.end()};
  for (std::string& caveat : Caveats(sealed)) answer.add_caveats(std::move(caveat));
  return answer;
}

std::vector<std::string> Asking::Absent() const {
  std::vector<std::string> names;
  for (const auto& [org, state] : states_) {
    if (state.status() != v1::MemberState::ANSWERED) names.push_back(NameOf(org));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void Asking::NoteTimes(v1::Answer& answer) {
  std::map<std::string, absl::Duration> slow;
  for (const auto& [org, took] : took_) {
    attendance_.Took(org, took);
    if (took >= Attendance::kSlow) slow[NameOf(org)] = took;
  }
  if (slow.empty() || answer.has_refusal()) return;
  answer.add_caveats(absl::StrCat(
      "Slow: ",
      absl::StrJoin(slow, ", ",
                    [](std::string* out, const auto& member) {
                      absl::StrAppend(out, member.first, " (",
                                      absl::ToInt64Milliseconds(member.second), " ms)");
                    }),
      "; everybody waited for that."));
}

void Asking::NoteForces(const Sealed& sealed) {
  std::vector<v1::Requirements> demands;
  demands.reserve(sealed.voters.size());
  for (const Voter& voter : sealed.voters) demands.push_back(voter.vote.requirements());
  const Strictest strictest = StrictestOf(demands, prepared_.plan.question);
  for (size_t i = 0; i < sealed.voters.size(); ++i) {
    const auto& forces = strictest.forces[i];
    *states_[sealed.voters[i].org].mutable_forces() = {forces.begin(), forces.end()};
  }
}

std::vector<std::string> Asking::Caveats(const Sealed& sealed) const {
  const v1::Standard& standard = standard_->standard;
  std::vector<std::string> caveats;
  if (reg_->charter().practice()) {
    caveats.push_back("PRACTICE: not real protection, not real data.");
  }
  const std::vector<std::string> missing = Absent();
  if (!missing.empty()) {
    caveats.push_back(absl::StrCat("Without ", absl::StrJoin(missing, ", "),
                                   ": totals are of the members that answered."));
  }
  std::vector<OrgId> answered;
  for (const Voter& voter : sealed.voters) answered.push_back(voter.org);
  for (std::string& sentence :
       CoverageSentences(*reg_, prepared_.plan.question.dataset(), answered)) {
    caveats.push_back(std::move(sentence));
  }
  if (std::string several = SeveralGroupsSentence(prepared_.plan.question, standard);
      !several.empty()) {
    caveats.push_back(std::move(several));
  }
  if (std::string missing = MissingInGroupSentence(prepared_.plan.question, standard);
      !missing.empty()) {
    caveats.push_back(std::move(missing));
  }
  if (std::string rows = RowsCountedSentence(prepared_.plan, standard); !rows.empty()) {
    caveats.push_back(std::move(rows));
  }
  if (std::string share = ShareSentence(prepared_.plan.question, standard); !share.empty()) {
    caveats.push_back(std::move(share));
  }
  const auto& measures = prepared_.plan.measures;
  const bool percentiles =
      std::any_of(measures.begin(), measures.end(), [&](const OutputMeasure& measure) {
        return IsFromBands(measure, prepared_.plan.question, standard);
      });
  if (percentiles) {
    caveats.push_back(
        "Percentiles are worked out from counts of the declared bands (commons:breaks): inside a "
        "band values are taken to lie evenly, and the margin reaches to its ends.");
  }
  if (standard.max_owners_per_person() > 1 && answered.size() > 1) {
    caveats.push_back("Whoever several members hold counts once at each of them.");
  }
  if (prepared_.plan.question.release() != v1::OPEN) {
    caveats.push_back(absl::StrCat(
        "Protected: random noise was added; what the rows counted come to lies within margin95 of "
        "the value in 95 of 100 cases. Noise of ",
        sealed.voters.size(), " members, safe if at most ", sealed.roster.colluders(),
        " of the others pool what they know."));
    const auto& partials = prepared_.plan.question.partials();
    if (std::any_of(partials.begin(), partials.end(),
                    [](const v1::Partial& p) { return p.kind() == v1::SUM_VALUES; })) {
      caveats.push_back(
          "Values outside the declared bounds (commons:clip) count as the nearer bound in sums, "
          "averages and deviations.");
    }
    if (prepared_.plan.question.sets_size() > 1) {
      caveats.push_back(
          "Subtotals and totals have noise of their own: their parts do not add up to them.");
    }
    if (!standard.entity().empty()) {
      const uint32_t rows = RowsPerPerson(standard), in_cell = RowsPerPersonAndCell(standard);
      caveats.push_back(absl::StrCat(
          "At most ", rows, rows == 1 ? " row" : " rows", " of one person count",
          in_cell < rows
              ? absl::StrCat(", ", in_cell, " in each cell", percentiles ? " or band of one" : "")
              : "",
          "; further ones are left out."));
    }
  }
  return caveats;
}

void Asking::AddMembers(v1::Answer& answer) const {
  std::map<std::string, v1::MemberState> by_name;
  for (const auto& [org, state] : states_) {
    v1::MemberState& named = by_name[NameOf(org)];
    named = state;
    named.set_member(NameOf(org));
    if (const auto took = took_.find(org); took != took_.end()) {
      named.set_took_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(took->second)));
    }
  }
  for (const v1::MemberState& detailed : answer.members()) {
    *by_name[detailed.member()].mutable_cells() = detailed.cells();
  }
  answer.clear_members();
  for (auto& [name, state] : by_name) *answer.add_members() = std::move(state);
  const auto others = NotHoldingOf(*reg_, prepared_.plan.question.dataset());
  *answer.mutable_not_holding() = {others.begin(), others.end()};
}

}  // namespace commons::query
