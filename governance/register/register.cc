#include "governance/register/register.h"

#include <algorithm>
#include <utility>

#include "crypto/hash.h"
#include "governance/register/expiry.h"

namespace commons::governance {

struct Register::Indexed : State {
  explicit Indexed(State folded) : State(std::move(folded)) {}

  std::optional<v1::CommonsPolicy> policy;
  std::map<std::string, OrgId> by_name;
  std::map<PublicKey, OrgId> by_node;
  std::map<DocId, ProjectInForce> projects;
  Hash32 head;
};

void CountedDocuments::Add(const DocId& document) {
  ++size;
  hash = crypto::FieldHasher("commons/register/log/1").Add(hash).Add(document).Finish();
}

namespace {

// Over what counts: equal registers are equal.
Hash32 HeadOf(const State& state) {
  crypto::FieldHasher head("commons/register/2");
  head.Add(state.commons).AddU64(state.common->certified.size());
  for (const DocId& id : state.common->certified) head.Add(id);
  for (const auto& [org, said] : state.orgs) {
    head.Add(org).AddU64(said->counted.size).Add(said->counted.hash);
  }
  return head.Finish();
}

}  // namespace

Register::Register(State state) {
  auto indexed = std::make_shared<Indexed>(std::move(state));
  for (const auto& [org, member] : indexed->members) {
    indexed->by_name[member.name] = org;
    indexed->by_node[member.node_key] = org;
  }
  for (const auto& [org, said] : indexed->orgs) {
    for (const auto& [name, chain] : said->projects) {
      const auto& newest = chain.versions.back();
      indexed->projects[newest.id] = {newest.id, org, newest.payload, newest.matured_at,
                                      newest.expires_at};
    }
  }
  const auto& policies = indexed->common->policies.versions;
  if (!policies.empty()) indexed->policy = *policies.back().payload;
  indexed->head = HeadOf(*indexed);
  state_ = std::move(indexed);
}

bool Register::founded() const { return state_->common->founded; }
CommonsId Register::commons_id() const { return state_->commons; }
const v1::Charter& Register::charter() const { return state_->charter; }
uint64_t Register::commons_version() const { return state_->common->certified.size(); }
DocId Register::commons_head() const {
  return state_->common->certified.empty() ? DocId() : state_->common->certified.back();
}
Hash32 Register::head() const { return state_->head; }
const std::map<OrgId, Organisation>& Register::members() const { return state_->members; }

uint32_t Register::active_members() const {
  return static_cast<uint32_t>(std::count_if(members().begin(), members().end(),
                                             [](const auto& m) { return m.second.active(); }));
}

const std::vector<std::shared_ptr<const Problem>>& Register::problems() const {
  return state_->problems;
}
uint64_t Register::steps() const { return state_->steps; }
const std::optional<v1::CommonsPolicy>& Register::commons_policy() const { return state_->policy; }
const Chain<v1::CommonsPolicy>& Register::CommonsPolicies() const {
  return state_->common->policies;
}

namespace {

template <typename Map, typename Key>
const typename Map::mapped_type* Find(const Map& map, const Key& key) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : &it->second;
}

// ... and of those that are shared.
template <typename Map, typename Key>
auto FindShared(const Map& map, const Key& key) -> decltype(map.begin()->second.get()) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : it->second.get();
}

const Organisation* NotSuspended(const Organisation* member) {
  return member != nullptr && !member->suspended ? member : nullptr;
}

}  // namespace

const Organisation* Register::FindMember(const OrgId& id) const {
  return Find(state_->members, id);
}
const Organisation* Register::FindMemberByName(absl::string_view name) const {
  const OrgId* id = Find(state_->by_name, std::string(name));
  return id == nullptr ? nullptr : FindMember(*id);
}
const Organisation* Register::FindByNodeKey(const PublicKey& key) const {
  const OrgId* id = Find(state_->by_node, key);
  return id == nullptr ? nullptr : NotSuspended(FindMember(*id));
}
const Organisation* Register::FindOnceMember(const OrgId& id) const {
  if (const Organisation* member = FindMember(id)) return member;
  const Former* former = Find(state_->common->former, id);
  return former == nullptr ? nullptr : &former->last;
}

