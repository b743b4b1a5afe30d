// What a node's documents say, as its people may believe it. A document says of itself whatever its
// writer likes; this is the one place in which clients read documents that others wrote.
#ifndef COMMONS_CLIENTS_OFFICE_PAPERS_H_
#define COMMONS_CLIENTS_OFFICE_PAPERS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "clients/office/daemon/local_client.h"
#include "governance/document/document.h"
#include "governance/fold/org_log.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"
#include "proto/local.pb.h"

namespace commons::clients {

// What a command says that needs a commons.
inline constexpr char kNoCommonsYet[] =
    "this node has joined no commons yet; join first: commons node join --invite FILE";

// A document where it lies, opened: its signatures are verified.
struct Paper {
  std::shared_ptr<const governance::Document> document;
  OrgId log;
  // It counts, or it waits for the members' yes; kNothing: `why` says why not.
  enum class Standing { kCounts, kWaits, kNothing } standing = Standing::kCounts;
  std::string why;
};

// Documents folded in the logs that they lie in, under the commons that the node joined. Not
// thread-safe.
class Papers {
 public:
  // Which chains, beside those that say who is a member: what is said there is folded as if the
  // logs held nothing else, since no chain hangs on another. The fewer, the sooner it is done: each
  // signature is verified here. {} is all of them.
  using Chains = std::vector<std::string>;

  // kInternal when the daemon is of another version.
  static absl::StatusOr<Papers> From(LocalClient& client, const Chains& chains);
  // ... and those on which the documents lie whose ids begin with these digits.
  static absl::StatusOr<Papers> WithId(LocalClient& client, absl::string_view digits,
                                       const Chains& chains);
  static absl::StatusOr<Papers> Of(const v1::DocumentsReply& reply);

  const governance::Register& reg() const { return reg_; }
  const std::optional<CommonsId>& commons() const { return commons_; }
  // When the node said so, by its own word; unset: it did not say.
  const std::optional<absl::Time>& as_of() const { return as_of_; }
  // In the order of the logs. What cannot be opened is left out.
  const std::vector<Paper>& all() const { return papers_; }
  // Whose log it is: a member's name, else the fingerprint; "invitation" for OrgId().
  std::string NameOf(const OrgId& log) const;
  // The charter of the node's commons. kFailedPrecondition: it has joined none, or awaits it.
  absl::StatusOr<v1::Envelope> Charter() const;

  // Those that count or wait and whose ids begin with these digits
  // (governance/document/id_prefix.h). kFailedPrecondition, with where it lies and why, when only
  // such as count for nothing do; kNotFound when none does.
  absl::StatusOr<v1::RuleFile> Named(absl::string_view digits) const;
  // The register in which this charter or resolution, which nobody here may have seen yet, may be
  // voted on. The refusal is the fold's.
  absl::StatusOr<governance::Register> WithBallot(const governance::Document& document) const;

 private:
  Papers(std::map<OrgId, governance::OrgLog> logs, std::optional<CommonsId> commons);
  void Judge();
  void JudgeSet(const governance::DocumentSet& set, const OrgId& log);

  std::map<OrgId, governance::OrgLog> logs_;
  std::optional<CommonsId> commons_;
  std::optional<absl::Time> as_of_;
  governance::Register reg_;
  std::vector<Paper> papers_;
};

// The register alone.
absl::StatusOr<governance::Register> FetchRegister(LocalClient& client,
                                                   const Papers::Chains& chains);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_PAPERS_H_
