#include "query/release/question_version.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"
#include "query/peer/peer_message.h"
#include "query/question/cell_space.h"
#include "query/question/levels.h"
#include "query/question/within.h"

namespace commons::query {

namespace {

struct Need {
  uint32_t version;
  absl::string_view because;  // of the question: "it ..."
};

Need NeedOf(const v1::Question& question, const v1::Standard& standard) {
  const auto& dimensions = question.dimensions();
  const auto& partials = question.partials();
  if (HasLevels(question)) return {kVersionOfLevels, "it groups by several levels of one column"};
  if (!JoinsWithinBins(question, standard)) {
    return {kVersionOfParts, "it has OR between columns of many codes"};
  }
  if (std::any_of(partials.begin(), partials.end(),
                  [](const v1::Partial& partial) { return partial.joint_filters_size() > 0; })) {
    return {kVersionOfJointPartials, "it has OR between columns in FILTER"};
  }
  if (std::any_of(dimensions.begin(), dimensions.end(),
                  [](const v1::Dimension& dimension) { return dimension.grouping() > 0; })) {
    return {kVersionOfGroupings, "it groups by a grouping of codes"};
  }
  if (std::any_of(dimensions.begin(), dimensions.end(),
                  [](const v1::Dimension& dimension) { return dimension.unit() == v1::WEEK; })) {
    return {kVersionOfWeeks, "it groups by weeks"};
  }
  if (std::any_of(partials.begin(), partials.end(),
                  [](const v1::Partial& partial) { return partial.kind() == v1::COUNT_BANDS; })) {
    return {kVersionOfPercentiles, "it asks for percentiles"};
  }
  if (std::any_of(partials.begin(), partials.end(),
                  [](const v1::Partial& partial) { return partial.filters_size() > 0; })) {
    return {kVersionOfConditions, "it has a measure with FILTER"};
  }
  if (std::any_of(dimensions.begin(), dimensions.end(),
                  [](const v1::Dimension& dimension) { return dimension.groups_size() > 0; })) {
    return {kVersionOfConditions, "it groups by CASE"};
  }
  if (question.joint_filters_size() > 0) {
    return {kVersionOfConditions, "it has OR between columns"};
  }
  if (LeavesBinsOut(question, standard)) {
    return {kVersionOfKeptGroups, "its filter leaves groups out"};
  }
  return {kPlainVersion, ""};
}

}  // namespace

uint32_t VersionOf(const v1::Question& question, const v1::Standard& standard) {
  return NeedOf(question, standard).version;
}

absl::Status CheckVersion(const v1::PeerHeader& header, absl::string_view asker,
                          const v1::Question& question, const v1::Standard& standard) {
  const Need need = NeedOf(question, standard);
  if (need.version == kPlainVersion || header.version() >= need.version) return absl::OkStatus();
  return governance::Refuse(
      v1::NEWER_VERSION,
      absl::StrCat("question: ", need.because, ", which takes version ", need.version, "; ", asker,
                   " speaks version ", header.version(), " and needs an update"));
}

}  // namespace commons::query
