#include "node/services/dataset_revert.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/kinds/dataset/manifest.h"
#include "node/log/log.h"
#include "query/question/layout.h"

namespace commons::node {
namespace {

using governance::Refuse;

// Rows of another layout can't be asked about: going back to them would only close the dataset.
absl::Status CheckDefinition(const governance::Register& reg, const storage::TableInfo& held) {
  const auto* standard = reg.FindStandard(held.dataset);
  if (standard == nullptr) {
    return Refuse(v1::UNKNOWN_DATASET, absl::StrCat("the commons has no common definition of \"",
                                                    held.dataset, "\" any more"));
  }
  if (!held.before || held.before->layout == query::LayoutOf(standard->standard)) {
    return absl::OkStatus();
  }
  return Refuse(v1::WRONG_STANDARD,
                absl::StrCat("edition ", held.before->edition,
                             " follows an earlier common definition; import its file again"));
}

absl::Status Revert(const governance::Register& reg, storage::TableStore& tables,
                    const v1::RevertDatasetRequest& request) {
  const auto held = tables.Describe(request.dataset());
  if (absl::IsNotFound(held.status())) {
    return Refuse(v1::NO_DATA, "no such dataset on this node");
  }
  RETURN_IF_ERROR(held.status());
  RETURN_IF_ERROR(CheckDefinition(reg, *held));
  const absl::Status status =
      tables.Revert(held->dataset, request.epoch() == 0 ? held->edition : request.epoch());
  if (absl::IsNotFound(status)) {
    return Refuse(v1::NO_DATA, absl::StrCat("no edition before edition ", held->edition,
                                            " is kept; import its file again"));
  }
  if (absl::IsFailedPrecondition(status)) {
    return Refuse(v1::STALE, absl::StrCat(status.message(), "; nothing was changed"));
  }
  return status;
}

}  // namespace

v1::RevertDatasetReply RevertDataset(const governance::Register& reg, storage::TableStore& tables,
                                     const v1::RevertDatasetRequest& request) {
  v1::RevertDatasetReply reply;
  absl::Status status = Revert(reg, tables, request);
  const auto now = tables.Describe(request.dataset());
  if (status.ok()) status = now.status();
  if (status.ok()) {
    reply.set_epoch(now->edition);
    reply.set_rows(now->rows);
    reply.set_left_out_percent(governance::LeftOutPercent(now->rows, now->rejected));
  } else {
    *reply.mutable_refusal() = governance::RefusalOf(status);
  }
  LogInfo("revert", {{"dataset", request.dataset()},
                     {"epoch", reply.epoch()},
                     {"outcome", status.ok() ? "reverted" : status.message()}});
  return reply;
}

}  // namespace commons::node
