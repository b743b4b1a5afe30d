#include "query/release/compare.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"

namespace commons::query {
namespace {

using governance::Refuse;

absl::Status CheckNobodyForked(const governance::Register& before,
                               const governance::Register& now) {
  for (const auto& [org, member] : now.members()) {
    const governance::Organisation* was = before.FindMember(org);
    if (member.forked && (was == nullptr || !was->forked)) {
      return Refuse(v1::CONFLICTING_LOG,
                    absl::StrCat(member.name, " has shown two histories of its log"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::map<OrgId, absl::Status>> CompareWithVoters(const NodeContext& context,
                                                                const governance::Register& before,
                                                                absl::Span<const Voter> voters) {
  std::map<OrgId, absl::Status> failed;
  std::vector<Voted> others;
  for (const Voter& voter : voters) {
    const auto head = Hash32::FromBytes(voter.vote.register_head());
    if (!head.ok()) {
      failed[voter.org] = Refuse(v1::MALFORMED, "a vote without the head of a register");
    } else if (voter.org != context.org && *head != before.head()) {
      others.push_back({voter.org, *head});
    }
  }
  if (others.empty() || !context.compare) return failed;
  const std::vector<absl::Status> outcomes = context.compare(others);
  RETURN_IF_ERROR(CheckNobodyForked(before, *context.reg()));
  for (size_t i = 0; i < others.size(); ++i) {
    if (!outcomes[i].ok()) failed[others[i].member] = outcomes[i];
  }
  return failed;
}

}  // namespace commons::query
