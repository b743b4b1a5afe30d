#include "clients/cli/dataset_import.h"

#include <unistd.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "clients/cli/holding.h"
#include "clients/office/as_of.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/import/dialect_file.h"
#include "clients/office/import/import_choice.h"

namespace commons::clients {
namespace {

struct ImportOptions : HoldingOptions {
  std::string data, dialect, accept_rejects, not_held;
  bool replace = false, dry_run = false;
};

// As a path: "-" is what stands on this program's own input.
std::string PathOf(const std::string& data) { return data == "-" ? "/dev/stdin" : data; }

absl::StatusOr<v1::Dialect> Dialect(const ImportOptions& options) {
  if (options.dialect.empty()) return v1::Dialect();
  ASSIGN_OR_RETURN(const std::string json, ReadFile(options.dialect, limits::kDatapackageBytes));
  return DialectOf(json, options.dialect, options.dataset);
}

// What was taken, and what is said of it.
void PrintTaken(const v1::ImportReply& report) {
  const bool added = report.rows() > report.accepted();
  PrintOut(absl::StrCat(report.accepted(), added ? " rows added, " : " rows accepted, ",
                        report.rejected(), " rejected; edition ", report.epoch(),
                        added ? absl::StrCat(" holds ", report.rows()) : "", "\n"));
  for (const std::string& warning : report.warnings()) Warn(warning);
}

// What to do about rows that were rejected, and where they are.
void PrintRejects(const ImportOptions& options, const v1::ImportReply& report,
                  const v1::Dialect& dialect) {
  if (report.rejected() == 0) return;
  std::vector<std::string> as;
  if (!options.dialect.empty()) as.push_back(absl::StrCat("--dialect ", options.dialect));
  if (!options.not_held.empty()) as.push_back(absl::StrCat("--not-held ", options.not_held));
  const std::string with = as.empty() ? "" : absl::StrCat(" with ", absl::StrJoin(as, " and "));
  const std::string how =
      report.rejects_add()
          ? absl::StrCat("mend the rejected rows and import their file", with, ", which adds them")
          : absl::StrCat("mend the rejected rows in ", PathOf(options.data),
                         " and import the whole of it again: an import replaces all rows");
  Warn(absl::StrCat(how, "; rejected rows: ", RejectsOf(options.dir, report, dialect)));
}

// Mended rows join those of a date that was said before, and do not make them newer.
absl::StatusOr<std::string> DateSaid(LocalClient& client, const ImportOptions& options) {
  ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
  ASSIGN_OR_RETURN(const governance::Register reg, FetchRegister(client, OfNotices(options)));
  const auto* notices = reg.Manifests(card.org, options.dataset);
  return notices == nullptr ? "" : notices->versions.back().payload->as_of();
}

absl::StatusOr<ExitCode> Import(const ImportOptions& options) {
  ASSIGN_OR_RETURN(std::string as_of, AsOfDay(options.as_of, "--as-of", absl::Now()));
  ASSIGN_OR_RETURN(const uint32_t rejects, ParseAcceptedRejects(options.accept_rejects));
  ASSIGN_OR_RETURN(const v1::Dialect dialect, Dialect(options));
  std::optional<Office> office;
  if (!options.dry_run) {
    ASSIGN_OR_RETURN(office, Signers(options));
  }
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const v1::ImportReply report,
                   ImportThroughInbox(*client, options.dir, options.dataset, PathOf(options.data),
                                      {options.replace, rejects, dialect, options.dry_run,
                                       ColumnsOf(options.not_held)}));
  PrintTaken(report);
  if (options.dry_run) {
    if (isatty(STDERR_FILENO) && report.unknown_texts_size() > 0) {
      Warn(absl::StrCat("a dry run keeps no rejected rows", UnknownTextsOf(report)));
    }
    PrintOut("a dry run: nothing was changed\n");
    return kDone;
  }
  PrintRejects(options, report, dialect);
  if (options.as_of.empty() && report.rows() > report.accepted()) {
    ASSIGN_OR_RETURN(const std::string said, DateSaid(*client, options));
    if (!said.empty()) as_of = said;
  }
  return Announce(office, options, HoldingOf(report, as_of));
}

}  // namespace

void RegisterImport(Cli& cli, const Group& dataset) {
  auto import = WithAsOf(
      WithSigner(AddCommand<ImportOptions>(cli, dataset, "import", "load a CSV file", Import)));
  ImportOptions& options = *import.options;
  import.app.Add("--data,FILE", options.data, "FILE.csv; \"-\": from standard input").Required();
  import.app.Add("--dialect", options.dialect,
                 "dialect.json: how the file is written, where the definition is not followed");
  import.app.Add("--not-held", options.not_held,
                 "COLUMN[,COLUMN]: declared columns that the organisation does not hold");
  import.app.AddFlag("--dry-run", options.dry_run, "say what would come of it, and change nothing");
  import.app.AddFlag("--replace", options.replace,
                     "a file of rejected rows takes the place of all rows held");
  import.app.Add("--accept-rejects", options.accept_rejects,
                 "go on if no more than this share of the rows is lost, such as 5%");
}

}  // namespace commons::clients
