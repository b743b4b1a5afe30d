// For tests: a register as plain text, all that people and other nodes rely on. Refusals stand with
// their reasons; the words that people see for them may be put better.
#ifndef COMMONS_GOVERNANCE_TESTING_REGISTER_TEXT_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_REGISTER_TEXT_FOR_TEST_H_

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/refusal.h"
#include "governance/register/register.h"
#include "governance/rules/decide.h"
#include "governance/testing/message_text_for_test.h"

namespace commons::governance {

class RegisterText {
 public:
  // Answers are told as of `times`.
  RegisterText(const Register& reg, const std::vector<absl::Time>& times)
      : reg_(reg), times_(times) {
    Commons();
    for (const auto& [id, member] : reg_.members()) Member(member);
    for (const auto& [id, stops] : reg_.stops()) WhatIsStopped(id, *stops);
    for (const ProjectInForce* project : reg_.Projects()) ProjectOf(*project);
    Votes();
    for (const absl::Time now : times_) Answers(now);
    Problems();
  }
  const std::string& text() const { return text_; }

 private:
  template <typename... Words>
  void Line(const Words&... words) {
    absl::StrAppend(&text_, words...);
    text_ += "\n";
  }
  static std::string When(absl::Time time) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
  }
  static std::string Flag(bool set, const char* word) { return set ? word : ""; }
  template <typename Ids>
  static std::string Hex(const Ids& ids) {
    return absl::StrJoin(ids, ",", [](std::string* out, const auto& id) { *out += id.ToHex(); });
  }
  template <typename Payload>
  void Versions(const std::string& name, const Chain<Payload>* chain) {
    if (chain == nullptr) return;
    for (const auto& v : chain->versions) {
      Line("  ", name, " ", v.id.ToHex(), " matures ", When(v.matured_at), " expires ",
           v.expires_at, v.era > 0 ? absl::StrCat(" era ", v.era) : "", " ",
           MessageText(*v.payload));
    }
  }

  void Commons() {
    Line("commons ", reg_.commons_id().ToHex(), reg_.founded() ? " founded" : "");
    Line("version ", reg_.commons_version(), " ", reg_.commons_head().ToHex());
    Line("head ", reg_.head().ToHex());
    for (const std::string& dataset : reg_.Datasets()) {
      const StandardInForce& s = *reg_.FindStandard(dataset);
      Line("standard ", s.id.ToHex(), " of ", s.resolution.ToHex(), " ", MessageText(s.standard));
    }
    Versions("common rules", &reg_.CommonsPolicies());
  }

  void Member(const Organisation& m) {
    Line("member ", m.name, " ", m.id.ToHex());
    Line("  card ", m.root_id.ToHex(), " node ", m.node_key.ToHex(), " tls ", m.tls_key.ToHex());
    Line("  admitted in version ", m.admitted_version, " ", When(m.admitted_at),
         Flag(m.practice, " practice"), Flag(m.suspended, " suspended"), Flag(m.left, " left"),
         Flag(m.forked, " forked"));
    if (m.info.has_value()) Line("  reached by ", MessageText(*m.info));
    Versions("card", reg_.CardsOf(m.id));
    RecoveryOf(m.id);
    for (const std::string& dataset : AllDatasets()) {
      Versions(absl::StrCat("rules '", dataset, "'"), reg_.OwnerPolicies(m.id, dataset));
      Versions("holding", reg_.Manifests(m.id, dataset));
    }
  }
  // What waits, and what one that took power closed.
  void RecoveryOf(const OrgId& org) {
    const Eras eras = reg_.ErasOf(org);
    if (eras.now > 0) Line("  rules of before era ", eras.now, " open nothing");
    const Recovery* r = reg_.WaitingRecovery(org);
    if (r == nullptr) return;
    Line("  recovery ", r->card.id.ToHex(), " since ", When(r->card.seen_at), " matures ",
         When(r->matures_at), " acts ", When(r->acts_from), " objected ",
         r->objected_at.has_value() ? When(*r->objected_at) : "never");
  }
  std::vector<std::string> AllDatasets() const {
    std::vector<std::string> all = reg_.Datasets();
    all.insert(all.begin(), "");  // every one
    return all;
  }

