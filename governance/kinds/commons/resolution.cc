#include "governance/kinds/commons/resolution.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/fingerprint.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/commons/approval.h"
#include "governance/kinds/commons/dead_ballot.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/register/next_header.h"
#include "governance/review/ballot_words.h"
#include "governance/review/lookalike.h"
#include "governance/review/rule_effect.h"
#include "governance/review/rule_words.h"
#include "governance/review/screen.h"
#include "governance/review/standard_changes.h"
#include "governance/review/standard_words.h"
#include "governance/rules/rule_check.h"
#include "governance/standard/standard_check.h"

namespace commons::governance {
namespace {

absl::Status CheckMembership(const v1::Membership& m) {
  if (m.has_admit() == !m.suspend().empty()) return Malformed("membership: admit or suspend");
  if (m.has_admit()) {
    return m.admit().payload_type() == kinds::kOrgRoot ? absl::OkStatus()
                                                       : Malformed("membership: not a card");
  }
  return Is32(m.suspend()) ? absl::OkStatus() : Malformed("membership: suspend is not an org_id");
}

absl::Status CheckItem(const v1::Resolution::Item& item) {
  switch (item.item_case()) {
    case v1::Resolution::Item::kMembership:
      return CheckMembership(item.membership());
    case v1::Resolution::Item::kStandard: {
      v1::Standard standard;
      RETURN_IF_ERROR(ParseStrictly(item.standard(), standard));
      return ValidateStandard(standard);
    }
    case v1::Resolution::Item::kPolicy:
      if (item.policy().roster() != "any" && item.policy().roster() != "all") {
        return Malformed("common rules: who takes part is 'any' or 'all'");
      }
      return ValidateRule(item.policy().rule());
    default:
      return Malformed("resolution: an empty item");
  }
}

absl::Status CheckDepartures(const v1::Resolution& p) {
  if (p.departures_size() > static_cast<int>(limits::kMembers)) {
    return Malformed("resolution: at most 256 departures");
  }
  for (int i = 0; i < p.departures_size(); ++i) {
    if (!Is32(p.departures(i)) || (i > 0 && p.departures(i - 1) >= p.departures(i))) {
      return Malformed("resolution: departures are distinct and sorted");
    }
  }
  return absl::OkStatus();
}

absl::Status Check(const v1::Resolution& p) {
  if (p.header().version() < 2) return Malformed("a resolution is version 2 or later");
  if (p.ballot() == 0) return Malformed("resolution: ballots start at 1");
  if (p.ballot() == 1 && !p.dead_ballot().empty()) {
    return Malformed("resolution: no ballot is before the first");
  }
  if (p.dead_ballot_size() > static_cast<int>(limits::kMembers)) {
    return Malformed("resolution: at most 256 statements about the ballot before");
  }
  RETURN_IF_ERROR(CheckDepartures(p));
  if ((p.items().empty() && p.departures().empty()) ||
      p.items_size() > static_cast<int>(limits::kMembers)) {
    return Malformed("resolution: 1 to 256 items");
  }
  for (const v1::Resolution::Item& item : p.items()) {
    RETURN_IF_ERROR(CheckItem(item));
    // Its subject has no vote, so nothing else may ride on it.
    const bool alone = p.items_size() == 1 && p.departures().empty();
    if (!item.membership().suspend().empty() && !alone) {
      return Malformed("resolution: a suspension stands alone");
    }
  }
  return absl::OkStatus();
}

// Whom it admits.
std::vector<const v1::Envelope*> Admitted(const v1::Resolution& p) {
  std::vector<const v1::Envelope*> cards;
  for (const v1::Resolution::Item& item : p.items()) {
    if (item.membership().has_admit()) cards.push_back(&item.membership().admit());
  }
  return cards;
}

std::vector<const v1::Envelope*> DeadBallot(const v1::Resolution& p) {
  std::vector<const v1::Envelope*> statements;
  for (const v1::Envelope& statement : p.dead_ballot()) statements.push_back(&statement);
  return statements;
}

void ForgetStatements(google::protobuf::Message& payload) {
  // Clearing would keep their memory for others to come.
  google::protobuf::RepeatedPtrField<v1::Envelope> statements;
  statements.Swap(static_cast<v1::Resolution&>(payload).mutable_dead_ballot());
}

constexpr int kCodesNamed = 40;
constexpr size_t kCodesOfGroupNamed = 12;

std::string FirstOf(std::vector<std::string> codes) {
  const size_t all = codes.size();
  if (all <= kCodesOfGroupNamed) return absl::StrJoin(codes, ", ");
  codes.resize(kCodesOfGroupNamed);
  return absl::StrCat(absl::StrJoin(codes, ", "), " and ", all - kCodesOfGroupNamed, " more");
}

// The first of them; what a later version changes is named whole.
std::string CodesNamed(const v1::Column& column) {
  std::vector<std::string> named;
  for (int i = 0; i < std::min(column.codes_size(), kCodesNamed); ++i) {
    named.push_back(CodeWords(column.codes(i)));
  }
  if (named.empty()) return "";
  const int more = column.codes_size() - kCodesNamed;
  return absl::StrCat(": ", absl::StrJoin(named, ", "),
                      more > 0 ? absl::StrCat(" and ", more, " more") : "");
}

// The first of its groups, each with the first of its codes.
void ShowGrouping(const v1::Grouping& grouping, const v1::Column& column, Screen& s) {
  std::vector<std::vector<std::string>> codes(grouping.groups_size());
  for (int i = 0; i < grouping.group_of_size(); ++i) {
    codes[grouping.group_of(i)].push_back(ShownWhole(column.codes(i).value()));
  }
  std::vector<std::string> named;
  for (int i = 0; i < std::min(grouping.groups_size(), kCodesNamed); ++i) {
    named.push_back(absl::StrCat(CodeWords(grouping.groups(i)), " (", FirstOf(codes[i]), ")"));
  }
  const int more = grouping.groups_size() - kCodesNamed;
  s.Line(absl::StrCat("grouping ", Shown(grouping.name())),
         absl::StrCat("of ", Shown(column.name()), ": ", absl::StrJoin(named, ", "),
                      more > 0 ? absl::StrCat(" and ", more, " more") : ""));
}

// The definition itself, and what it changes of the one before that version.
void ShowStandard(const v1::Standard& standard, const std::string& bytes, uint64_t version,
                  const Register* reg, Screen& s) {
  s.Line("common definition",
         absl::StrCat(Shown(standard.dataset()), "  ", Fingerprint(StandardIdOf(bytes).view())));
  s.Line("people", PersonWords(standard));
  for (const v1::Column& column : standard.columns()) {
    const std::string values = ValuesWords(column);
    s.Line(absl::StrCat("column ", Shown(column.name())),
           absl::StrCat(RoleWords(column.role()), values.empty() ? "" : "; ", values,
                        CodesNamed(column), GroupingsWords(column)));
    for (const v1::Grouping& grouping : column.groupings()) ShowGrouping(grouping, column, s);
    WarnOfLabels(column, s);
  }
  s.Items("purposes", standard.purposes());
  s.Line("what is counted", Shown(standard.unit()));
  s.Line("how long rows are kept", Shown(standard.retention()));
  s.Line("by whose consent", Shown(standard.consent_basis()));
  const StandardInForce* before =
      reg == nullptr ? nullptr : reg->FindStandardBefore(standard.dataset(), version);
  if (before == nullptr) return;
  const StandardChanges found = CompareStandards(before->standard, standard, reg);
  if (found.changes.empty()) s.Change(Way::kOther, "nothing");
  for (const std::string& change : found.changes) s.Change(Way::kOther, change);
  for (const std::string& warning : found.warnings) s.Warn(warning);
}

// What is in force already, in words; "" for what it changes.
std::string InForceAlready(const v1::Resolution::Item& item, const Register& reg) {
  if (item.item_case() == v1::Resolution::Item::kStandard) {
    v1::Standard standard;
    if (!standard.ParseFromString(item.standard())) return "";
    const StandardInForce* before = reg.FindStandard(standard.dataset());
    const bool same = before != nullptr && before->id == StandardIdOf(item.standard());
    return same ? absl::StrCat("the definition of ", Shown(standard.dataset())) : "";
  }
  if (!item.has_policy() || !reg.commons_policy()) return "";
  const v1::CommonsPolicy& before = *reg.commons_policy();
  const bool same = before.SerializeAsString() == item.policy().SerializeAsString();
  return same ? "the common rules" : "";
}

void ShowCommonsPolicy(const v1::CommonsPolicy& policy, uint64_t version, const Register* reg,
                       Screen& s) {
  // Of one that is decided, those in force may be later ones.
  if (reg == nullptr || version <= reg->commons_version()) return ShowRule(policy.rule(), reg, s);
  const auto& before = reg->commons_policy();
  ShowCommonRules(policy, before ? &*before : nullptr, *reg, s);
}

// Where it stands, while it is voted on.
void ShowVotes(const Document& d, const Register* reg, Screen& s) {
  const uint32_t ballot = d.As<v1::Resolution>().ballot();
  if (ballot > 1) {
    s.Line("ballot", absl::StrCat(ballot, "; ", d.cited.size(),
                                  " statements are to show that no proposal of ballot ", ballot - 1,
                                  " can be decided any more"));
  }
  const Proposal* proposal = reg == nullptr ? nullptr : reg->ballots().Find(d.id);
  if (proposal == nullptr) return;
  s.Line("votes so far", VotesWords(*proposal, *reg));
  for (const Proposal* rival : RivalsOf(d.id, *reg)) {
    s.Warn(absl::StrCat("a rival stands: ", ProposalWords(*rival, *reg), ": ",
                        VotesWords(*rival, *reg)));
  }
  if (proposal->withdrawn) s.Warn("its proposer withdrew it");
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::Resolution>();
  s.Title(absl::StrCat("Common decision, version ", d.header->version()));
  ShowVotes(d, reg, s);
  for (const std::string& org : p.departures()) s.Line("lists the departure of", NameOf(org, reg));
  for (const auto& card : d.cards) {
    s.Line("admits",
           absl::StrCat(Shown(card->As<v1::OrgRoot>().name()), "  ", Fingerprint(card->id.view())));
    s.Change(Way::kWider, absl::StrCat(Shown(card->As<v1::OrgRoot>().name()),
                                       " may ask, answer and vote, and vouch for researchers"));
    WarnOfCardName(*card, reg, s);
    if (card->As<v1::OrgRoot>().practice()) s.Warn("the new member has PRACTICE keys");
  }
  for (const auto& item : p.items()) {
    if (!item.membership().suspend().empty()) {
      const std::string name = NameOf(item.membership().suspend(), reg);
      s.Line("suspends", name);
      s.Change(Way::kStricter,
               absl::StrCat(name,
                            " answers, asks and votes no more until it is admitted again, "
                            "and whom it vouched for can't ask; questions that need more "
                            "members than are left are refused"));
    } else if (item.has_policy()) {
      const bool all = item.policy().roster() == "all";
      s.Line("common rules (for every dataset)",
             all ? "every accepting member takes part" : "any members take part");
      if (all)
        s.Warn("this version cannot see to it that everybody takes part: nobody answers then");
      ShowCommonsPolicy(item.policy(), d.header->version(), reg, s);
    } else if (v1::Standard standard;
               !item.standard().empty() && standard.ParseFromString(item.standard())) {
      ShowStandard(standard, item.standard(), d.header->version(), reg, s);
    }
  }
  s.Items("submissions", p.submissions());
}

}  // namespace

constinit const Kind kResolutionKind = {.type = kinds::kResolution,
                                        .home = Kind::Home::kCommons,
                                        .make = Make<v1::Resolution>,
                                        .chain = Always<kCommonsChain>,
                                        .check = Of<v1::Resolution, Check>,
                                        .carries = Of<v1::Resolution, Admitted>,
                                        .carried = &kOrgRootKind,
                                        .cites = Of<v1::Resolution, DeadBallot>,
                                        .cited = &kApprovalKind,
                                        .take_cited = TakeStatement,
                                        .forget_cited = ForgetStatements,
                                        .check_carried = CheckDeadBallot,
                                        .show = Show};

namespace {

bool Departs(const v1::Resolution& resolution, const OrgId& org) {
  const auto& all = resolution.departures();
  return std::find(all.begin(), all.end(), org.ToBytes()) != all.end();
}

}  // namespace

absl::Status CheckChanges(const v1::Resolution& resolution, const Register& reg) {
  for (const std::string& departs : resolution.departures()) {
    const Organisation* member = reg.FindMember(*OrgId::FromBytes(departs));
    if (member != nullptr && member->left) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("'", NameOf(departs, &reg),
                     "' has not said that it leaves: its board does, with commons doc leave"));
  }
  std::vector<std::string> same;
  for (const v1::Resolution::Item& item : resolution.items()) {
    if (item.membership().has_admit()) {
      // Who is suspended may be admitted again.
      const Organisation* member =
          reg.FindMember(crypto::Retype<OrgId>(IdOf(item.membership().admit())));
      if (member != nullptr && member->active()) {
        return absl::FailedPreconditionError(
            absl::StrCat("'", Shown(member->name), "' is a member already"));
      }
      if (member != nullptr && member->left && !Departs(resolution, member->id)) {
        return absl::FailedPreconditionError(absl::StrCat(
            "'", Shown(member->name),
            "' has left, and comes back only once its departure is listed; add --departure ",
            Shown(member->name)));
      }
    }
    if (std::string words = InForceAlready(item, reg); !words.empty()) {
      same.push_back(std::move(words));
    }
  }
  const bool more =
      static_cast<int>(same.size()) < resolution.items_size() || !resolution.departures().empty();
  if (same.empty() || more) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("nothing would change: ", absl::StrJoin(same, " and "),
                   same.size() == 1 ? " is" : " are", " in force as proposed"));
}

std::string DraftResolution(const Register& reg, const OrgId& issuer, v1::Resolution resolution,
                            absl::Time now) {
  *resolution.mutable_header() = NextCommonsHeader(reg, issuer, now);
  resolution.set_ballot(std::max(reg.ballots().ballot, 1u));
  resolution.clear_dead_ballot();
  AddDeadBallot(reg, resolution);
  return resolution.SerializeAsString();
}

}  // namespace commons::governance
