#include "governance/register/register.h"

#include <algorithm>

#include "crypto/hash.h"
#include "governance/document/kinds.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"

namespace commons::governance {

using internal::Card;
using internal::Cards;
using internal::CommonsDocument;
using internal::CommonsFold;
using internal::Ground;
using internal::OrgFold;

struct Register::State {
  CommonsId commons;
  v1::Charter charter;
  CommonsFold fold;
  std::map<OrgId, OrgFold> orgs;  // of members
  std::optional<v1::CommonsPolicy> policy;
  std::map<std::string, OrgId> by_name;
  std::map<PublicKey, OrgId> by_node;
  std::map<DocId, ProjectInForce> projects;
  Hash32 head;
  std::vector<Problem> problems;
};

namespace {

struct Gathered {
  Cards cards;
  std::map<DocId, CommonsDocument> charters, resolutions;
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

Gathered Gather(const std::map<OrgId, OrgLog>& logs) {
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
      if (d.kind() == kinds::kCharter) AddCommonsDocument(all.charters, org, entry);
      if (d.kind() == kinds::kResolution) AddCommonsDocument(all.resolutions, org, entry);
    }
  }
  return all;
}

bool StartsWithItsCard(const OrgId& org, const OrgLog& log) {
  return !log.entries.empty() && log.entries[0].document != nullptr &&
         log.entries[0].document->kind() == kinds::kOrgRoot &&
         log.entries[0].document->id.view() == org.view();
}

void TakeNodeInfo(Organisation& member, const OrgLog& log,
                  std::vector<Register::Problem>& problems) {
  if (!log.node_info.has_value() || log.node_info->kind() != kinds::kNodeInfo) return;
  const auto& info = log.node_info->As<v1::NodeInfo>();
  if (info.org_id() == member.id.view() && log.node_info->signers.contains(member.node_key)) {
    member.info = info;
  } else {
    problems.push_back(internal::MakeProblem(
        log.node_info->id, member.id,
        Refuse(v1::UNDER_SIGNED, "a node info that the organisation's node did not sign")));
  }
}

// No commons: whoever has a complete card and begins their log with it.
CommonsFold OnlyCards(const std::map<OrgId, OrgLog>& logs, const Cards& cards) {
  CommonsFold fold;
  for (const auto& [org, log] : logs) {
    if (!StartsWithItsCard(org, log) || !cards.at(org).Complete()) continue;
    fold.members.emplace(org,
                         internal::MakeOrganisation(org, cards.at(org), 0, log.entries[0].seen_at));
  }
  return fold;
}

template <typename Problems>
void Join(std::vector<Register::Problem>& to, const Problems& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Register Register::Fold(const std::map<OrgId, OrgLog>& logs, std::optional<CommonsId> charter) {
  auto state = std::make_shared<State>();
  const Gathered all = Gather(logs);
  Ground ground;
  const CommonsDocument* found = nullptr;
  if (charter.has_value()) {
    state->commons = *charter;
    ground.commons = charter;
    const auto it = all.charters.find(crypto::Retype<DocId>(*charter));
    if (it != all.charters.end()) found = &it->second;
  }
  if (found != nullptr) {
    state->charter = found->document->As<v1::Charter>();
    ground.cooling_off = absl::Seconds(state->charter.cooling_off_seconds());
    ground.practice = state->charter.practice();
  }
  for (const auto& [org, log] : logs) {
    if (log.entries.empty()) continue;
    if (StartsWithItsCard(org, log) && all.cards.at(org).Complete()) {
      state->orgs.emplace(org, internal::FoldOrg(org, all.cards.at(org), log, ground));
    } else if (log.entries[0].document != nullptr) {
      state->problems.push_back(internal::MakeProblem(
          log.entries[0].document->id, org,
          Refuse(v1::UNDER_SIGNED,
                 "the log does not begin with its organisation's complete card")));
    }
  }
  state->fold = found == nullptr
                    ? OnlyCards(logs, all.cards)
                    : internal::FoldCommons(*found, all.resolutions, all.cards, state->orgs);
  Finish(*state, logs);
  Register result;
  result.state_ = std::move(state);
  return result;
}

void Register::Finish(State& state, const std::map<OrgId, OrgLog>& logs) {
  for (const auto& [org, fold] : state.orgs) {
    Join(state.problems, fold.problems);
    if (state.fold.members.contains(org)) continue;
    state.problems.push_back(internal::MakeProblem(
        fold.counted.front(), org, Refuse(v1::UNKNOWN_ISSUER, "the log of a non-member")));
  }
  Join(state.problems, state.fold.problems);
  std::erase_if(state.orgs, [&](const auto& o) { return !state.fold.members.contains(o.first); });
  for (auto& [org, member] : state.fold.members) {
    state.by_name[member.name] = org;
    state.by_node[member.node_key] = org;
    if (const auto log = logs.find(org); log != logs.end()) {
      TakeNodeInfo(member, log->second, state.problems);
    }
  }
  crypto::FieldHasher head("commons/register/1");
  head.Add(state.commons).AddU64(state.fold.certified.size());
  for (const DocId& id : state.fold.certified) head.Add(id);
  for (const auto& [org, fold] : state.orgs) {
    head.Add(org).AddU64(fold.counted.size());
    for (const DocId& id : fold.counted) head.Add(id);
    for (const auto& [name, chain] : fold.projects) {
      const auto& newest = chain.versions.back();
      state.projects[newest.id] = {newest.id, org, newest.payload, newest.matured_at,
                                   newest.expires_at};
    }
  }
  state.head = head.Finish();
  if (!state.fold.policies.versions.empty()) {
    state.policy = state.fold.policies.versions.back().payload;
  }
}

bool Register::founded() const { return state_->fold.founded; }
CommonsId Register::commons_id() const { return state_->commons; }
const v1::Charter& Register::charter() const { return state_->charter; }
uint64_t Register::commons_version() const { return state_->fold.certified.size(); }
DocId Register::commons_head() const {
  return state_->fold.certified.empty() ? DocId() : state_->fold.certified.back();
}
Hash32 Register::head() const { return state_->head; }
const std::map<OrgId, Organisation>& Register::members() const { return state_->fold.members; }
const std::vector<Register::Problem>& Register::problems() const { return state_->problems; }
const std::optional<v1::CommonsPolicy>& Register::commons_policy() const { return state_->policy; }
const Chain<v1::CommonsPolicy>& Register::CommonsPolicies() const { return state_->fold.policies; }

namespace {

template <typename Map, typename Key>
const typename Map::mapped_type* Find(const Map& map, const Key& key) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : &it->second;
}

const Organisation* Active(const Organisation* member) {
  return member != nullptr && !member->suspended ? member : nullptr;
}

}  // namespace

const Organisation* Register::FindMember(const OrgId& id) const {
  return Find(state_->fold.members, id);
}
const Organisation* Register::FindMemberByName(absl::string_view name) const {
  const OrgId* id = Find(state_->by_name, std::string(name));
  return id == nullptr ? nullptr : FindMember(*id);
}
const Organisation* Register::FindByNodeKey(const PublicKey& key) const {
  const OrgId* id = Find(state_->by_node, key);
  return id == nullptr ? nullptr : Active(FindMember(*id));
}

const StandardInForce* Register::FindStandard(absl::string_view dataset) const {
  return Find(state_->fold.standards, std::string(dataset));
}
std::vector<std::string> Register::Datasets() const {
  std::vector<std::string> names;
  for (const auto& [dataset, standard] : state_->fold.standards) names.push_back(dataset);
  return names;
}

const Chain<v1::OwnerPolicy>* Register::OwnerPolicies(const OrgId& owner,
                                                      absl::string_view dataset) const {
  const OrgFold* org = Find(state_->orgs, owner);
  return org == nullptr ? nullptr : Find(org->policies, std::string(dataset));
}
const Chain<v1::Manifest>* Register::Manifests(const OrgId& owner,
                                               absl::string_view dataset) const {
  const OrgFold* org = Find(state_->orgs, owner);
  return org == nullptr ? nullptr : Find(org->manifests, std::string(dataset));
}

std::optional<DocId> Register::AccreditationOf(const PublicKey& researcher, absl::Time now) const {
  for (const auto& [id, org] : state_->orgs) {
    const auto* chain = Find(org.accreditations, researcher);
    if (chain == nullptr || FindMember(id)->suspended) continue;
    if (chain->At(now).opened && !chain->ExpiredAt(now)) return chain->versions.back().id;
  }
  return std::nullopt;
}

const Register::ProjectInForce* Register::FindProject(const DocId& id) const {
  return Find(state_->projects, id);
}
std::vector<const Register::ProjectInForce*> Register::Projects() const {
  std::vector<const ProjectInForce*> projects;
  for (const auto& [id, project] : state_->projects) projects.push_back(&project);
  return projects;
}

std::optional<DocId> Register::ProjectApprovalBy(const OrgId& owner, const DocId& project,
                                                 absl::Time now) const {
  const OrgFold* org = Find(state_->orgs, owner);
  const auto* chain = org == nullptr ? nullptr : Find(org->approvals, project);
  if (chain == nullptr || chain->ExpiredAt(now)) return std::nullopt;
  const auto in_force = chain->At(now);
  const bool yes =
      in_force.opened && std::all_of(in_force.versions.begin(), in_force.versions.end(),
                                     [](const auto& version) { return version.payload.yes(); });
  return yes ? std::optional(chain->versions.back().id) : std::nullopt;
}

Register::ChainTip Register::TipOf(const OrgId& issuer, absl::string_view chain) const {
  const OrgFold* org = Find(state_->orgs, issuer);
  const ChainTip* tip = org == nullptr ? nullptr : Find(org->tips, std::string(chain));
  return tip == nullptr ? ChainTip() : *tip;
}

}  // namespace commons::governance
