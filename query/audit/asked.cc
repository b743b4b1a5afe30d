#include "query/audit/asked.h"

#include <string>

#include "governance/document/text.h"
#include "query/question/question.h"
#include "query/question/question_words.h"
#include "query/question/validate.h"
#include "query/sql/canonical_sql.h"

namespace commons::query {
namespace {

constexpr size_t kSqlShown = 8 << 10;
constexpr size_t kBriefBytes = 200;
constexpr size_t kNameShown = 128;

std::string NameOf(const governance::Register& reg, const OrgId& org) {
  const governance::Organisation* found = reg.FindOnceMember(org);
  return found == nullptr ? "" : found->name;
}

// Whose word for the key is in force; "": nobody's.
std::string VouchedBy(const governance::Register& reg, const PublicKey& researcher,
                      absl::Time now) {
  const auto word = reg.AccreditationOf(researcher, now);
  if (!word.has_value()) return "";
  for (const auto& [id, member] : reg.members()) {
    const governance::OrgState* said = reg.SaidBy(id);
    if (said == nullptr) continue;
    const auto chain = said->accreditations.find(researcher);
    if (chain != said->accreditations.end() && chain->second.versions.back().id == *word) {
      return member.name;
    }
  }
  return "";
}

void AddProject(const governance::Register& reg, const v1::Question& question,
                v1::AuditQuestion& asked) {
  const auto id = DocId::FromBytes(question.project());
  if (!id.ok()) return;
  asked.set_project(id->ToBytes());
  const governance::ProjectInForce* project = reg.FindProject(*id);
  if (project == nullptr) return;
  asked.set_project_name(project->project->name());
  asked.set_project_of(NameOf(reg, project->issuer));
}

void AddMeaning(const governance::Register& reg, const v1::Question& question,
                v1::AuditQuestion& asked) {
  const governance::StandardInForce* standard =
      reg.FindDefinition(question.dataset(), question.standard_id());
  if (standard == nullptr || !ValidateQuestion(question, standard->standard).ok()) return;
  asked.set_digest(DigestOf(question, standard->standard).ToBytes());
  asked.set_sql(governance::OneLine(CanonicalSql(question, standard->standard), kSqlShown));
  asked.set_words(QuestionWords(question, standard->standard));
  asked.set_population(PopulationWords(question, standard->standard));
  *asked.mutable_question() = question;
}

void Cut(std::string& text) { text = governance::OneLine(text, kBriefBytes); }

}  // namespace

v1::AuditQuestion AskedOf(const governance::Register& reg, const v1::Question& question,
                          const OrgId& asking_org, const PublicKey& researcher, absl::Time now) {
  v1::AuditQuestion asked;
  asked.set_dataset(governance::OneLine(question.dataset(), kNameShown));
  asked.set_purpose(governance::OneLine(question.purpose(), kNameShown));
  asked.set_researcher(researcher.ToBytes());
  asked.set_vouched_by(VouchedBy(reg, researcher, now));
  asked.set_asking_org(asking_org.ToBytes());
  asked.set_asking_member(NameOf(reg, asking_org));
  asked.set_release(question.release());
  asked.set_noise(question.noise());
  AddProject(reg, question, asked);
  AddMeaning(reg, question, asked);
  return asked;
}

void MakeBrief(v1::AuditQuestion& asked) {
  asked.clear_question();
  Cut(*asked.mutable_sql());
  Cut(*asked.mutable_words());
  Cut(*asked.mutable_population());
}

}  // namespace commons::query
