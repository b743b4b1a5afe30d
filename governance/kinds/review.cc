// What a person reads before signing: one screen, in a board's words.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "governance/document/kinds.h"
#include "governance/kinds/draft.h"
#include "governance/review/screen.h"
#include "governance/review/standard_words.h"
#include "governance/standard/standard_check.h"

namespace commons::governance {

std::string Day(int64_t seconds) {
  return seconds == 0
             ? "never"
             : absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(seconds), absl::UTCTimeZone());
}

std::string NameOf(absl::string_view org_bytes, const Register* reg) {
  const auto id = OrgId::FromBytes(org_bytes);
  if (!id.ok()) return "an organisation without an id";
  const Organisation* org = reg == nullptr ? nullptr : reg->FindMember(*id);
  return org != nullptr ? org->name
                        : absl::StrCat("an organisation not known here, ", Fingerprint(id->view()));
}

namespace {

// Two capitalised words, or an address: documents hold roles, people's names stay at home.
bool LooksLikeAPerson(absl::string_view text) {
  int capitalised = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    capitalised += word.size() > 1 && absl::ascii_isupper(word[0]) && absl::ascii_islower(word[1]);
  }
  return capitalised >= 2 || absl::StrContains(text, "@");
}

std::string Threshold(const v1::Quorum& quorum) {
  std::vector<std::string> groups;
  for (const v1::Quorum::Member& m : quorum.members()) {
    if (m.has_group()) groups.push_back(Threshold(m.group()));
  }
  return absl::StrCat(quorum.k(), " of ", quorum.members_size(), " in ",
                      quorum.name().empty() ? "the board" : Shown(quorum.name()),
                      groups.empty() ? "" : absl::StrCat(" (", absl::StrJoin(groups, "; "), ")"));
}

void Show(const v1::OrgRoot& p, Screen& s) {
  s.Line("name", p.name());
  s.Line("board decides by", Threshold(p.board()));
  for (const v1::Seat& seat : p.seats()) {
    s.Line("seat", absl::StrCat(Shown(seat.label()), "  ", Fingerprint(seat.key())));
    if (LooksLikeAPerson(seat.label())) {
      s.Warn(absl::StrCat("'", Shown(seat.label()), "' looks like a person's name; use a role"));
    }
  }
  s.Line("may stop answers at once", absl::StrCat(p.guardians_size(), " guardian key(s)"));
  s.Line("may publish editions", absl::StrCat(p.stewards_size(), " steward key(s)"));
  if (!p.has_recovery()) s.Warn("no recovery is set: lost board keys can't be replaced");
  if (p.guardians().empty()) s.Warn("nobody may stop answers at once: no guardian");
  if (p.board().k() == 1 && p.seats_size() > 1) s.Warn("one seat alone can decide everything");
  if (p.practice()) s.Warn("these are PRACTICE keys: a real commons refuses them");
}

void Show(const v1::Charter& p, const Document& d, Screen& s) {
  s.Texts("name", p.name());
  s.Texts("purpose", p.purpose());
  for (const auto& card : d.cards) {
    s.Line("founder",
           absl::StrCat(card->As<v1::OrgRoot>().name(), "  ", Fingerprint(card->id.view())));
    if (!Satisfies(card->As<v1::OrgRoot>().board(), card->signers)) {
      s.Warn(absl::StrCat("the card of '", card->As<v1::OrgRoot>().name(), "' lacks signatures"));
    }
  }
  const bool set = p.threshold_denominator() > 0;
  s.Line("decided by", absl::StrCat("more than ", set ? p.threshold_numerator() : 2, "/",
                                    set ? p.threshold_denominator() : 3, " of the members"));
  s.Line("wider rules wait", absl::FormatDuration(absl::Seconds(p.cooling_off_seconds())));
  if (p.cooling_off_seconds() == 0) s.Warn("wider rules act at once: there is no cooling-off");
  if (p.practice()) s.Warn("this is a PRACTICE commons");
}

// Whoever may do something, by name where the register knows it.
template <typename List, typename Name>
void ShowWho(absl::string_view what, const List& list, Name name, Screen& s) {
  std::vector<std::string> names;
  for (const std::string& each : list) names.push_back(name(each));
  s.Line(what, absl::StrJoin(names, ", "));
}

