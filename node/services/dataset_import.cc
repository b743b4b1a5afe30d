#include "node/services/dataset_import.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "base/text/unicode.h"
#include "governance/document/refusal.h"
#include "governance/kinds/dataset/manifest.h"
#include "governance/standard/dialect_check.h"
#include "governance/standard/not_held.h"
#include "node/log/log.h"
#include "node/services/exchanged_file.h"
#include "node/services/raw_files.h"
#include "query/question/layout.h"
#include "query/question/question.h"
#include "storage/import/importer.h"

namespace commons::node {
namespace {

using governance::Refuse;

// What an import may lose without a word is what nobody is told of beside an answer.
static_assert(records::kRejectsUnstated == governance::kLeftOutPercentUsual * 10'000);

// A file by its descriptor, which nobody can put another in the place of.
constexpr char kDescriptors[] = "/proc/self/fd/";

storage::ImportOptions OptionsFor(const v1::Standard& standard, const OrgId& own,
                                  const v1::ImportRequest& request) {
  storage::ImportOptions options;
  static_cast<records::ReadingOptions&>(options) = records::ReadingOf(standard, own);
  options.replace = request.replace();
  options.accepted_rejects = request.accepted_rejects();
  options.dialect = request.dialect();
  return options;
}

constexpr uint64_t kNewestNamed = uint64_t{1} << 62;  // however large a number a board may sign

// The newest edition that any notice of this node's named: a number is never given to other rows,
// also when the database was restored from before that notice.
uint64_t NewestNamed(const governance::Register& reg, const OrgId& org,
                     const std::string& dataset) {
  uint64_t newest = 0;
  if (const auto* notices = reg.Manifests(org, dataset); notices != nullptr) {
    for (const auto& version : notices->versions) {
      newest = std::max<uint64_t>(newest, version.payload->epoch());
    }
  }
  return std::min(newest, kNewestNamed);
}

void FillUnknown(const std::vector<records::UnknownText>& texts, v1::ImportReply& reply) {
  for (const records::UnknownText& text : texts) {
    auto* unknown = reply.add_unknown_texts();
    unknown->set_column(text.column);
    unknown->set_text(text.text);
    unknown->set_rows(text.rows);
    unknown->set_near_code(text.near_code);
  }
}

void Fill(const records::ImportReport& report, v1::ImportReply& reply) {
  reply.set_epoch(report.edition);
  reply.set_accepted(report.accepted);
  reply.set_rows(report.rows);
  reply.set_rejected(report.rejected);
  reply.set_left_out_percent(governance::LeftOutPercent(report.rows, report.not_taken));
  for (const std::string& warning : report.warnings) reply.add_warnings(warning);
}

// As the definition spells them; what is no text names no column of it.
std::set<std::string> NotHeld(const v1::ImportRequest& request) {
  std::set<std::string> names;
  for (const std::string& name : request.not_held()) names.insert(Nfc(name).value_or(name));
  return names;
}

absl::Status ImportFile(const Home& home, const governance::Register& reg,
                        storage::TableStore& tables, const v1::ImportRequest& request,
                        std::function<bool()> given_up, ImportEnd end, v1::ImportReply& reply) {
  if (!IsPlainName(request.file())) {
    return Refuse(v1::MALFORMED, "the file must be a plain name in inbox/");
  }
  const auto* standard = reg.FindStandard(request.dataset());
  if (standard == nullptr) {
    const std::string nearest = NearestWithinHalf(request.dataset(), reg.Datasets());
    return Refuse(v1::UNKNOWN_DATASET,
                  absl::StrCat("the commons has no common definition of \"",
                               request.dataset().substr(0, limits::kNameBytes), "\"",
                               nearest.empty() ? "" : absl::StrCat("; is it ", nearest, "?")));
  }
  const std::set<std::string> not_held = NotHeld(request);
  RETURN_IF_ERROR(governance::CheckNotHeld(not_held, standard->standard));
  const ExchangedFile csv(home.inbox(), request.file());
  if (csv.fd() < 0) {
    return Refuse(v1::MALFORMED, absl::StrCat(node_files::kInbox, "/", request.file(),
                                              ": no readable plain file of that name"));
  }
  if (const absl::Status dialect = governance::CheckDialect(request.dialect()); !dialect.ok()) {
    return Refuse(v1::MALFORMED, absl::StrCat("the dialect: ", dialect.message()));
  }
  const std::string rejects = NewRejectsName(request.dataset());
  storage::ImportOptions options = OptionsFor(standard->standard, home.org, request);
  options.csv_path = absl::StrCat(kDescriptors, csv.fd());
  options.rejects_path = absl::StrCat(home.outbox(), "/", rejects);
  options.definition = standard->id;
  options.after = NewestNamed(reg, home.org, request.dataset());
  options.given_up = std::move(given_up);
  options.dry_run = end == ImportEnd::kRehearse;
  std::vector<records::UnknownText> unknown;
  const auto imported = storage::ImportCsv(
      tables, request.dataset(), query::LayoutOf(standard->standard, not_held), options, &unknown);
  FillUnknown(unknown, reply);
  // The rejects are for the steward, who is in the group of the outbox; they are written also when
  // the import is refused.
  std::error_code error;
  if (std::filesystem::exists(options.rejects_path, error)) {
    const absl::Status shared = LetGroupRead(home.outbox(), rejects);
    if (!shared.ok()) LogWarning("rejects_not_shared", {{"reason", shared.message()}});
    reply.set_rejects_file(rejects);
    reply.set_rejects_add(standard->standard.entity().empty());
  }
  if (!imported.ok()) return imported.status();
  Fill(*imported, reply);
  reply.set_standard_id(standard->id.ToBytes());
  reply.mutable_not_held()->Add(not_held.begin(), not_held.end());
  return absl::OkStatus();
}

v1::Refusal RefusalFor(const absl::Status& status, const std::string& file) {
  v1::Refusal refusal = governance::RefusalOf(status);
  if (absl::IsFailedPrecondition(status)) refusal.set_reason(v1::ROWS_REJECTED);
  // Storage names the file by its descriptor; people know it by its name.
  std::string& message = *refusal.mutable_message();
  const size_t at = message.find(kDescriptors);
  if (at == std::string::npos) return refusal;
  const size_t end = message.find_first_not_of("0123456789", at + sizeof(kDescriptors) - 1);
  message.replace(at, (end == std::string::npos ? message.size() : end) - at,
                  absl::StrCat(node_files::kInbox, "/", file));
  return refusal;
}

std::string OutcomeOf(const absl::Status& status, const v1::Refusal& refusal, ImportEnd end) {
  if (status.ok()) return end == ImportEnd::kRehearse ? "rehearsed" : "done";
  // By whoever asked for it, who reads no reply: no fault of this node, and no refusal.
  if (absl::IsCancelled(status)) return "given up";
  return std::string(governance::ReasonName(refusal.reason()));
}

}  // namespace

v1::ImportReply ImportDataset(const Home& home, const governance::Register& reg,
                              storage::TableStore& tables, const v1::ImportRequest& request,
                              std::function<bool()> given_up, ImportEnd end) {
  const PlacedFile placed(home, request.file());
  v1::ImportReply reply;
  const absl::Status status =
      ImportFile(home, reg, tables, request, std::move(given_up), end, reply);
  if (!status.ok()) *reply.mutable_refusal() = RefusalFor(status, request.file());
  LogInfo("import", {{"dataset", request.dataset()},
                     {"epoch", reply.epoch()},
                     {"accepted", reply.accepted()},
                     {"rejected", reply.rejected()},
                     {"outcome", OutcomeOf(status, reply.refusal(), end)}});
  return reply;
}

}  // namespace commons::node
