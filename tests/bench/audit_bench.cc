// What the audit log of one owner costs: bytes of an answered question, a start, and reading it as
// people do.
//   audit_bench DIR [QUESTIONS]     DIR must not exist; it is left behind
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/answer/audit_words.h"
#include "query/audit/audit_trail.h"
#include "storage/audit/audit_log.h"

namespace commons {
namespace {

constexpr int kMembers = 22;

double Seconds() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

template <typename Status>
void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "a store failed\n");
  std::exit(1);
}

v1::AuditQuestion Asked(uint64_t n) {
  v1::AuditQuestion asked;
  asked.set_query_id(std::string(24, 'q') + absl::StrCat(10'000'000 + n));
  asked.set_attempt(1);
  asked.set_digest(std::string(32, 'd'));
  asked.set_dataset("covid_cases");
  asked.set_sql(
      "SELECT age_group, sex, COUNT(*) FROM covid_cases WHERE dhb = 'Auckland' GROUP BY 1, 2");
  asked.set_words("how many rows, by age_group and sex");
  asked.set_population("dhb is Auckland");
  asked.set_purpose("public-health-planning");
  asked.set_project(std::string(32, 'p'));
  asked.set_project_name("survey");
  asked.set_project_of("auckland");
  asked.set_researcher(std::string(32, 'r'));
  asked.set_vouched_by("auckland");
  asked.set_asking_org(std::string(32, 'o'));
  asked.set_asking_member("auckland");
  asked.set_cost_micro_rho(5'000);
  for (int i = 0; i < 6; ++i) asked.add_documents(std::string(32, static_cast<char>('0' + i)));
  asked.mutable_question()->set_dataset("covid_cases");
  return asked;
}

void Answer(query::AuditTrail& trail, uint64_t n, absl::Time at) {
  const v1::AuditQuestion asked = Asked(n);
  Check(trail.Asked(asked, at));
  v1::AuditOutcome outcome;
  outcome.set_query_id(asked.query_id());
  outcome.set_attempt(1);
  outcome.set_step(v1::AuditOutcome::PAID);
  Check(trail.CameToThis(outcome, at));
  outcome.set_step(v1::AuditOutcome::RELEASED);
  outcome.set_release(std::string(32, 'h'));
  for (int i = 0; i < kMembers; ++i) outcome.add_members(absl::StrCat("member-", i));
  Check(trail.CameToThis(outcome, at));
}

int Main(const std::string& dir, uint64_t questions) {
  uint64_t bytes = 0;
  const double begin = Seconds();
  {
    const auto db = *storage::Database::Open(dir);
    const auto log = *storage::AuditLog::Open(*db);
    query::AuditTrail trail(log.get());
    for (uint64_t n = 0; n < questions; ++n) {
      Answer(trail, n, absl::FromUnixSeconds(1'700'000'000) + absl::Seconds(n));
    }
    Check(log->Read(0, [&](uint64_t, absl::string_view entry) {
      bytes += entry.size();
      return true;
    }));
  }
  const double written = Seconds();
  const auto db = *storage::Database::Open(dir);
  const double opened = Seconds();
  const auto log = *storage::AuditLog::Open(*db);
  const double read = Seconds();
  std::vector<std::pair<uint64_t, v1::AuditEntry>> entries;
  Check(log->ReadBack(UINT64_MAX, [&](uint64_t index, absl::string_view entry) {
    entries.emplace_back(index, v1::AuditEntry());
    return entries.back().second.ParseFromArray(entry.data(), static_cast<int>(entry.size()));
  }));
  size_t text = 0;
  for (const clients::AuditItem& item : clients::AuditItems(entries)) {
    text += clients::AuditSentence(item).size();
  }
  const double listed = Seconds();
  std::printf("%lu questions of %d members, %zu entries, %lu bytes of entries a question\n",
              questions, kMembers, entries.size(), bytes / questions);
  std::printf(
      "write %.1f us an entry; start: database %.0f ms, audit %.0f ms; list %.0f ms "
      "(%zu bytes of sentences)\n",
      1e6 * (written - begin) / static_cast<double>(entries.size()), 1e3 * (opened - written),
      1e3 * (read - opened), 1e3 * (listed - read), text);
  return 0;
}

}  // namespace
}  // namespace commons

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: audit_bench DIR [QUESTIONS]\n");
    return 2;
  }
  return commons::Main(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 3'334);
}
