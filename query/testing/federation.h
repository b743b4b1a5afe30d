// A whole federation in one process, for tests: organisations with signed documents folded to a real
// Register, real ledgers, and a message hook between every asker and contributor. Rows live in vectors
// and are counted by a plain loop, which is also the tests' oracle.
#ifndef COMMONS_QUERY_TESTING_FEDERATION_H_
#define COMMONS_QUERY_TESTING_FEDERATION_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "crypto/hash.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "governance/document.h"
#include "governance/draft.h"
#include "governance/kinds.h"
#include "governance/refusal.h"
#include "governance/register.h"
#include "privacy/quantize.h"
#include "query/asker.h"
#include "query/contributor.h"
#include "query/question.h"
#include "storage/db.h"
#include "storage/ledger.h"
#include "storage/release_store.h"
#include "storage/testing.h"

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

// Columns of the dataset "visits": 0 sex F M U, 1 region north south or missing, 2 income with two
// decimals or missing, 3 age.
struct RowOfVisits {
  uint32_t sex = 0;
  std::optional<uint32_t> region;
  std::optional<int64_t> income;
  int64_t age = 0;
};
inline constexpr char kDataset[] = "visits";
inline constexpr char kPurpose[] = "planning";

inline v1::Standard VisitsStandard() {
  v1::Standard standard;
  standard.set_dataset(kDataset);
  const auto column = [&](const char* name, v1::Role role, v1::ValueType type) {
    v1::Column* added = standard.add_columns();
    added->set_name(name);
    added->set_role(role);
    added->set_type(type);
    return added;
  };
  const auto code = [](v1::Column* to, const char* value) {
    v1::Code* added = to->add_codes();
    added->set_value(value);
    added->set_label(value);
  };
  v1::Column* sex = column("sex", v1::DIMENSION, v1::STRING);
  sex->set_required(true);
  for (const char* value : {"F", "M", "U"}) code(sex, value);
  v1::Column* region = column("region", v1::DIMENSION, v1::STRING);
  for (const char* value : {"north", "south"}) code(region, value);
  v1::Column* income = column("income", v1::MEASURE, v1::NUMBER);
  income->set_decimals(2);
  income->set_has_clip(true);
  income->set_clip_low(0);
  income->set_clip_high(1000'00);
  v1::Column* age = column("age", v1::MEASURE, v1::INTEGER);
  age->set_required(true);
  age->set_has_clip(true);
  age->set_clip_low(0);
  age->set_clip_high(100);
  standard.set_max_rows_per_person(1);
  standard.set_max_owners_per_person(1);
  standard.set_unit("person");
  return standard;
}

inline v1::Rule DefaultRule(v1::Release release = v1::PROTECTED) {
  v1::Rule rule;
  rule.set_release(release);
  rule.set_noise(v1::STANDARD);
  rule.set_threshold(6);
  rule.set_rounding(3);
  rule.set_min_members(release == v1::OPEN ? 1 : 3);
  rule.set_collusion(v1::MINORITY);
  rule.set_exclusive_cells(v1::REFUSE);
  rule.set_yearly_budget_micro_rho(500'000);
  rule.set_question_budget_micro_rho(500'000);
  rule.add_purposes(kPurpose);
  return rule;
}

namespace internal {

inline std::optional<int64_t> ValueOf(const RowOfVisits& row, uint32_t column) {
  switch (column) {
    case 0: return row.sex;
    case 1: return row.region;
    case 2: return row.income;
    default: return row.age;
  }
}

inline bool Kept(const RowOfVisits& row, const v1::Question& question) {
  for (const v1::Filter& filter : question.filters()) {
    const auto value = ValueOf(row, filter.column());
    if (!value.has_value()) {
      if (!filter.missing()) return false;
    } else if (filter.column() < 2) {
      if ((filter.codes()[*value / 8] >> (*value % 8) & 1) == 0) return false;
    } else if (std::none_of(filter.ranges().begin(), filter.ranges().end(), [&](const auto& r) {
                 return r.low() <= *value && *value < r.high();
               })) {
      return false;
    }
  }
  return true;
}

inline absl::int128 Amount(const RowOfVisits& row, const v1::Partial& partial,
                           const v1::Standard& standard, bool open, uint64_t coin) {
  if (partial.kind() == v1::COUNT_ROWS) return 1;
  const auto value = ValueOf(row, partial.column());
  if (!value.has_value()) return 0;
  if (partial.kind() == v1::COUNT_VALUES) return 1;
  const bool squares = partial.kind() == v1::SUM_SQUARES;
  if (open) return squares ? absl::int128(*value) * *value : absl::int128(*value);
  const v1::Column& column = standard.columns(partial.column());
  return squares ? privacy::QuantizeSquare(*value, column.clip_low(), column.clip_high(), coin)
                 : privacy::QuantizeStep(*value, column.clip_low(), column.clip_high(), coin);
}

}  // namespace internal

// The slow reference: every value of the question over these rows.
inline std::vector<absl::int128> CountRows(const std::vector<RowOfVisits>& rows,
                                           const v1::Question& question,
                                           const v1::Standard& standard,
                                           const Hash32& rounding_key) {
  const CellSpace space(question, standard);
  std::vector<absl::int128> values(space.values());
  crypto::ChaChaStream coins(rounding_key);
  for (const RowOfVisits& row : rows) {
    if (!internal::Kept(row, question)) continue;
    for (int p = 0; p < question.partials_size(); ++p) {
      const absl::int128 amount = internal::Amount(row, question.partials(p), standard,
                                                   question.release() == v1::OPEN, coins.NextU64());
      for (int set = 0; set < question.sets_size(); ++set) {
        size_t cell = 0;
        for (const uint32_t dimension : question.sets(set).dimensions()) {
          const auto bin = internal::ValueOf(row, question.dimensions(dimension).column());
          cell = cell * space.bins()[dimension] +
                 (bin.has_value() ? static_cast<size_t>(*bin) : space.bins()[dimension] - 1);
        }
        values[space.ValueIndex(p, set, cell)] += amount;
      }
    }
  }
  return values;
}

struct Options {
  size_t members = 3;
  v1::Rule rule = DefaultRule();
  uint64_t seed = 1;
  v1::Standard standard = VisitsStandard();
};

class Federation {
 public:
  struct Node {
    explicit Node(crypto::RandomSource& random)
        : seat(crypto::SigningKey::Generate(random)), guardian(crypto::SigningKey::Generate(random)),
          steward(crypto::SigningKey::Generate(random)),
          key(crypto::SigningKey::Generate(random)), tls(crypto::SigningKey::Generate(random)),
          witness(crypto::SigningKey::Generate(random)) {}
    std::string name;
    OrgId org;
    crypto::SigningKey seat, guardian, steward, key, tls, witness;
    std::unique_ptr<storage::TempDir> dir;
    std::unique_ptr<storage::Database> db;
    std::unique_ptr<storage::Ledger> ledger;
    std::unique_ptr<storage::ReleaseStore> releases;
    std::unique_ptr<Contributor> contributor;
    std::unique_ptr<Asker> asker;
    std::vector<RowOfVisits> rows;
    uint64_t epoch = 1;
    absl::Status ready;
  };
  // What stands between asker and contributor: may drop, delay or change either way.
  using Deliver = std::function<absl::StatusOr<v1::Envelope>(const v1::Envelope&)>;
  using Hook = std::function<absl::StatusOr<v1::Envelope>(Phase phase, size_t member,
                                                          const v1::Envelope& request,
                                                          const Deliver& deliver)>;

  explicit Federation(const Options& options = Options())
      : random(options.seed), clock(absl::FromUnixSeconds(1'700'000'000)),
        researcher(crypto::SigningKey::Generate(random)), standard_(options.standard) {
    for (size_t i = 0; i < options.members; ++i) AddNode(i);
    Found(options.rule);
    for (auto& node : nodes) Start(*node);
    clock.Advance(absl::Minutes(1));
  }

  v1::PrepareRequest Request(const std::string& sql) const {
    v1::PrepareRequest request;
    request.set_sql(sql);
    request.set_researcher(researcher.public_key().ToBytes());
    return request;
  }
  v1::Answer Ask(const std::string& sql, size_t from = 0, bool per_member = false) {
    const auto prepared = nodes[from]->asker->Prepare(Request(sql));
    v1::Answer answer;
    if (!prepared.ok()) {
      *answer.mutable_refusal() = governance::RefusalOf(prepared.status());
      return answer;
    }
    return nodes[from]->asker->Run(*prepared, Sign(*prepared), per_member);
  }
  std::string Sign(const Prepared& prepared) const {
    return researcher.Sign(Asker::ResearcherMessage(prepared.query_id));
  }
  // A new version of a member's rule; in force at once.
  void SetRule(size_t member, const v1::Rule& rule) {
    AddPolicy(*nodes[member], rule);
    Fold();
  }
  // A new edition, and the notice of holdings that names it.
  void SetEdition(size_t member, uint64_t epoch) {
    nodes[member]->epoch = epoch;
    AddManifest(*nodes[member]);
    Fold();
  }
  void Suspend(size_t member) {
    v1::Resolution resolution;
    resolution.add_items()->mutable_membership()->set_suspend(nodes[member]->org.ToBytes());
    Resolve(resolution);
  }
  std::shared_ptr<const governance::Register> reg() const { return reg_; }
  const v1::Standard& standard() const { return standard_; }
  std::vector<RowOfVisits> AllRows() const {
    std::vector<RowOfVisits> all;
    for (const auto& node : nodes) all.insert(all.end(), node->rows.begin(), node->rows.end());
    return all;
  }
  NodeContext ContextOf(Node& node) {
    return {.org = node.org,
            .node_key = &node.key,
            .noise_secret = std::string(32, static_cast<char>('a' + node.name.back() % 26)),
            .reg = [this] { return reg_; },
            .ready = [&node] { return node.ready; },
            .clock = &clock,
            .random = &random,
            .ledger = node.ledger.get(),
            .releases = node.releases.get(),
            .execute =
                [&node](const v1::Question& question, const v1::Standard& standard,
                        const Hash32& key) -> absl::StatusOr<LocalPartials> {
              return LocalPartials{CountRows(node.rows, question, standard, key), node.epoch};
            },
            .current_epoch = [&node](absl::string_view) -> absl::StatusOr<uint64_t> {
              if (node.epoch == 0) return governance::Refuse(v1::NO_DATA, "no edition");
              return node.epoch;
            },
            .wait = nullptr};
  }
  static v1::Envelope Deliver1(Contributor& to, Phase phase, const v1::Envelope& message) {
    switch (phase) {
      case Phase::kPreview: return to.OnPreview(message);
      case Phase::kPropose: return to.OnPropose(message);
      case Phase::kSeal: return to.OnSeal(message);
      case Phase::kSubmit: return to.OnSubmit(message);
      case Phase::kPublish: break;
    }
    return to.OnPublish(message);
  }
  size_t IndexOf(const OrgId& org) const {
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i]->org == org) return i;
    }
    return nodes.size();
  }

  SeededRandom random;
  FakeClock clock;
  crypto::SigningKey researcher;
  std::vector<std::unique_ptr<Node>> nodes;
  Hook hook;

 private:
  void AddNode(size_t index) {
    nodes.push_back(std::make_unique<Node>(random));
    Node& node = *nodes.back();
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
        {&nodes[0]->seat});
    commons_ = crypto::Retype<CommonsId>(governance::IdOf(charter));
    Log(*nodes[0], charter);
    Fold();
    Approve(1, governance::IdOf(charter));
    v1::Resolution resolution;
    resolution.add_items()->set_standard(standard_.SerializeAsString());
    v1::CommonsPolicy* policy = resolution.add_items()->mutable_policy();
    *policy->mutable_rule() = CommonFloor(rule);
    policy->set_roster("any");
    Resolve(resolution);
    for (auto& node : nodes) {
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
    rule.set_yearly_budget_micro_rho(UINT64_MAX / 2);
    rule.set_question_budget_micro_rho(UINT64_MAX / 2);
    return rule;
  }

  void AddPolicy(Node& node, const v1::Rule& rule) {
    v1::OwnerPolicy policy;
    *policy.mutable_header() = governance::NextHeader(
        *reg_, node.org, governance::PolicyChain(kDataset), clock.Now());
    policy.set_dataset(kDataset);
    *policy.mutable_rule() = rule;
    policy.set_open_describes_no_protected_records(rule.release() == v1::OPEN);
    Issue(node, governance::kinds::kOwnerPolicy, policy);
  }

  void AddManifest(Node& node) {
    v1::Manifest manifest;
    *manifest.mutable_header() = governance::NextHeader(
        *reg_, node.org, governance::ManifestChain(kDataset), clock.Now());
    manifest.set_dataset(kDataset);
    manifest.set_standard_id(reg_->FindStandard(kDataset)->id.ToBytes());
    manifest.set_epoch(node.epoch);
    manifest.set_as_of("2023-11-01");
    manifest.set_each_row_is_a_person(true);
    Issue(node, governance::kinds::kManifest, manifest);
  }

  void AddProject() {
    Node& lead = *nodes[0];
    v1::Accreditation accreditation;
    *accreditation.mutable_header() = governance::NextHeader(
        *reg_, lead.org, governance::AccreditationChain(researcher.public_key()), clock.Now());
    accreditation.set_researcher(researcher.public_key().ToBytes());
    accreditation.set_affiliation("test");
    accreditation.set_practice(true);
    Issue(lead, governance::kinds::kAccreditation, accreditation);
    v1::Project project;
    *project.mutable_header() = governance::NextHeader(
        *reg_, lead.org, governance::ProjectChain("practice"), clock.Now());
    project.set_name("practice");
    project.add_purposes(kPurpose);
    project.add_researchers(researcher.public_key().ToBytes());
    project.add_datasets(kDataset);
    const DocId id = Issue(lead, governance::kinds::kProject, project);
    for (auto& node : nodes) {
      v1::ProjectApproval approval;
      *approval.mutable_header() = governance::NextHeader(
          *reg_, node->org, governance::ProjectApprovalChain(id), clock.Now());
      approval.set_project(id.ToBytes());
      approval.set_yes(true);
      Issue(*node, governance::kinds::kProjectApproval, approval);
    }
    Fold();
  }

  void Resolve(v1::Resolution& resolution) {
    *resolution.mutable_header() =
        governance::NextCommonsHeader(*reg_, nodes[0]->org, clock.Now());
    resolution.set_ballot(1);
    const uint64_t version = resolution.header().version();
    Approve(version, Issue(*nodes[0], governance::kinds::kResolution, resolution));
  }

  void Approve(uint64_t version, const DocId& document) {
    for (auto& node : nodes) {
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

  DocId Issue(Node& node, absl::string_view kind, const google::protobuf::Message& message) {
    const auto envelope =
        governance::SignDocument(kind, message.SerializeAsString(), {&node.seat});
    Log(node, envelope);
    return governance::IdOf(envelope);
  }

  void Log(Node& node, const v1::Envelope& envelope) {
    auto document = governance::OpenDocument(envelope);
    if (!document.ok()) std::abort();
    logs_[node.org].entries.push_back(
        {std::make_shared<governance::Document>(*std::move(document)), clock.Now()});
  }

  void Fold() {
    reg_ = std::make_shared<governance::Register>(governance::Register::Fold(logs_, commons_));
  }

  void Start(Node& node) {
    node.dir = std::make_unique<storage::TempDir>();
    node.db = *storage::Database::Open(node.dir->path());
    node.ledger = *storage::Ledger::Open(*node.db);
    node.releases = std::make_unique<storage::ReleaseStore>(*node.db);
    node.contributor = std::make_unique<Contributor>(ContextOf(node));
    node.asker = std::make_unique<Asker>(
        ContextOf(node), [this](Phase phase, const std::vector<Outgoing>& messages,
                                absl::Duration) { return Send(phase, messages); });
  }

  std::vector<absl::StatusOr<v1::Envelope>> Send(Phase phase,
                                                 const std::vector<Outgoing>& messages) {
    std::vector<absl::StatusOr<v1::Envelope>> replies;
    for (const Outgoing& outgoing : messages) {
      const size_t member = IndexOf(outgoing.to);
      const Deliver deliver = [&](const v1::Envelope& message) {
        return Deliver1(*nodes[member]->contributor, phase, message);
      };
      replies.push_back(hook ? hook(phase, member, outgoing.message, deliver)
                             : deliver(outgoing.message));
    }
    return replies;
  }

  v1::Standard standard_;
  CommonsId commons_;
  std::vector<v1::Envelope> cards_;
  std::map<OrgId, governance::OrgLog> logs_;
  std::shared_ptr<const governance::Register> reg_;
};

}  // namespace commons::query::testing

#endif  // COMMONS_QUERY_TESTING_FEDERATION_H_
