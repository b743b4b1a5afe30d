#include "node/services/dataset_revert.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/kinds/dataset/manifest.h"
#include "node/log/log.h"
#include "node/services/held_definition.h"
#include "query/question/layout.h"

namespace commons::node {
namespace {

using governance::Refuse;

bool FollowsDefinition(const storage::TableLayout& held, const v1::Standard& standard) {
  return held == query::LayoutOf(standard, query::NotHeldIn(held, standard));
}

// The notice has to name the definition that the rows are of: where nobody knows it, and it is not
// the one in force, they are not gone back to.
absl::Status CheckDefinition(const governance::Register& reg, const OrgId& owner,
                             const storage::TableInfo& held) {
  if (!held.before) return absl::OkStatus();
  const std::string id =
      HeldDefinition(held.before->definition, reg, owner, held.dataset, held.before->edition);
  const auto* definition = reg.FindDefinition(held.dataset, id);
  if (definition != nullptr && FollowsDefinition(held.before->layout, definition->standard)) {
    return absl::OkStatus();
  }
  return Refuse(v1::WRONG_STANDARD,
                absl::StrCat("nobody knows which common definition edition ", held.before->edition,
                             " follows; import its file again"));
}

absl::Status Revert(const governance::Register& reg, const OrgId& owner,
                    storage::TableStore& tables, const v1::RevertDatasetRequest& request) {
  const auto held = tables.Describe(request.dataset());
  if (absl::IsNotFound(held.status())) {
    return Refuse(v1::NO_DATA, "no such dataset on this node");
  }
  RETURN_IF_ERROR(held.status());
  RETURN_IF_ERROR(CheckDefinition(reg, owner, *held));
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

v1::RevertDatasetReply RevertDataset(const governance::Register& reg, const OrgId& owner,
                                     storage::TableStore& tables,
                                     const v1::RevertDatasetRequest& request) {
  v1::RevertDatasetReply reply;
  absl::Status status = Revert(reg, owner, tables, request);
  const auto now = tables.Describe(request.dataset());
  if (status.ok()) status = now.status();
  if (status.ok()) {
    reply.set_epoch(now->edition);
    reply.set_rows(now->rows);
    reply.set_standard_id(HeldDefinition(now->definition, reg, owner, now->dataset, now->edition));
    AddNotHeld(*now, reg, reply);
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
