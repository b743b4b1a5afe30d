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

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"
#include "proto/reason.pb.h"

namespace commons::governance {

// One organisation's log as this node holds it, in log order; entry 0 is its OrgRoot genesis.
struct OrgLog {
  struct Entry {
    std::shared_ptr<const Document> document;  // nullptr: of a kind unknown here
    absl::Time seen_at;  // when this node first durably stored the complete signatures
  };
  std::vector<Entry> entries;
  std::optional<Document> node_info;
};

struct Organisation {
  OrgId id;
  std::string name;
  v1::OrgRoot root;
  DocId root_id;
  PublicKey node_key, tls_key;
  bool practice = false;
  bool suspended = false;
  uint64_t admitted_version = 0;     // of the commons chain; 1 for founders
  absl::Time admitted_at;            // when this node saw that version certified
  std::optional<v1::NodeInfo> info;  // signed by its node key
};

struct StandardInForce {
  Hash32 id;
  v1::Standard standard;
  DocId resolution;
};

// Versions of one chain that count, oldest first. Maturity: docs/decisions/0003-in-force.md.
template <typename Payload>
struct Chain {
  struct Version {
    DocId id;
    Payload payload;
    absl::Time matured_at;   // max(effective_at, seen_at + cooling-off)
    int64_t expires_at = 0;  // 0: never
  };
  std::vector<Version> versions;

  // The versions in force: the newest matured one and every later one; all of them when none has
  // matured. Their meet is what rules, and only if `opened`.
  struct InForce {
    absl::Span<const Version> versions;
    bool opened = false;  // one has matured
  };
  InForce At(absl::Time now) const {
    for (size_t i = versions.size(); i-- > 0;) {
      if (versions[i].matured_at <= now) {
        return {absl::MakeConstSpan(versions).subspan(i), true};
      }
    }
    return {versions, false};
  }
  // expires_at of the newest version has passed.
  bool ExpiredAt(absl::Time now) const {
    return !versions.empty() && versions.back().expires_at != 0 &&
           absl::FromUnixSeconds(versions.back().expires_at) <= now;
  }
};

// A snapshot. Immutable and thread-safe after Fold.
class Register {
 public:
  // `charter` names the commons; without one the register holds only the organisations' own cards.
  // Documents that do not count (unknown issuer, under-signed, out of order) are left out and named
  // in problems(): they are kept in the log and may count later.
  static Register Fold(const std::map<OrgId, OrgLog>& logs, std::optional<CommonsId> charter);

  bool founded() const;  // charter certified by all its founders
  CommonsId commons_id() const;
  const v1::Charter& charter() const;
  uint64_t commons_version() const;  // newest certified version of the commons chain
  DocId commons_head() const;
  Hash32 head() const;  // over (org, doc_ids that count): equal registers are equal

  // Members in force by org_id, suspended ones included (see Organisation::suspended).
  const std::map<OrgId, Organisation>& members() const;
  const Organisation* FindMember(const OrgId& id) const;
  const Organisation* FindMemberByName(absl::string_view name) const;
  const Organisation* FindByNodeKey(const PublicKey& key) const;  // members not suspended

  const StandardInForce* FindStandard(absl::string_view dataset) const;
  std::vector<std::string> Datasets() const;
  // The newest certified one; what rules is the chain's meet (RuleInForce).
  const std::optional<v1::CommonsPolicy>& commons_policy() const;
  const Chain<v1::CommonsPolicy>& CommonsPolicies() const;

  const Chain<v1::OwnerPolicy>* OwnerPolicies(const OrgId& owner, absl::string_view dataset) const;
  const Chain<v1::Manifest>* Manifests(const OrgId& owner, absl::string_view dataset) const;
  // Any member's accreditation of this key that has not expired at `now`.
  std::optional<DocId> AccreditationOf(const PublicKey& researcher, absl::Time now) const;
  struct ProjectInForce {
    DocId id;
    OrgId issuer;
    v1::Project project;
    absl::Time matured_at;
    int64_t expires_at;
  };
  const ProjectInForce* FindProject(const DocId& id) const;
  std::vector<const ProjectInForce*> Projects() const;
  std::optional<DocId> ProjectApprovalBy(const OrgId& owner, const DocId& project,
                                         absl::Time now) const;
  // Next (version, prev) of a chain for whoever drafts its next document.
  struct ChainTip {
    uint64_t version = 0;
    DocId id;
  };
  ChainTip TipOf(const OrgId& issuer, absl::string_view chain) const;

  struct Problem {
    DocId id;
    OrgId log;
    v1::Reason reason;
    std::string message;
  };
  const std::vector<Problem>& problems() const;

 private:
  struct State;
  static void Finish(State& state, const std::map<OrgId, OrgLog>& logs);
  std::shared_ptr<const State> state_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_REGISTER_H_
