#include "clients/office/papers.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/parallel.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/id_prefix.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"
#include "governance/kinds/open_document.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::Document;
using governance::OrgLog;
using governance::Problem;

using DocumentPtr = std::shared_ptr<const Document>;
constexpr size_t kVerifiers = 4;

// nullptr for what this version cannot open. Verifying is nearly all of the work.
std::vector<DocumentPtr> OpenAll(const v1::DocumentsReply& reply) {
  std::vector<DocumentPtr> opened(static_cast<size_t>(reply.envelopes_size()));
  RunParallel(opened.size(), kVerifiers, [&](size_t i) {
    auto document = governance::OpenDocument(reply.envelopes(static_cast<int>(i)));
    if (document.ok()) opened[i] = std::make_shared<const Document>(*std::move(document));
  });
  return opened;
}

// What could not be opened keeps its place in the log, and counts for nothing.
void Place(DocumentPtr document, const v1::DocumentsReply::Place& place, OrgLog& log,
           governance::DocumentSet& set) {
  if (place.beside() && document != nullptr && document->kind() != kinds::kNodeInfo) {
    const DocId id = document->id;
    set[id] = {std::move(document), absl::FromUnixNanos(place.seen_at_ns())};
  } else if (!place.beside()) {
    log.entries.push_back(
        {std::move(document), absl::FromUnixNanos(place.seen_at_ns()), place.index()});
  } else if (document != nullptr) {
    log.node_info = *document;
  }
}

// By where it lies: the same document may count in one log and not in another.
using Problems = std::map<std::pair<OrgId, DocId>, const Problem*>;

Problems ProblemsOf(const governance::Register& reg) {
  Problems found;
  for (const auto& problem : reg.problems()) {
    found.emplace(std::pair(problem->log, problem->id), problem.get());
  }
  return found;
}

bool Waits(const Problem& problem) {
  return problem.proposal && problem.reason == v1::UNDER_SIGNED;
}

}  // namespace

Papers::Papers(std::map<OrgId, OrgLog> logs, std::optional<CommonsId> commons)
    : logs_(std::move(logs)), commons_(commons), reg_(governance::FoldLogs(logs_, commons_)) {
  Judge();
}

void Papers::Judge() {
  const Problems problems = ProblemsOf(reg_);
  const auto judge = [&](std::shared_ptr<const Document> document, const OrgId& log) {
    Paper paper{std::move(document), log, Paper::Standing::kCounts, ""};
    const auto problem = problems.find({log, paper.document->id});
    if (problem != problems.end()) {
      paper.standing =
          Waits(*problem->second) ? Paper::Standing::kWaits : Paper::Standing::kNothing;
      paper.why = problem->second->message;
    } else if (log != OrgId() && reg_.TipOf(log, governance::kOrgChain).version == 0) {
      paper.standing = Paper::Standing::kNothing;
      paper.why = "the log of a non-member";
    }
    papers_.push_back(std::move(paper));
  };
  for (const auto& [org, log] : logs_) {
    for (const OrgLog::Entry& entry : log.entries) {
      if (entry.document != nullptr) judge(entry.document, org);
    }
    if (log.sets != nullptr) JudgeSet(*log.sets, org);
    if (log.node_info.has_value()) judge(std::make_shared<const Document>(*log.node_info), org);
  }
}

// Nodes keep nothing in a set that does not count; what was lifted is not in force any more.
void Papers::JudgeSet(const governance::DocumentSet& set, const OrgId& log) {
  const governance::Stops* stops = reg_.StopsOf(log);
  for (const auto& [id, entry] : set) {
    const bool lifted = stops != nullptr && stops->lifted.contains(id);
    papers_.push_back({entry.document, log,
                       lifted ? Paper::Standing::kNothing : Paper::Standing::kCounts,
                       lifted ? "its board has lifted it" : ""});
  }
}

absl::StatusOr<Papers> Papers::From(LocalClient& client, const Chains& chains) {
  return WithId(client, "", chains);
}

absl::StatusOr<Papers> Papers::WithId(LocalClient& client, absl::string_view digits,
                                      const Chains& chains) {
  v1::DocumentsRequest which;
  which.set_id_begins(std::string(digits));
  for (const std::string& chain : chains) which.add_chains(chain);
  ASSIGN_OR_RETURN(const v1::DocumentsReply reply, client.Documents(which));
  return Of(reply);
}