void Show(const v1::Rule& r, const Register* reg, Screen& s) {
  const auto number = [&](absl::string_view name, uint64_t value) {
    if (value != 0) s.Line(name, absl::StrCat(value));
  };
  if (r.release() != 0) {
    s.Line("figures are shown", r.release() == v1::OPEN ? "exactly (open)" : "protected");
  }
  if (r.noise() != 0) {
    s.Line("protection at least", absl::AsciiStrToLower(v1::NoiseClass_Name(r.noise())));
  }
  number("too small to show below", r.threshold());
  number("rounded to", r.rounding());
  number("members needed", r.min_members());
  number("days as a member before counting", r.min_membership_days());
  number("days an edition is held back", r.hold_days());
  if (r.collusion() != 0) {
    s.Line("safe even if these collude", r.collusion() == v1::ALL ? "all others" : "a minority");
  }
  if (r.exclusive_cells() != 0) {
    s.Line("cells of one organisation alone",
           r.exclusive_cells() == v1::ALLOW ? "shown" : "refused");
  }
  number("yearly budget of each dataset (micro-rho)", r.yearly_budget_micro_rho());
  number("budget of a project", r.project_budget_micro_rho());
  number("budget of a researcher", r.researcher_budget_micro_rho());
  number("budget of an asking organisation", r.asker_budget_micro_rho());
  number("budget of one question", r.question_budget_micro_rho());
  s.Items("purposes", r.purposes());
  s.Items("never for", r.prohibited());
  s.Items("columns", r.columns());
  s.Items("legal bases", r.legal_bases());
  s.Items("labels", r.labels());
  ShowWho(
      "organisations that may ask", r.asking_orgs(),
      [&](const std::string& org) { return NameOf(org, reg); }, s);
  ShowWho(
      "researchers that may ask, by fingerprint", r.researchers(),
      [](const std::string& key) { return Fingerprint(key); }, s);
  number("replies wait for slots of (milliseconds)", r.reply_slot_ms());
}

// The definition itself, and what it changes of the one in force.
void Show(const v1::Standard& standard, const std::string& bytes, const Register* reg, Screen& s) {
  s.Line("common definition",
         absl::StrCat(Shown(standard.dataset()), "  ", Fingerprint(StandardIdOf(bytes).view())));
  s.Line("people", PersonWords(standard));
  for (const v1::Column& column : standard.columns()) {
    s.Line(absl::StrCat("column ", Shown(column.name())),
           absl::StrJoin({RoleWords(column.role()), Shown(ValuesWords(column))}, "; "));
  }
  s.Items("purposes", standard.purposes());
  const StandardInForce* before = reg == nullptr ? nullptr : reg->FindStandard(standard.dataset());
  if (before == nullptr) return;
  const StandardChanges found = CompareStandards(before->standard, standard);
  if (found.changes.empty()) s.Line("changes", "nothing");
  for (const std::string& change : found.changes) s.Line("changes", Shown(change));
  for (const std::string& warning : found.warnings) s.Warn(Shown(warning));
}

void Show(const v1::Resolution& p, const Document& d, const Register* reg, Screen& s) {
  for (const auto& card : d.cards) {
    s.Line("admits",
           absl::StrCat(card->As<v1::OrgRoot>().name(), "  ", Fingerprint(card->id.view())));
    if (card->As<v1::OrgRoot>().practice()) s.Warn("the new member has PRACTICE keys");
  }
  for (const auto& item : p.items()) {
    if (!item.membership().suspend().empty()) {
      s.Line("suspends", NameOf(item.membership().suspend(), reg));
    } else if (item.has_policy()) {
      const bool all = item.policy().roster() == "all";
      s.Line("common rules", all ? "every accepting member takes part" : "any members take part");
      if (all)
        s.Warn("this version cannot see to it that everybody takes part: nobody answers then");
      Show(item.policy().rule(), reg, s);
    } else if (v1::Standard standard;
               !item.standard().empty() && standard.ParseFromString(item.standard())) {
      Show(standard, item.standard(), reg, s);
    }
  }
  s.Items("submissions", p.submissions());
}

void Show(const v1::OwnerPolicy& p, const Register* reg, Screen& s) {
  s.Line("dataset", p.dataset().empty() ? "every dataset" : Shown(p.dataset()));
  Show(p.rule(), reg, s);
  if (p.cooling_off_seconds() > 0) {
    s.Line("wider rules wait", absl::FormatDuration(absl::Seconds(p.cooling_off_seconds())));
  }
  if (p.rule().release() == v1::OPEN) {
    s.Warn("OPEN shows exact figures to everyone and can't be undone");
    if (!p.open_describes_no_protected_records()) {
      s.Warn(
          "without the statement that no protected dataset describes the same records, the "
          "dataset stays protected");
    }
  }
}