  void WhatIsStopped(const OrgId& org, const Stops& s) {
    Line("stops of ", org.ToHex(), " hash ", absl::BytesToHexString(s.sets_hash));
    for (const FreezeInForce& freeze : s.freezes) {
      Line("  frozen ", freeze.id.ToHex(), " ", When(freeze.seen_at), " ",
           MessageText(*freeze.freeze));
    }
    Line("  lifted ", Hex(s.lifted), " left out ", Hex(s.left_out), " keys ", Hex(s.lifted_keys));
    for (const auto& [key, size] : s.revoked) Line("  revoked ", key.ToHex(), " after ", size);
  }

  void ProjectOf(const ProjectInForce& p) {
    Line("project ", p.id.ToHex(), " of ", p.issuer.ToHex(), " matures ", When(p.matured_at),
         " expires ", p.expires_at, " ", MessageText(*p.project));
  }

  void Votes() {
    const Ballots& b = reg_.ballots();
    Line("votes on version ", b.version, " ballot ", b.ballot, " needed ", b.needed, " unheard ",
         Hex(b.unheard));
    for (const auto& dead : b.dead) Line("  dead by ", dead->id.ToHex());
    for (const Proposal& p : b.proposals) {
      Line("  proposal ", p.id.ToHex(), " ballot ", p.ballot, " needed ", p.needed,
           Flag(p.withdrawn, " withdrawn"), Flag(p.lost(), " lost"));
      Line("    yes ", Hex(p.yes), " against ", Hex(p.against), " unheard ", Hex(p.unheard),
           " gone ", Hex(p.gone));
    }
    for (const DoubleVote& d : reg_.double_votes()) {
      Line("  two words of ", d.org.ToHex(), " in ", d.ballot.first, "/", d.ballot.second);
    }
  }

  void Answers(absl::Time now) {
    Line("at ", When(now));
    for (const ProjectInForce* project : reg_.Projects()) {
      const auto lead = *PublicKey::FromBytes(project->project->researchers(0));
      const auto vouched = reg_.AccreditationOf(lead, now);
      Line("  researcher ", lead.ToHex(), " ", vouched ? vouched->ToHex() : "nobody vouches");
    }
    for (const auto& [id, member] : reg_.members()) {
      for (const std::string& dataset : reg_.Datasets()) Answer(member, dataset, now);
    }
  }
  void Answer(const Organisation& owner, const std::string& dataset, absl::Time now) {
    const auto rule = RuleInForce(reg_, owner.id, dataset, now);
    Line("  ", owner.name, " ", dataset, " rule ",
         rule.ok() ? MessageText(rule->rule) : ReasonText(rule.status()));
    if (rule.ok()) Line("    by ", Hex(rule->documents));
    for (const ProjectInForce* project : reg_.Projects()) {
      const auto yes = reg_.ProjectApprovalBy(owner.id, project->id, now);
      const auto decided = Decide(reg_, owner.id, Ask(*project, dataset), now);
      Line("    approves ", yes ? yes->ToHex() : "not", ", answers ",
           decided.ok() ? Hex(decided->documents) : ReasonText(decided.status()));
    }
  }
  AskRequest Ask(const ProjectInForce& project, const std::string& dataset) const {
    AskRequest ask;
    ask.asking_org = project.issuer;
    ask.researcher = *PublicKey::FromBytes(project.project->researchers(0));
    ask.project = project.id;
    ask.purpose = project.project->purposes(0);
    ask.dataset = dataset;
    ask.standard_id = reg_.FindStandard(dataset)->id;
    ask.release = v1::PROTECTED;
    ask.noise = v1::STANDARD;
    ask.columns = {0};
    return ask;
  }
  static std::string ReasonText(const absl::Status& status) {
    return std::string(ReasonName(ReasonOf(status)));
  }

  void Problems() {
    std::set<std::string> lines;  // in no order of the fold's
    for (const auto& p : reg_.problems()) {
      lines.insert(absl::StrCat("problem ", p->id.ToHex(), " in ", p->log.ToHex(), " ",
                                ReasonName(p->reason), Flag(p->proposal, " proposal")));
    }
    for (const std::string& line : lines) Line(line);
  }

  const Register& reg_;
  const std::vector<absl::Time>& times_;
  std::string text_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_REGISTER_TEXT_FOR_TEST_H_
