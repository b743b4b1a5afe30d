// Internal to Register::Fold: one organisation's log to its chains, and the commons chain to
// members, standards and common rules. Neither looks at a clock.
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "governance/register/register.h"

namespace commons::governance::internal {

// An organisation's genesis card with the valid signatures of every copy that came.
struct Card {
  DocId id;
  const v1::OrgRoot* root = nullptr;
  std::set<PublicKey> signers;

  bool Complete() const { return Satisfies(root->board(), signers); }
};
using Cards = std::map<OrgId, Card>;

// What the commons says about every organisation's chains, known from the charter's bytes alone.
struct Ground {
  std::optional<CommonsId> commons;
  absl::Duration cooling_off;
  bool practice = false;
};

struct Statement {
  DocId document;
  bool yes = false;
  absl::Time seen_at;
};

// Everything that one organisation says in its own log.
struct OrgFold {
  std::map<std::string, Register::ChainTip> tips;          // by chain
  std::vector<DocId> counted;                              // in log order
  std::map<uint64_t, Statement> statements;                // by version, first ballot
  std::map<std::string, Chain<v1::OwnerPolicy>> policies;  // by dataset
  std::map<std::string, Chain<v1::Manifest>> manifests;
  std::map<PublicKey, Chain<v1::Accreditation>> accreditations;
  std::map<std::string, Chain<v1::Project>> projects;     // by name
  std::map<DocId, Chain<v1::ProjectApproval>> approvals;  // by project
  std::vector<Register::Problem> problems;
};
OrgFold FoldOrg(const OrgId& org, const Card& card, const OrgLog& log, const Ground& ground);

// Charter and Resolutions, wherever they lie.
struct CommonsDocument {
  std::shared_ptr<const Document> document;
  OrgId log;           // the first that holds it
  absl::Time seen_at;  // the earliest
};
struct CommonsFold {
  bool founded = false;
  std::vector<DocId> certified;  // Charter, then Resolutions: index + 1 is the version
  std::map<OrgId, Organisation> members;
  std::map<std::string, StandardInForce> standards;
  Chain<v1::CommonsPolicy> policies;
  std::vector<Register::Problem> problems;
};
CommonsFold FoldCommons(const CommonsDocument& charter,
                        const std::map<DocId, CommonsDocument>& resolutions, const Cards& cards,
                        const std::map<OrgId, OrgFold>& orgs);

Organisation MakeOrganisation(const OrgId& id, const Card& card, uint64_t version, absl::Time at);
Register::Problem MakeProblem(const DocId& id, const OrgId& log, const absl::Status& status);

}  // namespace commons::governance::internal

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_H_
