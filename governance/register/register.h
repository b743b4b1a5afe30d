// The register: every document folded to what is in force. A pure function of the logs; the order
// of arrival does not matter and the wall clock never orders anything
// (docs/decisions/0003-in-force.md).
#ifndef COMMONS_GOVERNANCE_REGISTER_REGISTER_H_
#define COMMONS_GOVERNANCE_REGISTER_REGISTER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/chain.h"
#include "governance/register/reign.h"
#include "governance/register/state.h"
#include "governance/register/stops.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// A snapshot. Immutable and thread-safe; copies share it. Pointers live as long as one of them.
class Register {
 public:
  // Made by FoldLogs (fold/fold.h).
  explicit Register(State state);

  bool founded() const;  // charter certified by all its founders
  CommonsId commons_id() const;
  const v1::Charter& charter() const;
  uint64_t commons_version() const;  // newest certified version of the commons chain
  DocId commons_head() const;
  // Over (org, doc_ids that count) of all logs: equal heads say the same. What stands in no log, as
  // a freeze does, is its issuer's affair alone and not in it.
  Hash32 head() const;

  // Members in force by org_id, suspended ones included (see Organisation::suspended).
  const std::map<OrgId, Organisation>& members() const;
  uint32_t active_members() const;  // those that ask and answer
  const Organisation* FindMember(const OrgId& id) const;
  const Organisation* FindMemberByName(absl::string_view name) const;
  const Organisation* FindByNodeKey(const PublicKey& key) const;  // members not suspended
  // A member, or one that was: what it said while it was one still explains what was decided.
  const Organisation* FindOnceMember(const OrgId& id) const;

  const StandardInForce* FindStandard(absl::string_view dataset) const;
  // Any version of it that was ever certified; `id` has 32 bytes.
  const StandardInForce* FindDefinition(absl::string_view dataset, absl::string_view id) const;
  // What was in force of it before that version of the commons chain; nullptr: nothing.
  const StandardInForce* FindStandardBefore(absl::string_view dataset, uint64_t version) const;
  std::vector<std::string> Datasets() const;
  // The newest certified one; what rules is the chain's meet (RuleInForce).
  const std::optional<v1::CommonsPolicy>& commons_policy() const;
  const Chain<v1::CommonsPolicy>& CommonsPolicies() const;

  const Chain<v1::OwnerPolicy>* OwnerPolicies(const OrgId& owner, absl::string_view dataset) const;
  const Chain<v1::Manifest>* Manifests(const OrgId& owner, absl::string_view dataset) const;
  // Any member's accreditation of this key, where neither it nor the member's card has expired at
  // `now`.
  std::optional<DocId> AccreditationOf(const PublicKey& researcher, absl::Time now) const;
  // What an organisation says in its own log; nullptr: nothing is held of it. For whoever goes
  // through all of it: what is in force, the other methods say.
  const OrgState* SaidBy(const OrgId& org) const;
  const ProjectInForce* FindProject(const DocId& id) const;
  std::vector<const ProjectInForce*> Projects() const;
  std::optional<DocId> ProjectApprovalBy(const OrgId& owner, const DocId& project,
                                         absl::Time now) const;
  // All that count, oldest first; nullptr: no log of a member. The newest may have no power: see
  // Organisation::root.
  const Chain<v1::OrgRoot>* CardsOf(const OrgId& org) const;
  // A recovery card of a member that waits, or has power and its board has not spoken yet; nullptr:
  // none.
  const Recovery* WaitingRecovery(const OrgId& org) const;
  const Reign* ReignOf(const OrgId& org) const;  // nullptr: no log of a member
  // Which of an owner's rules a recovery has closed, by their era.
  Eras ErasOf(const OrgId& owner) const;
  // What a member said in a ballot on the commons chain; nullptr: nothing.
  const Statement* StatementOf(const OrgId& org, const BallotId& ballot) const;
  // The votes on the next version of the commons chain; before it is founded, on the charter.
  const Ballots& ballots() const;
  const std::vector<DoubleVote>& double_votes() const;
  // What an organisation stopped, member or not; nullptr: its card is not held here.
  const Stops* StopsOf(const OrgId& org) const;
  const std::map<OrgId, std::shared_ptr<const Stops>>& stops() const;
  // For whoever drafts the next document of a chain.
  ChainTip TipOf(const OrgId& issuer, absl::string_view chain) const;

  const std::vector<std::shared_ptr<const Problem>>& problems() const;
  // How much the fold looked at: documents that it had not folded before, and what it compared each
  // with.
  uint64_t steps() const;

 private:
  struct Indexed;
  std::shared_ptr<const Indexed> state_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_REGISTER_H_