void Show(const v1::Manifest& p, const Register* reg, Screen& s) {
  s.Line("dataset", Shown(p.dataset()));
  s.Line("by the common definition", Fingerprint(p.standard_id()));
  const StandardInForce* standard = reg == nullptr ? nullptr : reg->FindStandard(p.dataset());
  if (standard != nullptr && standard->id.view() != absl::string_view(p.standard_id())) {
    s.Warn("that is not the common definition in force");
  }
  s.Line("edition", absl::StrCat(p.epoch()));
  s.Line("as of", Shown(p.as_of()));
  s.Line("covers", Shown(p.coverage()));
  s.Line("comes from", Shown(p.provenance()));
  s.Line("consent", Shown(p.consent_basis()));
  s.Line("kept for", Shown(p.retention()));
  s.Items("labels", p.labels());
  if (p.stated_scale() > 0) {
    s.Line("stated scale", absl::StrCat("about ", p.stated_scale(), " records"));
  }
  if (p.each_row_is_a_person()) s.Line("stated", "each row is a person");
}

void ShowPayload(const Document& d, const Register* reg, Screen& s) {
  if (d.kind() == kinds::kOrgRoot) {
    s.Title("Organisation card");
    Show(d.As<v1::OrgRoot>(), s);
  } else if (d.kind() == kinds::kNodeInfo) {
    s.Title("How to reach a node");
    s.Line("organisation", NameOf(d.As<v1::NodeInfo>().org_id(), reg));
    s.Items("address", d.As<v1::NodeInfo>().endpoints());
    s.Texts("contact", d.As<v1::NodeInfo>().contact());
  } else if (d.kind() == kinds::kCharter) {
    s.Title("Charter of a new commons");
    Show(d.As<v1::Charter>(), d, s);
  } else if (d.kind() == kinds::kResolution) {
    s.Title(absl::StrCat("Common decision, version ", d.header.version()));
    Show(d.As<v1::Resolution>(), d, reg, s);
  } else if (d.kind() == kinds::kApproval) {
    const auto& p = d.As<v1::Approval>();
    s.Title(absl::StrCat(p.yes() ? "Yes" : "No", " to version ", p.version(), " of the commons"));
    s.Line("document", Fingerprint(p.document()));
  } else if (d.kind() == kinds::kOwnerPolicy) {
    s.Title("Our rules");
    Show(d.As<v1::OwnerPolicy>(), reg, s);
  } else if (d.kind() == kinds::kManifest) {
    s.Title("Notice of holdings");
    Show(d.As<v1::Manifest>(), reg, s);
  } else if (d.kind() == kinds::kAccreditation) {
    const auto& p = d.As<v1::Accreditation>();
    s.Title("We vouch for a researcher's key");
    s.Line("key", Fingerprint(p.researcher()));
    s.Line("affiliation", Shown(p.affiliation()));
    if (p.practice()) s.Warn("this is a PRACTICE researcher");
  } else if (d.kind() == kinds::kProject) {
    s.Title("Project");
    ShowProject(d.As<v1::Project>(), reg, s);
  } else {
    const auto& p = d.As<v1::ProjectApproval>();
    s.Title(p.yes() ? "Yes to a project" : "No to a project");
    ShowProjectApproval(p, reg, s);
  }
}

}  // namespace

std::string Review(const Document& document, const Register* reg) {
  Screen s;
  ShowPayload(document, reg, s);
  const v1::Header& h = document.header;
  if (!h.issuer().empty() &&
      !std::all_of(h.issuer().begin(), h.issuer().end(), [](char c) { return c == 0; })) {
    s.Line("from", NameOf(h.issuer(), reg));
  }
  s.Texts("title", h.title());
  s.Texts("reasons", h.rationale());
  if (h.effective_at() > h.issued_at()) s.Line("acts from", Day(h.effective_at()));
  if (h.expires_at() != 0) s.Line("ends", Day(h.expires_at()));
  for (const v1::Text& t : h.title()) {
    if (LooksLikeAPerson(t.text())) s.Warn("the title may name a person; use roles");
  }
  if (reg != nullptr && !h.issuer().empty() && reg->founded() && document.header.version() > 0 &&
      h.commons_id() != reg->commons_id().view() && document.kind() != kinds::kOrgRoot &&
      document.kind() != kinds::kCharter) {
    s.Warn("this belongs to another commons");
  }
  s.Line("signatures so far", absl::StrCat(document.signers.size()));
  s.Line("fingerprint", Fingerprint(document.id.view()));
  return s.Finish();
}

}  // namespace commons::governance