const StandardInForce* Register::FindStandard(absl::string_view dataset) const {
  return FindShared(state_->common->standards, std::string(dataset));
}
const StandardInForce* Register::FindDefinition(absl::string_view dataset,
                                                absl::string_view id) const {
  const StandardInForce* now = FindStandard(dataset);
  if (now != nullptr && now->id.view() == id) return now;
  for (const auto& [key, definition] : state_->common->definitions) {
    if (key.second.view() == id && definition->standard.dataset() == dataset) {
      return definition.get();
    }
  }
  return nullptr;
}
const StandardInForce* Register::FindStandardBefore(absl::string_view dataset,
                                                    uint64_t version) const {
  const auto& certified = state_->common->certified;
  for (uint64_t at = std::min<uint64_t>(version == 0 ? 0 : version - 1, certified.size()); at > 0;
       --at) {
    const auto& all = state_->common->definitions;
    for (auto known = all.lower_bound({certified[at - 1], Hash32()});
         known != all.end() && known->first.first == certified[at - 1]; ++known) {
      if (known->second->standard.dataset() == dataset) return known->second.get();
    }
  }
  return nullptr;
}
std::vector<std::string> Register::Datasets() const {
  std::vector<std::string> names;
  for (const auto& [dataset, standard] : state_->common->standards) names.push_back(dataset);
  return names;
}

const Chain<v1::OwnerPolicy>* Register::OwnerPolicies(const OrgId& owner,
                                                      absl::string_view dataset) const {
  const OrgState* org = FindShared(state_->orgs, owner);
  return org == nullptr ? nullptr : Find(org->policies, std::string(dataset));
}
const Chain<v1::Manifest>* Register::Manifests(const OrgId& owner,
                                               absl::string_view dataset) const {
  const OrgState* org = FindShared(state_->orgs, owner);
  return org == nullptr ? nullptr : Find(org->manifests, std::string(dataset));
}

std::optional<DocId> Register::AccreditationOf(const PublicKey& researcher, absl::Time now) const {
  for (const auto& [id, org] : state_->orgs) {
    const auto* chain = Find(org->accreditations, researcher);
    const Organisation& issuer = *FindMember(id);
    if (chain == nullptr || !issuer.active() || issuer.CardExpiredAt(now)) continue;
    if (chain->At(now).opened && !IsClosedByExpiry(*chain, now)) return chain->versions.back().id;
  }
  return std::nullopt;
}

const OrgState* Register::SaidBy(const OrgId& org) const { return FindShared(state_->orgs, org); }

const ProjectInForce* Register::FindProject(const DocId& id) const {
  return Find(state_->projects, id);
}
std::vector<const ProjectInForce*> Register::Projects() const {
  std::vector<const ProjectInForce*> projects;
  for (const auto& [id, project] : state_->projects) projects.push_back(&project);
  return projects;
}

std::optional<DocId> Register::ProjectApprovalBy(const OrgId& owner, const DocId& project,
                                                 absl::Time now) const {
  const OrgState* org = FindShared(state_->orgs, owner);
  const auto* chain = org == nullptr ? nullptr : Find(org->approvals, project);
  if (chain == nullptr || IsClosedByExpiry(*chain, now)) return std::nullopt;
  const auto in_force = chain->At(now);
  const bool yes =
      in_force.opened && std::all_of(in_force.versions.begin(), in_force.versions.end(),
                                     [](const auto& version) { return version.payload->yes(); });
  return yes ? std::optional(chain->versions.back().id) : std::nullopt;
}

const Stops* Register::StopsOf(const OrgId& org) const { return FindShared(state_->stops, org); }
const std::map<OrgId, std::shared_ptr<const Stops>>& Register::stops() const {
  return state_->stops;
}

const Statement* Register::StatementOf(const OrgId& org, const BallotId& ballot) const {
  const OrgState* said = FindShared(state_->orgs, org);
  return said == nullptr ? nullptr : Find(said->statements, ballot);
}
const Ballots& Register::ballots() const { return state_->common->ballots; }
const std::vector<DoubleVote>& Register::double_votes() const {
  return state_->common->double_votes;
}

const Chain<v1::OrgRoot>* Register::CardsOf(const OrgId& org) const {
  const OrgState* said = FindShared(state_->orgs, org);
  return said == nullptr ? nullptr : &said->cards;
}

const Recovery* Register::WaitingRecovery(const OrgId& org) const {
  const OrgState* said = FindShared(state_->orgs, org);
  const Stops* stops = StopsOf(org);
  if (said == nullptr || stops == nullptr || !said->reign.waiting.has_value()) return nullptr;
  return Find(stops->recoveries, said->reign.waiting->id);
}

const Reign* Register::ReignOf(const OrgId& org) const {
  const OrgState* said = FindShared(state_->orgs, org);
  return said == nullptr ? nullptr : &said->reign;
}

Eras Register::ErasOf(const OrgId& owner) const {
  const OrgState* said = FindShared(state_->orgs, owner);
  const Recovery* waiting = WaitingRecovery(owner);
  return {said == nullptr ? 0 : said->era,
          waiting == nullptr ? absl::InfiniteFuture() : waiting->acts_from};
}

ChainTip Register::TipOf(const OrgId& issuer, absl::string_view chain) const {
  const OrgState* org = FindShared(state_->orgs, issuer);
  const ChainTip* tip = org == nullptr ? nullptr : Find(org->tips, std::string(chain));
  return tip == nullptr ? ChainTip() : *tip;
}

}  // namespace commons::governance
