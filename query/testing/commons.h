// Organisations with real keys whose signed documents fold to a real Register, for tests.
#ifndef COMMONS_QUERY_TESTING_COMMONS_H_
#define COMMONS_QUERY_TESTING_COMMONS_H_

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "crypto/hash.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/commons/charter.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/register/next_header.h"
#include "governance/register/register.h"
#include "governance/testing/stops_for_test.h"
#include "query/testing/visits.h"

namespace commons::query::testing {

// Reproducible; tests only.
class SeededRandom : public crypto::RandomSource {
 public:
  explicit SeededRandom(uint64_t seed)
      : stream_(crypto::FieldHasher("commons/test/1").AddU64(seed).Finish()) {}
  void Fill(void* out, size_t size) override {
    std::lock_guard lock(mu_);
    stream_.Fill(out, size);
  }

 private:
  std::mutex mu_;
  crypto::ChaChaStream stream_;
};

struct Organisation {
  explicit Organisation(crypto::RandomSource& random)
      : seat(crypto::SigningKey::Generate(random)),
        guardian(crypto::SigningKey::Generate(random)),
        steward(crypto::SigningKey::Generate(random)),
        key(crypto::SigningKey::Generate(random)),
        tls(crypto::SigningKey::Generate(random)),
        witness(crypto::SigningKey::Generate(random)) {}
  std::string name;
  OrgId org;
  crypto::SigningKey seat, guardian, steward, key, tls, witness;
};

// All that they agree on takes effect at once: cooling-off is zero.
class Commons {
 public:
  Commons(uint64_t seed, const v1::Standard& standard)
      : random(seed),
        clock(absl::FromUnixSeconds(1'700'000'000)),
        researcher(crypto::SigningKey::Generate(random)),
        standard_(standard) {}

  // A new version of a member's rule.
  void SetRule(size_t member, const v1::Rule& rule,
               absl::Time expires_at = absl::InfiniteFuture()) {
    AddPolicy(*organisations_[member], rule, expires_at);
    Fold();
  }
  // A new notice of holdings, which names that edition.
  void SetNotice(size_t member, uint64_t edition, uint32_t left_out_percent = 0,
                 const std::vector<std::string>& not_held = {}) {
    AddManifest(*organisations_[member], edition, left_out_percent, not_held);
    Fold();
  }
  // Another common definition, which every member's data then conforms to.
  void SetStandard(const v1::Standard& standard) {
    Redefine(standard);
    for (Organisation* organisation : organisations_) AddManifest(*organisation);
    Fold();
  }
  // The members go on holding what they hold under the one before.
  void Redefine(const v1::Standard& standard) {
    standard_ = standard;
    v1::Resolution resolution;
    resolution.add_items()->set_standard(standard_.SerializeAsString());
    Resolve(resolution);
  }
  void Suspend(size_t member) {
    v1::Resolution resolution;
    resolution.add_items()->mutable_membership()->set_suspend(
        organisations_[member]->org.ToBytes());
    Resolve(resolution);
  }
  // By the member's guardian; nothing lifts it.
  void Freeze(size_t member, const v1::Scope& scope) {
    const Organisation& owner = *organisations_[member];
    governance::PutIntoSet(logs_[owner.org],
                           governance::StopMaker{commons_, random, clock.Now()}.Freeze(
                               owner.org, scope, {&owner.guardian}),
                           clock.Now());
    Fold();
  }
  // Once more, or by another member too.
  void Accredit(size_t member) {
    AddAccreditation(*organisations_[member]);
    Fold();
  }
  // Another project of the researcher, which nobody has approved.
  DocId Publish(size_t member, absl::string_view name) {
    const DocId id = IssueProject(*organisations_[member], name);
    Fold();
    return id;
  }
  void ApproveProject(size_t member, const DocId& project) {
    IssueYes(*organisations_[member], project);
    Fold();
  }
  // A card with an address, for 30 days from now.
  void Announce(size_t member) {
    const Organisation& organisation = *organisations_[member];
    auto document = governance::OpenDocument(governance::SignDocument(
        governance::kinds::kNodeInfo,
        governance::DraftNodeInfo(organisation.org, 1, {"127.0.0.1:20000"}, "contact", clock.Now()),
        {&organisation.key}));
    if (!document.ok()) std::abort();
    logs_[organisation.org].node_info = *std::move(document);
    Fold();
  }
  std::shared_ptr<const governance::Register> reg() const { return reg_; }
  const v1::Standard& standard() const { return standard_; }

  SeededRandom random;
  FakeClock clock;
  crypto::SigningKey researcher;

 protected:
  // `node` outlives this.
  void Add(Organisation& node) {
    const size_t index = organisations_.size();
    organisations_.push_back(&node);
    node.name = absl::StrCat("member-", index < 10 ? "0" : "", index);
    governance::OrgRootDraft draft;
    draft.name = node.name;
    draft.seats = {{"chair", node.seat.public_key()}};
    draft.guardians = {node.guardian.public_key()};
    draft.stewards = {node.steward.public_key()};
    draft.node_key = node.key.public_key();
    draft.tls_key = node.tls.public_key();
    draft.witness_key = node.witness.public_key();
    draft.practice = true;
    const auto envelope = governance::SignDocument(
        governance::kinds::kOrgRoot, *governance::DraftOrgRoot(draft, random, clock.Now()),
        {&node.seat});
    node.org = crypto::Retype<OrgId>(governance::IdOf(envelope));
    Log(node, envelope);
    cards_.push_back(envelope);
  }

  void Found(const v1::Rule& rule) {
    const auto charter = governance::SignDocument(
        governance::kinds::kCharter,
        *governance::DraftCharter(cards_, "test", "tests", absl::ZeroDuration(), true, random,
                                  clock.Now()),
        {&organisations_[0]->seat});
    commons_ = crypto::Retype<CommonsId>(governance::IdOf(charter));
    Log(*organisations_[0], charter);
    Fold();
    Approve(1, governance::IdOf(charter));
    v1::Resolution resolution;
    resolution.add_items()->set_standard(standard_.SerializeAsString());
    v1::CommonsPolicy* policy = resolution.add_items()->mutable_policy();
    *policy->mutable_rule() = CommonFloor(rule);
    policy->set_roster("any");
    Resolve(resolution);
    for (Organisation* node : organisations_) {
      AddPolicy(*node, rule);
      AddManifest(*node);
    }
    AddProject();
  }

  // What every owner's rule may sharpen and, for tests of one owner's own rule, nothing sharper.
  static v1::Rule CommonFloor(v1::Rule rule) {
    rule.set_noise(v1::LIGHT);
    rule.set_threshold(1);
    rule.set_rounding(1);
    rule.set_min_members(1);
    rule.set_collusion(v1::MINORITY);
    rule.set_exclusive_cells(v1::ALLOW);
    rule.add_purposes(kOtherPurpose);
    rule.set_yearly_budget_micro_rho(UINT64_MAX / 2);
    rule.set_question_budget_micro_rho(UINT64_MAX / 2);
    return rule;
  }

  void AddPolicy(Organisation& node, const v1::Rule& rule,
                 absl::Time expires_at = absl::InfiniteFuture()) {
    v1::OwnerPolicy policy;
    *policy.mutable_header() =
        governance::NextHeader(*reg_, node.org, governance::PolicyChain(kDataset), clock.Now());
    if (expires_at != absl::InfiniteFuture()) {
      policy.mutable_header()->set_expires_at(absl::ToUnixSeconds(expires_at));
    }
    policy.set_dataset(kDataset);
    *policy.mutable_rule() = rule;
    policy.set_open_describes_no_protected_records(rule.release() == v1::OPEN);
    Issue(node, governance::kinds::kOwnerPolicy, policy);
  }

  void AddManifest(Organisation& node, uint64_t edition = 1, uint32_t left_out_percent = 0,
                   const std::vector<std::string>& not_held = {}) {
    v1::Manifest manifest;
    *manifest.mutable_header() =
        governance::NextHeader(*reg_, node.org, governance::ManifestChain(kDataset), clock.Now());
    manifest.set_dataset(kDataset);
    manifest.set_standard_id(reg_->FindStandard(kDataset)->id.ToBytes());
    manifest.set_epoch(edition);
    manifest.set_left_out_percent(left_out_percent);
    manifest.mutable_not_held()->Add(not_held.begin(), not_held.end());
    manifest.set_as_of("2023-11-01");
    manifest.set_each_row_is_a_person(true);
    Issue(node, governance::kinds::kManifest, manifest);
  }

  void AddAccreditation(Organisation& by) {
    v1::Accreditation accreditation;
    *accreditation.mutable_header() = governance::NextHeader(
        *reg_, by.org, governance::AccreditationChain(researcher.public_key()), clock.Now());
    accreditation.set_researcher(researcher.public_key().ToBytes());
    accreditation.set_affiliation("test");
    accreditation.set_practice(true);
    Issue(by, governance::kinds::kAccreditation, accreditation);
  }

  void AddProject() {
    AddAccreditation(*organisations_[0]);
    const DocId id = IssueProject(*organisations_[0], "practice");
    for (Organisation* node : organisations_) IssueYes(*node, id);
    Fold();
  }

  DocId IssueProject(Organisation& by, absl::string_view name) {
    v1::Project project;
    *project.mutable_header() =
        governance::NextHeader(*reg_, by.org, governance::ProjectChain(name), clock.Now());
    project.set_name(std::string(name));
    project.add_purposes(kPurpose);
    project.add_purposes(kOtherPurpose);
    project.add_researchers(researcher.public_key().ToBytes());
    project.add_datasets(kDataset);
    return Issue(by, governance::kinds::kProject, project);
  }

  void IssueYes(Organisation& by, const DocId& project) {
    v1::ProjectApproval approval;
    *approval.mutable_header() = governance::NextHeader(
        *reg_, by.org, governance::ProjectApprovalChain(project), clock.Now());
    approval.set_project(project.ToBytes());
    approval.set_yes(true);
    Issue(by, governance::kinds::kProjectApproval, approval);
  }

  void Resolve(v1::Resolution& resolution) {
    *resolution.mutable_header() =
        governance::NextCommonsHeader(*reg_, organisations_[0]->org, clock.Now());
    resolution.set_ballot(1);
    const uint64_t version = resolution.header().version();
    Approve(version, Issue(*organisations_[0], governance::kinds::kResolution, resolution));
  }

  void Approve(uint64_t version, const DocId& document) {
    for (Organisation* node : organisations_) {
      v1::Approval approval;
      *approval.mutable_header() = governance::NextHeader(
          *reg_, node->org, governance::ApprovalChain(version, 1), clock.Now());
      approval.set_version(version);
      approval.set_ballot(1);
      approval.set_document(document.ToBytes());
      approval.set_yes(true);
      Issue(*node, governance::kinds::kApproval, approval);
    }
    Fold();
  }

  DocId Issue(Organisation& node, absl::string_view kind,
              const google::protobuf::Message& message) {
    const auto envelope = governance::SignDocument(kind, message.SerializeAsString(), {&node.seat});
    Log(node, envelope);
    return governance::IdOf(envelope);
  }

  void Log(Organisation& node, const v1::Envelope& envelope) {
    auto document = governance::OpenDocument(envelope);
    if (!document.ok()) std::abort();
    logs_[node.org].entries.push_back(
        {std::make_shared<governance::Document>(*std::move(document)), clock.Now()});
  }

  void Fold() {
    reg_ = std::make_shared<governance::Register>(governance::FoldLogs(logs_, commons_));
  }

  v1::Standard standard_;
  CommonsId commons_;
  std::vector<Organisation*> organisations_;
  std::vector<v1::Envelope> cards_;
  std::map<OrgId, governance::OrgLog> logs_;
  std::shared_ptr<const governance::Register> reg_;
};

}  // namespace commons::query::testing

#endif  // COMMONS_QUERY_TESTING_COMMONS_H_
