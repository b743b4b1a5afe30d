#include "governance/fold/fold.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/card.h"
#include "governance/fold/fold_commons.h"
#include "governance/fold/fold_org.h"

namespace commons::governance {
namespace {

struct Gathered {
  Cards cards;
  std::map<DocId, CommonsDocument> charters, resolutions;  // of this commons
  std::vector<Problem> problems;
};

void AddCard(Cards& cards, const Document& document) {
  Card& card = cards[crypto::Retype<OrgId>(document.id)];
  card.id = document.id;
  card.root = &document.As<v1::OrgRoot>();
  card.signers.insert(document.signers.begin(), document.signers.end());
}

void AddCommonsDocument(std::map<DocId, CommonsDocument>& to, const OrgId& log,
                        const OrgLog::Entry& entry) {
  const auto [it, fresh] =
      to.emplace(entry.document->id, CommonsDocument{entry.document, log, entry.seen_at});
  if (!fresh) it->second.seen_at = std::min(it->second.seen_at, entry.seen_at);
}

// Of a charter or resolution. Where it lies is who speaks, whatever it says of itself; only a
// charter, which is known by its id, has no issuer.
absl::Status Belongs(const Document& d, const OrgId& log, const std::optional<CommonsId>& commons) {
  const bool charter = d.kind() == kinds::kCharter;
  const absl::string_view named = charter ? d.id.view() : d.header.commons_id();
  if (!commons.has_value() || named != commons->view()) {
    return Refuse(v1::WRONG_COMMONS,
                  charter ? "the charter of another commons" : "a resolution of another commons");
  }
  if (!charter && d.header.issuer() != log.view()) {
    return Refuse(v1::UNKNOWN_ISSUER, "issued by another organisation than the log's");
  }
  return absl::OkStatus();
}

Gathered Gather(const std::map<OrgId, OrgLog>& logs, const std::optional<CommonsId>& commons) {
  Gathered all;
  for (const auto& [org, log] : logs) {
    for (const OrgLog::Entry& entry : log.entries) {
      if (entry.document == nullptr) continue;
      const Document& d = *entry.document;
      if (d.kind() == kinds::kOrgRoot && d.id.view() == org.view() &&
          &entry == &log.entries.front()) {
        AddCard(all.cards, d);
      }
      for (const auto& card : d.cards) AddCard(all.cards, *card);
      const bool charter = d.kind() == kinds::kCharter;
      if (!charter && d.kind() != kinds::kResolution) continue;
      if (absl::Status s = Belongs(d, org, commons); s.ok()) {
        AddCommonsDocument(charter ? all.charters : all.resolutions, org, entry);
      } else {
        all.problems.push_back(MakeProblem(d.id, org, s));
      }
    }
  }
  return all;
}

bool StartsWithItsCard(const OrgId& org, const OrgLog& log) {
  return !log.entries.empty() && log.entries[0].document != nullptr &&
         log.entries[0].document->kind() == kinds::kOrgRoot &&
         log.entries[0].document->id.view() == org.view();
}

void TakeNodeInfo(Organisation& member, const OrgLog& log, std::vector<Problem>& problems) {
  if (!log.node_info.has_value() || log.node_info->kind() != kinds::kNodeInfo) return;
  const auto& info = log.node_info->As<v1::NodeInfo>();
  if (info.org_id() == member.id.view() && log.node_info->signers.contains(member.node_key)) {
    member.info = info;
  } else {
    problems.push_back(MakeProblem(
        log.node_info->id, member.id,
        Refuse(v1::UNDER_SIGNED, "a node info that the organisation's node did not sign")));
  }
}

// No commons: whoever has a complete card and begins their log with it.
CommonsState OnlyCards(const std::map<OrgId, OrgLog>& logs, const Cards& cards) {
  CommonsState fold;
  for (const auto& [org, log] : logs) {
    if (!StartsWithItsCard(org, log) || !cards.at(org).Complete()) continue;
    fold.members.emplace(org, MakeOrganisation(org, cards.at(org), 0, log.entries[0].seen_at));
  }
  return fold;
}

template <typename Problems>
void Join(std::vector<Problem>& to, const Problems& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// Problems of all together; logs of non-members say nothing.
void Finish(const std::map<OrgId, OrgLog>& logs, State& state) {
  for (const auto& [org, said] : state.orgs) {
    state.steps += said.steps;
    Join(state.problems, said.problems);
    if (state.common.members.contains(org)) continue;
    state.problems.push_back(MakeProblem(said.counted.front(), org,
                                         Refuse(v1::UNKNOWN_ISSUER, "the log of a non-member")));
  }
  Join(state.problems, state.common.problems);
  state.steps += state.common.steps;
  std::erase_if(state.orgs, [&](const auto& o) { return !state.common.members.contains(o.first); });
  for (auto& [org, member] : state.common.members) {
    if (const auto log = logs.find(org); log != logs.end()) {
      member.forked = log->second.forked_at != absl::InfiniteFuture();
      TakeNodeInfo(member, log->second, state.problems);
    }
  }
}

}  // namespace

Register FoldLogs(const std::map<OrgId, OrgLog>& logs, std::optional<CommonsId> charter) {
  State state;
  Gathered all = Gather(logs, charter);
  state.problems = std::move(all.problems);
  Ground ground;
  const CommonsDocument* found = nullptr;
  if (charter.has_value()) {
    state.commons = *charter;
    ground.commons = charter;
    if (!all.charters.empty()) found = &all.charters.begin()->second;
  }
  if (found != nullptr) {
    state.charter = found->document->As<v1::Charter>();
    ground.cooling_off = absl::Seconds(state.charter.cooling_off_seconds());
    ground.practice = state.charter.practice();
  }
  for (const auto& [org, log] : logs) {
    if (log.entries.empty() || org == OrgId()) continue;
    if (StartsWithItsCard(org, log) && all.cards.at(org).Complete()) {
      state.orgs.emplace(org, FoldOrg(org, all.cards.at(org), log, ground));
    } else if (log.entries[0].document != nullptr) {
      state.problems.push_back(
          MakeProblem(log.entries[0].document->id, org,
                      Refuse(v1::UNDER_SIGNED,
                             "the log does not begin with its organisation's complete card")));
    }
  }
  state.common = found == nullptr ? OnlyCards(logs, all.cards)
                                  : FoldCommons(*found, all.resolutions, all.cards, state.orgs);
  Finish(logs, state);
  return Register(std::move(state));
}

}  // namespace commons::governance
