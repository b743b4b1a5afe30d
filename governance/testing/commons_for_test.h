// For tests of this room and of those above it: a commons of n organisations with real keys,
// documents and logs, from a fixed seed. Every step can be left out, forged or reordered.
#ifndef COMMONS_GOVERNANCE_TESTING_COMMONS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_COMMONS_FOR_TEST_H_

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/commons/charter.h"
#include "governance/kinds/commons/leave.h"
#include "governance/kinds/commons/resolution.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/register/next_header.h"
#include "governance/register/register.h"
#include "governance/rules/decide.h"

namespace commons::governance {

class SeededRandom : public crypto::RandomSource {
 public:
  explicit SeededRandom(absl::string_view seed) : stream_(crypto::Sha256(seed)) {}
  void Fill(void* out, size_t size) override { stream_.Fill(out, size); }
  uint64_t Below(uint64_t bound) { return stream_.NextU64() % bound; }

 private:
  crypto::ChaChaStream stream_;
};

struct TestOrg {
  std::string name;
  std::vector<crypto::SigningKey> board;
  std::unique_ptr<crypto::SigningKey> guardian, steward, node, tls, witness;
  v1::Envelope card;
  OrgId id;
};

// An organisation with keys of its own and the card that its whole board signed.
inline TestOrg MakeTestOrg(const std::string& name, int seats, uint32_t board_k, bool practice,
                           crypto::RandomSource& random, absl::Time now) {
  TestOrg org;
  org.name = name;
  OrgRootDraft draft;
  draft.name = name;
  for (int s = 0; s < seats; ++s) {
    org.board.push_back(crypto::SigningKey::Generate(random));
    draft.seats.emplace_back(absl::StrCat("seat-", s), org.board.back().public_key());
  }
  for (auto* key : {&org.guardian, &org.steward, &org.node, &org.tls, &org.witness}) {
    *key = std::make_unique<crypto::SigningKey>(crypto::SigningKey::Generate(random));
  }
  draft.board_k = board_k;
  draft.guardians = {org.guardian->public_key()};
  draft.stewards = {org.steward->public_key()};
  draft.node_key = org.node->public_key();
  draft.tls_key = org.tls->public_key();
  draft.witness_key = org.witness->public_key();
  draft.practice = practice;
  std::vector<const crypto::SigningKey*> board;
  for (const auto& key : org.board) board.push_back(&key);
  org.card = SignDocument(kinds::kOrgRoot, *DraftOrgRoot(draft, random, now), board);
  org.id = crypto::Retype<OrgId>(IdOf(org.card));
  return org;
}

// What an organisation says to a version of the commons chain; to be signed.
inline v1::Approval MakeApproval(const CommonsId& commons, const OrgId& org, uint64_t version,
                                 const DocId& document, bool yes, absl::Time now,
                                 uint32_t ballot = 1) {
  v1::Approval approval;
  v1::Header& header = *approval.mutable_header();
  header.set_commons_id(commons.ToBytes());
  header.set_issuer(org.ToBytes());
  header.set_chain(ApprovalChain(version, ballot));
  header.set_version(1);
  header.set_issued_at(absl::ToUnixSeconds(now));
  approval.set_version(version);
  approval.set_ballot(ballot);
  approval.set_document(document.ToBytes());
  approval.set_yes(yes);
  return approval;
}

class TestCommons {
 public:
  using Keys = std::vector<const crypto::SigningKey*>;
  struct Options {
    int orgs = 3;
    int seats = 1;
    uint32_t board_k = 1;
    absl::Duration cooling_off = absl::ZeroDuration();
    bool practice = false;
    uint64_t threshold_a = 0, threshold_b = 0;  // more than a/b of the members; 0: as usual
    std::string seed = "test commons";
  };
  static absl::Time Start() { return absl::FromUnixSeconds(1767225600); }  // 2026-01-01

  explicit TestCommons(const Options& o) : options(o), random(o.seed), researcher(NewKey()) {
    now = Start();
    for (int i = 0; i < o.orgs; ++i) orgs.push_back(NewOrg(absl::StrCat("org-", i)));
    for (TestOrg& org : orgs) Push(org.id, org.card);
    std::vector<v1::Envelope> cards;
    for (const TestOrg& org : orgs) cards.push_back(org.card);
    v1::Charter drafted;
    drafted.ParseFromString(
        *DraftCharter(cards, "Test commons", "to test", o.cooling_off, o.practice, random, now));
    if (o.threshold_b != 0) {
      drafted.set_threshold_numerator(o.threshold_a);
      drafted.set_threshold_denominator(o.threshold_b);
    }
    charter = SignDocument(kinds::kCharter, drafted.SerializeAsString(), {});
    commons_id = crypto::Retype<CommonsId>(IdOf(charter));
  }

