#include "clients/answer/audit_words.h"

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "clients/answer/json_text.h"
#include "governance/document/fingerprint.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/document/words.h"
#include "privacy/budget.h"

namespace commons::clients {
namespace {

constexpr size_t kNameShown = 200;

std::string Shown(absl::string_view text) { return governance::OneLine(text, kNameShown); }
std::string Long(absl::string_view text) { return governance::OneLine(text, kWordsBytes); }

std::string When(const v1::AuditEntry& entry, const char* format) {
  return absl::FormatTime(format, absl::FromUnixMillis(entry.at_ms()), absl::UTCTimeZone());
}

std::string Who(const v1::AuditQuestion& asked) {
  return asked.asking_member().empty() ? governance::Fingerprint(asked.asking_org())
                                       : Shown(asked.asking_member());
}

std::string RefusalWords(const v1::Refusal& refusal) {
  const std::string words(governance::PlainWords(refusal.reason()));
  const std::string more = Long(refusal.message());
  return more.empty() || more == words ? words : absl::StrCat(words, " (", more, ")");
}

std::string ProjectWords(const v1::AuditQuestion& asked) {
  if (asked.project_name().empty()) return "a project that is not known here";
  return absl::StrCat("project ", Shown(asked.project_name()),
                      asked.project_of().empty() || asked.project_of() == asked.asking_member()
                          ? ""
                          : absl::StrCat(" of ", Shown(asked.project_of())));
}

// "how many rows, by sex, of visits where age from 20, for planning, project survey"
std::string What(const v1::AuditQuestion& asked) {
  const bool some = !asked.population().empty() && asked.population() != "all";
  return absl::StrCat(
      asked.words().empty() ? "something that has no meaning here" : Long(asked.words()), ", of ",
      Shown(asked.dataset()), some ? absl::StrCat(" where ", Long(asked.population())) : "",
      ", for ", asked.purpose().empty() ? "no purpose" : Shown(asked.purpose()), ", ",
      ProjectWords(asked));
}

std::string Researcher(const v1::AuditQuestion& asked) {
  return absl::StrCat("researcher ", governance::Fingerprint(asked.researcher()),
                      asked.vouched_by().empty()
                          ? ", whom nobody vouches for"
                          : absl::StrCat(", vouched for by ", Shown(asked.vouched_by())));
}

std::string CostWords(uint64_t micro_rho) {
  return micro_rho == 0 ? "free" : privacy::TablesWords(micro_rho);
}

std::string Decision(const AuditItem& item) {
  const v1::AuditQuestion& asked = item.entry.question();
  if (asked.has_refusal()) return absl::StrCat("no: ", RefusalWords(asked.refusal()));
  return absl::StrCat("yes, ", CostWords(asked.cost_micro_rho()));
}

// The last step that was taken.
std::string CameTo(const AuditItem& item) {
  if (item.entry.question().has_refusal()) return "";
  if (item.outcomes.empty()) return "the asker went no further, nothing left and nothing was spent";
  const v1::AuditOutcome& last = item.outcomes.back();
  switch (last.step()) {
    case v1::AuditOutcome::RELEASED: {
      std::vector<std::string> members;
      for (const std::string& member : last.members()) members.push_back(Shown(member));
      return absl::StrCat("answered together by ", absl::StrJoin(members, ", "));
    }
    case v1::AuditOutcome::STOPPED:
      return absl::StrCat("this node went no further: ", RefusalWords(last.refusal()));
    default:
      return "our protected part left and the cost is spent; no answer came back to be checked";
  }
}

std::string DeedWords(const v1::AuditDeed& deed) {
  const std::string dataset = Shown(deed.dataset());
  switch (deed.kind()) {
    case v1::AuditDeed::ASKED:
      if (deed.question().words().empty()) {  // this node refused it itself
        return absl::StrCat("our researcher ",
                            governance::Fingerprint(deed.question().researcher()),
                            " asked: ", Long(deed.question().sql()));
      }
      return absl::StrCat("our ", Researcher(deed.question()), ", asked ", What(deed.question()));
    case v1::AuditDeed::IMPORTED:
      return absl::StrCat("import of ", dataset,
                          deed.has_refusal()
                              ? ""
                              : absl::StrCat(": edition ", deed.epoch(), ", ", deed.rows(),
                                             " rows, ", deed.rejected(), " left out"));
    case v1::AuditDeed::REVERTED:
      return absl::StrCat("going back to the edition before of ", dataset,
                          deed.has_refusal() ? "" : absl::StrCat(": edition ", deed.epoch()));
    case v1::AuditDeed::DROPPED:
      return absl::StrCat("deletion of ", dataset);
    case v1::AuditDeed::HANDED_IN:
      return absl::StrCat(governance::KindWords(deed.document_kind()), " ",
                          absl::BytesToHexString(deed.document()).substr(0, 16), " was handed in");
    default:
      return "something that this version has no words for";
  }
}

std::string DeedOutcome(const v1::AuditDeed& deed) {
  if (deed.has_refusal() && deed.kind() != v1::AuditDeed::ASKED &&
      !deed.refusal().message().empty()) {
    return absl::StrCat("refused: ", Long(deed.refusal().message()));
  }
  if (deed.has_refusal()) return absl::StrCat("refused: ", RefusalWords(deed.refusal()));
  if (deed.kind() != v1::AuditDeed::ASKED) return "done";
  return absl::StrCat("answered, ", CostWords(deed.question().cost_micro_rho()));
}

std::string OutcomeCode(const AuditItem& item) {
  const v1::AuditEntry& entry = item.entry;
  const v1::Refusal* refusal = nullptr;
  if (entry.has_question() && entry.question().has_refusal()) refusal = &entry.question().refusal();
  if (entry.has_deed() && entry.deed().has_refusal()) refusal = &entry.deed().refusal();
  if (refusal != nullptr)
    return absl::StrCat("refused ", governance::ReasonName(refusal->reason()));
  if (entry.has_deed()) return entry.deed().kind() == v1::AuditDeed::ASKED ? "answered" : "done";
  if (!entry.has_question()) return "counted";
  if (item.outcomes.empty()) return "not_carried_out";
  const v1::AuditOutcome& last = item.outcomes.back();
  if (last.step() == v1::AuditOutcome::RELEASED) return "released";
  if (last.step() == v1::AuditOutcome::PAID) return "paid";
  return absl::StrCat("stopped ", governance::ReasonName(last.refusal().reason()));
}

std::string KindCode(const v1::AuditEntry& entry) {
  if (entry.has_question()) return "question";
  if (entry.has_uncounted()) return "counted";
  switch (entry.deed().kind()) {
    case v1::AuditDeed::ASKED:
      return "asked";
    case v1::AuditDeed::IMPORTED:
      return "import";
    case v1::AuditDeed::REVERTED:
      return "revert";
    case v1::AuditDeed::DROPPED:
      return "drop";
    case v1::AuditDeed::HANDED_IN:
      return "document";
    default:
      return "other";
  }
}

}  // namespace

const v1::AuditQuestion* QuestionOf(const AuditItem& item) {
  if (item.entry.has_question()) return &item.entry.question();
  return item.entry.deed().has_question() ? &item.entry.deed().question() : nullptr;
}

const std::string& DatasetOf(const AuditItem& item) {
  return item.entry.has_question() ? item.entry.question().dataset() : item.entry.deed().dataset();
}

std::vector<AuditItem> AuditItems(const std::vector<std::pair<uint64_t, v1::AuditEntry>>& entries) {
  std::vector<AuditItem> items;
  std::map<std::pair<std::string, uint32_t>, std::vector<v1::AuditOutcome>> outcomes;
  for (const auto& [index, entry] : entries) {
    if (entry.has_outcome()) {
      const v1::AuditOutcome& outcome = entry.outcome();
      outcomes[{outcome.query_id(), outcome.attempt()}].push_back(outcome);
      continue;
    }
    AuditItem item{index, entry, {}};
    if (entry.has_question()) {
      const auto found = outcomes.find({entry.question().query_id(), entry.question().attempt()});
      if (found != outcomes.end() && !entry.question().has_refusal()) {
        item.outcomes.assign(found->second.rbegin(), found->second.rend());
        outcomes.erase(found);
      }
    }
    items.push_back(std::move(item));
  }
  return items;
}

std::string AuditSentence(const AuditItem& item) {
  const v1::AuditEntry& entry = item.entry;
  const std::string when = absl::StrCat(When(entry, "%Y-%m-%d %H:%M:%S UTC"), "  ");
  if (entry.has_question()) {
    const v1::AuditQuestion& asked = entry.question();
    const std::string came = CameTo(item);
    return absl::StrCat(when, Who(asked), " asked ", What(asked), "; ", Researcher(asked), ". ",
                        Decision(item), came.empty() ? "" : "; ", came);
  }
  if (entry.has_uncounted()) {
    return absl::StrCat(when, entry.uncounted().attempts(), " more attempts of ",
                        Shown(entry.uncounted().asking_member()),
                        " that cost nothing, more than are written down one by one in a day");
  }
  return absl::StrCat(when, DeedWords(entry.deed()), ". ", DeedOutcome(entry.deed()));
}

Row AuditHeadings() {
  return {"entry",    "at",         "kind",    "outcome",        "dataset",
          "asked_by", "researcher", "vouched", "project",        "purpose",
          "question", "about",      "sql",     "cost_micro_rho", "detail"};
}

Row AuditRow(const AuditItem& item) {
  const v1::AuditQuestion none;
  const v1::AuditQuestion* const found = QuestionOf(item);
  const v1::AuditQuestion& asked = found == nullptr ? none : *found;
  return {absl::StrCat(item.index),
          When(item.entry, "%Y-%m-%dT%H:%M:%SZ"),
          KindCode(item.entry),
          OutcomeCode(item),
          Shown(DatasetOf(item)),
          Shown(asked.asking_member()),
          absl::BytesToHexString(asked.researcher()),
          Shown(asked.vouched_by()),
          Shown(asked.project_name()),
          Shown(asked.purpose()),
          Long(asked.words()),
          Long(asked.population()),
          Long(asked.sql()),
          absl::StrCat(asked.cost_micro_rho()),
          item.entry.has_deed() ? DeedWords(item.entry.deed()) : ""};
}

std::string AuditJson(const AuditItem& item) {
  const Row headings = AuditHeadings(), row = AuditRow(item);
  JsonObject json;
  for (size_t i = 0; i < row.size(); ++i) {
    const bool number = headings[i] == "entry" || headings[i] == "cost_micro_rho";
    number ? json.Raw(headings[i], row[i]) : json.Text(headings[i], row[i]);
  }
  json.Text("words", AuditSentence(item));
  if (item.entry.has_question()) {
    json.Text("query_id", absl::BytesToHexString(item.entry.question().query_id()))
        .Raw("rules", JsonArray(item.entry.question().documents(), [](const std::string& id) {
               return JsonString(absl::BytesToHexString(id));
             }));
  }
  if (!item.outcomes.empty() && item.outcomes.back().step() == v1::AuditOutcome::RELEASED) {
    json.Text("release", absl::BytesToHexString(item.outcomes.back().release()))
        .Raw("members", JsonArray(item.outcomes.back().members(), JsonString));
  }
  return json.Build();
}

}  // namespace commons::clients
