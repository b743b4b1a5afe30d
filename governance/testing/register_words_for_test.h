// For tests: all that a register says, as a text, so that two can be compared and the difference is
// read.
#ifndef COMMONS_GOVERNANCE_TESTING_REGISTER_WORDS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_REGISTER_WORDS_FOR_TEST_H_

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/register/register.h"

namespace commons::governance {

// With kLeftOut nothing that hangs on when a node saw what: which nodes need not agree on.
enum class Times { kKept, kLeftOut };

class RegisterWords {
 public:
  explicit RegisterWords(Times times) : times_(times) {}

  std::string Of(const Register& reg) const {
    return absl::StrCat(reg.head().ToHex(), " v", reg.commons_version(), " ", reg.founded(), " ",
                        reg.commons_head().ToHex(), "\n", Of(&reg.CommonsPolicies()), "\n",
                        StandardsOf(reg), MembersOf(reg), ProjectsOf(reg), Of(reg.ballots()),
                        reg.double_votes().size(), "\n", StopsOf(reg), ProblemsOf(reg));
  }

 private:
  std::string At(absl::Time time) const {
    return times_ == Times::kKept ? absl::FormatTime(time) : "-";
  }
  template <typename Payload>
  std::string Of(const Chain<Payload>* chain) const {
    if (chain == nullptr) return "-";
    return absl::StrJoin(chain->versions, ",", [&](std::string* out, const auto& version) {
      absl::StrAppend(out, version.id.ToHex().substr(0, 8), "@", At(version.matured_at),
                      version.payload->SerializeAsString().size());
    });
  }
  static std::string Of(const Ballots& ballots) {
    std::string told = absl::StrCat("vote on ", ballots.version, "/", ballots.ballot, " after ",
                                    ballots.dead.size(), "\n");
    for (const Proposal& proposal : ballots.proposals) {
      absl::StrAppend(&told, proposal.id.ToHex(), proposal.ballot, " ", proposal.yes.size(), " ",
                      proposal.against.size(), " ", proposal.unheard.size(), " ",
                      proposal.gone.size(), " ", proposal.needed, proposal.withdrawn, "\n");
    }
    return told;
  }
  static std::string StandardsOf(const Register& reg) {
    std::string told;
    for (const std::string& dataset : reg.Datasets()) {
      const StandardInForce& standard = *reg.FindStandard(dataset);
      absl::StrAppend(&told, dataset, standard.id.ToHex(), standard.resolution.ToHex(),
                      standard.standard.SerializeAsString().size(), "\n");
    }
    return told;
  }
  std::string MembersOf(const Register& reg) const {
    std::string told;
    for (const auto& [org, member] : reg.members()) {
      absl::StrAppend(&told, member.root_id.ToHex(), Of(reg.CardsOf(org)), "\n", member.name,
                      member.suspended, member.left, member.forked, member.admitted_version,
                      At(member.admitted_at),
                      member.info ? absl::StrCat(member.info->counter()) : "-", " ",
                      Of(reg.OwnerPolicies(org, "cases")), " ", Of(reg.OwnerPolicies(org, "")), " ",
                      Of(reg.Manifests(org, "cases")), "\n", StatementsOf(reg, org));
    }
    return told;
  }
  static std::string StatementsOf(const Register& reg, const OrgId& org) {
    std::string told;
    for (uint64_t version = 1; version <= 9; ++version) {
      const Statement* said = reg.StatementOf(org, {version, 1});
      if (said != nullptr) absl::StrAppend(&told, said->document.ToHex(), said->yes, "\n");
    }
    return told;
  }
  static std::string ProjectsOf(const Register& reg) {
    std::string told;
    for (const ProjectInForce* project : reg.Projects()) {
      absl::StrAppend(&told, project->id.ToHex(), project->project->name(), "\n");
    }
    return told;
  }
  static std::string StopsOf(const Register& reg) {
    std::string told;
    for (const auto& [org, stops] : reg.stops()) {
      absl::StrAppend(&told, "stops ", org.ToHex().substr(0, 8), ":");
      for (const FreezeInForce& each : stops->freezes) absl::StrAppend(&told, " ", Id(each.id));
      for (const DocId& id : stops->lifted) absl::StrAppend(&told, " -", Id(id));
      for (const DocId& id : stops->left_out) absl::StrAppend(&told, " x", Id(id));
      absl::StrAppend(&told, " keys ", stops->lifted_keys.size(), " ", stops->revoked.size(), " ",
                      OrgId::FromBytes(stops->sets_hash).value_or(OrgId()).ToHex(), "\n");
    }
    return told;
  }
  static std::string Id(const DocId& id) { return id.ToHex().substr(0, 8); }
  static std::string ProblemsOf(const Register& reg) {
    std::multiset<std::string> problems;
    for (const auto& problem : reg.problems()) {
      problems.insert(absl::StrCat(problem->id.ToHex(), problem->log.ToHex(), problem->reason,
                                   problem->message, problem->proposal));
    }
    return absl::StrJoin(problems, "\n");
  }

  const Times times_;
};

inline std::string WordsOf(const Register& reg, Times times) {
  return RegisterWords(times).Of(reg);
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_REGISTER_WORDS_FOR_TEST_H_