  crypto::SigningKey NewKey() { return crypto::SigningKey::Generate(random); }
  TestOrg NewOrg(const std::string& name) {
    return MakeTestOrg(name, options.seats, options.board_k, options.practice, random, now);
  }

  static Keys Board(const TestOrg& org, size_t k = 64) {
    Keys keys;
    for (const auto& key : org.board) {
      if (keys.size() < k) keys.push_back(&key);
    }
    return keys;
  }
  static Keys Steward(const TestOrg& org) { return {org.steward.get(), org.node.get()}; }

  // Appends to a log as it came, seen now.
  DocId Push(const OrgId& log, const v1::Envelope& envelope) {
    auto document = OpenDocument(envelope);
    std::shared_ptr<const Document> shared;
    if (document.ok()) shared = std::make_shared<const Document>(*std::move(document));
    logs[log].entries.push_back({shared, now, logs[log].entries.size()});
    return IdOf(envelope);
  }
  // A payload whose header is still to be filled, with the next version of `chain`.
  template <typename Payload>
  DocId Issue(const TestOrg& org, absl::string_view kind, absl::string_view chain, Payload payload,
              const Keys& keys, int64_t expires_at = 0) {
    *payload.mutable_header() = NextHeader(Fold(), org.id, chain, now);
    payload.mutable_header()->set_expires_at(expires_at);
    return Push(org.id, SignDocument(kind, payload.SerializeAsString(), keys));
  }

  v1::Envelope Approval(const TestOrg& org, uint64_t version, const DocId& document, bool yes,
                        const Keys& keys, uint32_t ballot = 1) const {
    const v1::Approval approval =
        MakeApproval(commons_id, org.id, version, document, yes, now, ballot);
    return SignDocument(kinds::kApproval, approval.SerializeAsString(), keys);
  }
  void Approve(const TestOrg& org, uint64_t version, const DocId& document, bool yes = true,
               uint32_t ballot = 1) {
    Push(org.id, Approval(org, version, document, yes, Board(org), ballot));
  }
  void Leave(const TestOrg& org) {
    Push(org.id, SignDocument(kinds::kLeave, DraftLeave(Fold(), org.id, now), Board(org)));
  }
  void Found() {
    Push(orgs[0].id, charter);
    for (const TestOrg& org : orgs) Approve(org, 1, IdOf(charter));
  }
  // The next version of the commons chain in org 0's log, without approvals.
  DocId Propose(v1::Resolution resolution) {
    *resolution.mutable_header() = NextCommonsHeader(Fold(), orgs[0].id, now);
    if (resolution.ballot() == 0) resolution.set_ballot(1);
    return Push(orgs[0].id, SignDocument(kinds::kResolution, resolution.SerializeAsString(), {}));
  }
  // ... as an organisation drafts it: in the open ballot, with what shows that those before are
  // dead.
  DocId ProposeAs(const TestOrg& org, const v1::Resolution& resolution) {
    return Push(org.id, SignDocument(kinds::kResolution,
                                     DraftResolution(Fold(), org.id, resolution, now), {}));
  }
  // ... with everybody's.
  DocId Resolve(const v1::Resolution& resolution) {
    const uint64_t version = Fold().commons_version() + 1;
    const DocId id = Propose(resolution);
    for (const TestOrg& org : orgs) Approve(org, version, id);
    return id;
  }

  Register Fold() const { return FoldLogs(logs, commons_id); }