absl::StatusOr<Papers> Papers::Of(const v1::DocumentsReply& reply) {
  std::map<OrgId, OrgLog> logs;
  std::map<OrgId, governance::DocumentSet> sets;
  std::vector<DocumentPtr> opened = OpenAll(reply);
  for (int i = 0; i < reply.envelopes_size(); ++i) {
    ASSIGN_OR_RETURN(const OrgId org, OrgId::FromBytes(reply.places(i).log()));
    Place(std::move(opened[static_cast<size_t>(i)]), reply.places(i), logs[org], sets[org]);
  }
  for (auto& [org, set] : sets) {
    if (set.empty()) continue;
    logs[org].sets = std::make_shared<const governance::DocumentSet>(std::move(set));
  }
  for (const v1::DocumentsReply::Fork& fork : reply.forks()) {
    ASSIGN_OR_RETURN(const OrgId org, OrgId::FromBytes(fork.log()));
    logs[org].forked_at = absl::FromUnixNanos(fork.seen_at_ns());
  }
  std::optional<CommonsId> commons;
  if (!reply.commons_id().empty()) {
    ASSIGN_OR_RETURN(commons, CommonsId::FromBytes(reply.commons_id()));
  }
  Papers papers(std::move(logs), commons);
  if (reply.as_of() != 0) papers.as_of_ = absl::FromUnixSeconds(reply.as_of());
  return papers;
}

std::string Papers::NameOf(const OrgId& log) const {
  if (log == OrgId()) return "invitation";
  const governance::Organisation* member = reg_.FindMember(log);
  return member == nullptr ? governance::Fingerprint(log.view()) : member->name;
}

absl::StatusOr<v1::Envelope> Papers::Charter() const {
  if (!commons_.has_value()) return absl::FailedPreconditionError(kNoCommonsYet);
  for (const Paper& paper : papers_) {
    if (paper.document->id.view() == commons_->view()) return paper.document->envelope;
  }
  return absl::FailedPreconditionError(
      "the charter has not come yet; wait until the nodes meet, see: commons node status");
}

absl::StatusOr<v1::RuleFile> Papers::Named(absl::string_view digits) const {
  std::map<DocId, const Paper*> named;
  const Paper* nothing = nullptr;
  for (const Paper& paper : papers_) {
    if (!governance::IdBegins(digits, paper.document->id)) continue;
    if (paper.standing == Paper::Standing::kNothing) {
      nothing = &paper;
    } else {
      named.emplace(paper.document->id, &paper);
    }
  }
  v1::RuleFile found;
  for (const auto& [id, paper] : named) *found.add_envelopes() = paper->document->envelope;
  if (!named.empty()) return found;
  if (nothing == nullptr) return absl::NotFoundError("no such document");
  return absl::FailedPreconditionError(absl::StrCat(digits, ": lies in the log of ",
                                                    NameOf(nothing->log),
                                                    " and counts for nothing: ", nothing->why));
}

absl::StatusOr<governance::Register> Papers::WithBallot(const Document& document) const {
  if (!commons_.has_value()) return absl::FailedPreconditionError(kNoCommonsYet);
  for (const Paper& paper : papers_) {
    if (paper.document->id == document.id && paper.standing != Paper::Standing::kNothing) {
      return reg_;
    }
  }
  // As if it lay in its issuer's log.
  OrgId log;
  if (document.kind() != kinds::kCharter) {
    ASSIGN_OR_RETURN(log, OrgId::FromBytes(document.header->issuer()));
  }
  std::map<OrgId, OrgLog> logs = logs_;
  logs[log].entries.push_back({std::make_shared<const Document>(document), absl::InfinitePast()});
  governance::Register with = governance::FoldLogs(logs, commons_);
  for (const auto& problem : with.problems()) {
    if (problem->id == document.id && problem->log == log && !Waits(*problem)) {
      return governance::Refuse(problem->reason, problem->message);
    }
  }
  return with;
}

absl::StatusOr<governance::Register> FetchRegister(LocalClient& client,
                                                   const Papers::Chains& chains) {
  ASSIGN_OR_RETURN(const Papers papers, Papers::From(client, chains));
  return papers.reg();
}

}  // namespace commons::clients
