// A whole federation in one process, for tests: a commons, real ledgers, and a message hook between
// every asker and contributor. Rows are counted by the slow reference, also the tests' oracle.
#ifndef COMMONS_QUERY_TESTING_FEDERATION_H_
#define COMMONS_QUERY_TESTING_FEDERATION_H_

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/asker/asker.h"
#include "query/member/contributor.h"
#include "query/testing/commons.h"
#include "query/testing/visits.h"
#include "storage/db.h"
#include "storage/ledger/ledger.h"
#include "storage/release_store.h"

namespace commons::query::testing {

struct Options {
  size_t members = 3;
  v1::Rule rule = DefaultRule();
  uint64_t seed = 1;
  v1::Standard standard = VisitsStandard();
};

// With budgets that no test uses up.
inline Options Generous(size_t members, uint64_t seed = 1) {
  Options options;
  options.members = members;
  options.seed = seed;
  options.rule.set_yearly_budget_micro_rho(UINT64_MAX / 4);
  return options;
}

class Federation : public Commons {
 public:
  struct Node : Organisation {
    using Organisation::Organisation;
    std::unique_ptr<TempDir> dir;
    std::unique_ptr<storage::Database> db;
    std::unique_ptr<storage::Ledger> ledger;
    std::unique_ptr<storage::ReleaseStore> releases;
    std::unique_ptr<storage::AuditLog> audit_log;
    std::unique_ptr<AuditTrail> audit;
    std::unique_ptr<Contributor> contributor;
    std::unique_ptr<Asker> asker;
    std::vector<RowOfVisits> rows;
    uint64_t edition = 1;
    absl::Status ready;
    bool stopping = false;
    std::function<absl::Status(const Voted&)> compare;  // unset: all compare well
  };
  // What stands between asker and contributor: may drop, delay or change either way.
  using Deliver = std::function<absl::StatusOr<v1::Envelope>(const v1::Envelope&)>;
  using Hook = std::function<absl::StatusOr<v1::Envelope>(
      Phase phase, size_t member, const v1::Envelope& request, const Deliver& deliver)>;

  explicit Federation(const Options& options = Options())
      : Commons(options.seed, options.standard) {
    for (size_t i = 0; i < options.members; ++i) {
      nodes.push_back(std::make_unique<Node>(random));
      Add(*nodes.back());
    }
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
    return researcher.Sign(governance::ResearcherMessage(prepared.query_id));
  }
  // A new edition, and the notice of holdings that names it.
  void SetEdition(size_t member, uint64_t edition) {
    nodes[member]->edition = edition;
    SetNotice(member, edition);
  }
  std::vector<RowOfVisits> AllRows() const {
    std::vector<RowOfVisits> all;
    for (const auto& node : nodes) all.insert(all.end(), node->rows.begin(), node->rows.end());
    return all;
  }
  MemberContext ContextOf(Node& node) {
    MemberContext context;
    context.org = node.org;
    context.node_key = &node.key;
    context.noise_secret = std::string(32, static_cast<char>('a' + node.name.back() % 26));
    context.reg = [this] { return reg_; };
    context.ready = [&node] { return node.ready; };
    context.stopping = [&node] { return node.stopping; };
    context.clock = &clock;
    context.random = &random;
    context.compare = [&node](const std::vector<Voted>& voted) {
      std::vector<absl::Status> outcomes(voted.size());
      for (size_t i = 0; i < voted.size() && node.compare; ++i)
        outcomes[i] = node.compare(voted[i]);
      return outcomes;
    };
    context.ledger = node.ledger.get();
    context.releases = node.releases.get();
    context.audit = node.audit.get();
    context.execute = [&node](const v1::Question& question, const v1::Standard& standard,
                              const Hash32& key) -> absl::StatusOr<LocalPartials> {
      return LocalPartials{CountRows(node.rows, question, standard, key), node.edition};
    };
    context.current_edition = [&node](absl::string_view) -> absl::StatusOr<uint64_t> {
      if (node.edition == 0) return governance::Refuse(v1::NO_DATA, "no edition");
      return node.edition;
    };
    return context;
  }
  static v1::Envelope Deliver1(Contributor& to, Phase phase, const v1::Envelope& message) {
    switch (phase) {
      case Phase::kPreview:
        return to.OnPreview(message);
      case Phase::kPropose:
        return to.OnPropose(message);
      case Phase::kSeal:
        return to.OnSeal(message);
      case Phase::kSubmit:
        return to.OnSubmit(message);
      case Phase::kPublish:
        break;
    }
    return to.OnPublish(message);
  }
  size_t IndexOf(const OrgId& org) const {
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i]->org == org) return i;
    }
    return nodes.size();
  }

  std::vector<std::unique_ptr<Node>> nodes;
  Hook hook;

 private:
  void Start(Node& node) {
    node.dir = std::make_unique<TempDir>();
    node.db = *storage::Database::Open(*node.dir / "db");
    node.ledger = *storage::Ledger::Open(*node.db);
    node.releases = std::make_unique<storage::ReleaseStore>(*node.db);
    node.audit_log = std::move(storage::AuditLog::Open(*node.db)).value();
    node.audit = std::make_unique<AuditTrail>(node.audit_log.get());
    node.contributor = std::make_unique<Contributor>(ContextOf(node));
    node.asker = std::make_unique<Asker>(ContextOf(node),
                                         [this](Phase phase, const std::vector<Outgoing>& messages,
                                                absl::Duration) { return Send(phase, messages); });
  }

  std::vector<Incoming> Send(Phase phase, const std::vector<Outgoing>& messages) {
    std::vector<Incoming> replies;
    for (const Outgoing& outgoing : messages) {
      const size_t member = IndexOf(outgoing.to);
      const Deliver deliver = [&](const v1::Envelope& message) {
        return Deliver1(*nodes[member]->contributor, phase, message);
      };
      const absl::Time sent = clock.Now();
      auto reply =
          hook ? hook(phase, member, outgoing.message, deliver) : deliver(outgoing.message);
      replies.push_back({std::move(reply), clock.Now() - sent});
    }
    return replies;
  }
};

// Seeded rows of every kind but one: nobody's sex is U.
inline void FillRows(Federation& federation, size_t rows_each, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& node : federation.nodes) {
    for (size_t i = 0; i < rows_each; ++i) {
      RowOfVisits row;
      row.sex = random() % 2;  // U stays empty
      if (random() % 4 != 0) row.region = random() % 2;
      if (random() % 5 != 0) row.income = static_cast<int64_t>(random() % 1000'00);
      row.age = static_cast<int64_t>(random() % 100);
      node->rows.push_back(row);
    }
  }
}

inline const v1::MemberState& StateOf(const v1::Answer& answer, size_t member) {
  return answer.members(static_cast<int>(member));
}

// "sex=F;region=null;"
inline std::string KeyOf(const v1::Cell& cell) {
  std::string key;
  for (const v1::KeyPart& part : cell.key()) {
    absl::StrAppend(&key, part.dimension(), "=",
                    part.kind() == v1::KeyPart::MISSING ? "null" : part.label(), ";");
  }
  return key;
}

}  // namespace commons::query::testing

#endif  // COMMONS_QUERY_TESTING_FEDERATION_H_