  // ---- A dataset "cases" that everybody holds and may be asked about ----
  static v1::Standard CasesStandard() {
    v1::Standard standard;
    standard.set_dataset("cases");
    standard.set_max_rows_per_person(1);
    standard.set_max_owners_per_person(1);
    standard.set_unit("person");
    v1::Column& sex = *standard.add_columns();
    sex.set_name("sex");
    sex.set_role(v1::DIMENSION);
    sex.set_type(v1::STRING);
    sex.set_required(true);
    for (const char* code : {"Female", "Male"}) {
      v1::Code& c = *sex.add_codes();
      c.set_value(code);
      c.set_label(code);
    }
    v1::Column& name = *standard.add_columns();
    name.set_name("nhi");
    name.set_role(v1::IDENTIFIER);
    name.set_type(v1::STRING);
    return standard;
  }
  static v1::Rule FloorRule() {
    v1::Rule rule;
    rule.set_release(v1::OPEN);
    rule.set_noise(v1::LIGHT);
    rule.set_threshold(6);
    rule.set_rounding(3);
    rule.set_min_members(1);
    rule.set_collusion(v1::MINORITY);
    rule.set_exclusive_cells(v1::ALLOW);
    rule.set_yearly_budget_micro_rho(500000);
    return rule;
  }
  static v1::Rule OwnerRule() {
    v1::Rule rule;
    rule.set_release(v1::PROTECTED);
    rule.set_noise(v1::STANDARD);
    rule.add_purposes("health");
    return rule;
  }
  v1::Manifest CasesManifest(uint64_t edition = 1) const {
    v1::Manifest manifest;
    manifest.set_dataset("cases");
    manifest.set_standard_id(StandardId().ToBytes());
    manifest.set_epoch(edition);
    manifest.set_as_of("2025-12-01");
    manifest.set_each_row_is_a_person(true);
    return manifest;
  }
  static Hash32 StandardId() { return StandardIdOf(CasesStandard().SerializeAsString()); }
  static v1::Resolution CommonRules() {
    v1::Resolution resolution;
    resolution.add_items()->set_standard(CasesStandard().SerializeAsString());
    v1::CommonsPolicy& policy = *resolution.add_items()->mutable_policy();
    policy.set_roster("any");
    *policy.mutable_rule() = FloorRule();
    return resolution;
  }
  DocId SetPolicy(const TestOrg& org, const v1::Rule& rule, bool states_open = false,
                  int64_t cooling_off_seconds = 0, int64_t expires_at = 0,
                  absl::string_view dataset = "cases") {
    v1::OwnerPolicy policy;
    policy.set_dataset(std::string(dataset));
    *policy.mutable_rule() = rule;
    policy.set_open_describes_no_protected_records(states_open);
    policy.set_cooling_off_seconds(cooling_off_seconds);
    return Issue(org, kinds::kOwnerPolicy, PolicyChain(dataset), policy, Board(org), expires_at);
  }
  DocId SetManifest(const TestOrg& org, const v1::Manifest& manifest, const Keys& keys,
                    int64_t expires_at = 0) {
    return Issue(org, kinds::kManifest, ManifestChain(manifest.dataset()), manifest, keys,
                 expires_at);
  }
  void Accredit(const TestOrg& org, int64_t expires_at = 0, bool practice = false) {
    v1::Accreditation accreditation;
    accreditation.set_researcher(researcher.public_key().ToBytes());
    accreditation.set_practice(practice);
    Issue(org, kinds::kAccreditation, AccreditationChain(researcher.public_key()), accreditation,
          Board(org), expires_at);
  }
  v1::Project CasesProject() const {
    v1::Project p;
    p.set_name("survey");
    p.add_purposes("health");
    p.add_datasets("cases");
    p.add_researchers(researcher.public_key().ToBytes());
    p.set_legal_basis("consent");
    return p;
  }
  DocId SetProject(const TestOrg& org, const v1::Project& p, int64_t expires_at = 0) {
    project = Issue(org, kinds::kProject, ProjectChain(p.name()), p, {&researcher}, expires_at);
    return project;
  }
  void ApproveProject(const TestOrg& org, bool yes = true, int64_t expires_at = 0) {
    v1::ProjectApproval approval;
    approval.set_project(project.ToBytes());
    approval.set_yes(yes);
    Issue(org, kinds::kProjectApproval, ProjectApprovalChain(project), approval, Board(org),
          expires_at);
  }
  // Everything it takes for Decide to say yes to Ask().
  void Open() {
    Found();
    Resolve(CommonRules());
    Accredit(orgs[0]);
    SetProject(orgs[0], CasesProject());
    for (const TestOrg& org : orgs) {
      SetPolicy(org, OwnerRule());
      SetManifest(org, CasesManifest(), Board(org));
      ApproveProject(org);
    }
  }
  AskRequest Ask() const {
    AskRequest ask;
    ask.asking_org = orgs[0].id;
    ask.researcher = researcher.public_key();
    ask.project = project;
    ask.purpose = "health";
    ask.dataset = "cases";
    ask.standard_id = StandardId();
    ask.release = v1::PROTECTED;
    ask.noise = v1::STANDARD;
    ask.columns = {0};
    return ask;
  }

  Options options;
  SeededRandom random;
  crypto::SigningKey researcher;
  absl::Time now;
  std::vector<TestOrg> orgs;
  v1::Envelope charter;
  CommonsId commons_id;
  DocId project;
  std::map<OrgId, OrgLog> logs;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_COMMONS_FOR_TEST_H_
