#include "clients/cli/audit_list.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/period.h"
#include "base/status.h"
#include "clients/answer/audit_words.h"
#include "clients/answer/table.h"
#include "clients/office/daemon/local_client.h"
#include "governance/document/fingerprint.h"

namespace commons::clients {
namespace {

struct Options {
  std::string dir, since, dataset, researcher, format = "table", entry;
};

// A day of the calendar, from its midnight in UTC.
absl::StatusOr<int64_t> SinceMs(const std::string& since) {
  if (since.empty()) return 0;
  const auto day = ParseDate(since, PeriodUnit::kDay);
  if (day.has_value()) return *day * 86'400'000;
  return absl::InvalidArgumentError(
      absl::StrCat("--since '", since, "': must be a day, such as 2026-03-31"));
}

using Entries = std::vector<std::pair<uint64_t, v1::AuditEntry>>;

absl::StatusOr<Entries> Fetch(const std::string& dir, int64_t since_ms) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(dir));
  Entries entries;
  v1::AuditRequest request;
  request.set_since_ms(since_ms);
  while (true) {
    ASSIGN_OR_RETURN(const v1::AuditReply page, client->Audit(request));
    for (const v1::AuditReply::Entry& each : page.entries()) {
      v1::AuditEntry entry;
      if (!entry.ParseFromString(each.entry())) {
        return absl::DataLossError(absl::StrCat("entry ", each.index(), " can't be read"));
      }
      entries.emplace_back(each.index(), std::move(entry));
    }
    if (!page.more() || page.entries().empty()) return entries;
    request.set_before(page.entries(page.entries_size() - 1).index());
  }
}

// By the beginning of the key in hex, or by (a part of) its fingerprint.
bool IsOf(const AuditItem& item, const std::string& researcher) {
  const v1::AuditQuestion* asked = QuestionOf(item);
  if (asked == nullptr) return false;
  const std::string digits = absl::StrReplaceAll(researcher, {{" ", ""}});
  return absl::StartsWith(absl::BytesToHexString(asked->researcher()), digits) ||
         absl::StartsWith(
             absl::StrReplaceAll(governance::Fingerprint(asked->researcher()), {{" ", ""}}),
             digits);
}

bool IsWanted(const AuditItem& item, const Options& options) {
  return (options.dataset.empty() || DatasetOf(item) == options.dataset) &&
         (options.researcher.empty() || IsOf(item, options.researcher));
}

std::string Written(const std::vector<AuditItem>& items, Format format) {
  if (format == Format::kJson) {
    return absl::StrCat(
        "{\"entries\":[",
        absl::StrJoin(items, ",", [](std::string* out, auto& i) { out->append(AuditJson(i)); }),
        "]}\n");
  }
  std::string out;
  if (format == Format::kCsv) out = CsvLine(AuditHeadings());
  for (const AuditItem& item : items) {
    absl::StrAppend(&out,
                    format == Format::kCsv ? CsvLine(AuditRow(item)) : AuditSentence(item) + "\n");
  }
  return out;
}

absl::StatusOr<ExitCode> List(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const int64_t since_ms, SinceMs(options.since));
  ASSIGN_OR_RETURN(const Entries entries, Fetch(options.dir, since_ms));
  std::vector<AuditItem> items = AuditItems(entries);
  std::erase_if(items, [&](const AuditItem& item) { return !IsWanted(item, options); });
  PrintOut(Written(items, format));
  return kDone;
}

absl::StatusOr<ExitCode> Show(const Options& options) {
  uint64_t index = 0;
  if (!absl::SimpleAtoi(options.entry, &index)) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", options.entry,
                     "' is no number of an entry; see: commons audit list "
                     "--format csv"));
  }
  ASSIGN_OR_RETURN(const Entries entries, Fetch(options.dir, 0));
  for (const AuditItem& item : AuditItems(entries)) {
    if (item.index != index) continue;
    const Row headings = AuditHeadings(), row = AuditRow(item);
    PrintOut(AuditSentence(item) + "\n");
    for (size_t i = 0; i < row.size(); ++i) {
      if (!row[i].empty()) PrintOut(absl::StrCat("  ", headings[i], ": ", row[i], "\n"));
    }
    return kDone;
  }
  return absl::NotFoundError(
      absl::StrCat("entry ", index,
                   " is not there, or is what came of an earlier one; see: commons audit list"));
}

}  // namespace

void RegisterAuditList(Cli& cli, Group audit) {
  auto list = AddCommand<Options>(cli, audit, "list",
                                  "who asked for what, and what came of it; newest first", List);
  list.app.Add("--dir", list.options->dir, "directory of the node").Required();
  list.app.Add("--since", list.options->since, "day, such as 2026-03-31: none before it");
  list.app.Add("--dataset", list.options->dataset, "only what is about this dataset");
  list.app.Add("--researcher", list.options->researcher,
               "only questions of this key: the beginning of its digits or of its fingerprint");
  list.app.Add("--format", list.options->format, "table, csv or json");
  auto show = AddCommand<Options>(cli, audit, "show", "everything about one entry", Show);
  show.app.Add("--dir", show.options->dir, "directory of the node").Required();
  show.app.Add("ENTRY", show.options->entry, "its number").Required();
}

}  // namespace commons::clients
