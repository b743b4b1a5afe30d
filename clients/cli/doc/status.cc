#include "clients/cli/doc/status.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/cli/doc/standing.h"
#include "clients/cli/doc_options.h"
#include "clients/cli/doc_target.h"
#include "clients/office/context.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/trusted.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/signing_status.h"
#include "governance/kinds/table.h"

namespace commons::clients {
namespace {

using governance::Document;

struct Options : DocOptions {
  std::vector<std::string> trust;
};

std::string NextStep(const Document& document, const std::optional<v1::OrgRoot>& card,
                     const std::string& file) {
  const auto& kind = governance::KindOf(document);
  if (!kind.never_signed.empty()) return "";
  if (!card) return "name the card of whose document it is: --trust card.rule";
  if (!governance::EnoughSigned(document, *card)) {
    return absl::StrCat("commons doc sign ", file, " --key KEY, where the key of the seat is");
  }
  if (document.kind() == governance::kinds::kNodeInfo) return "";
  return absl::StrCat("commons doc submit --dir NODE ", file);
}

// Whose seats they are, of what is named, of the context beside the draft, or of the node.
absl::StatusOr<std::vector<Document>> KnownTo(const Options& options) {
  std::vector<std::string> trust = options.trust;
  const std::string context = ContextBeside(options.target);
  if (options.dir.empty() && std::filesystem::exists(context)) trust.push_back(context);
  ASSIGN_OR_RETURN(std::vector<Document> known, ReadTrusted(trust));
  if (options.dir.empty()) return known;
  ASSIGN_OR_RETURN(const Papers papers, PapersAbout(options));
  for (const Paper& paper : papers.all()) {
    const bool counts = paper.standing == Paper::Standing::kCounts;
    if (counts && governance::IsACard(*paper.document)) known.push_back(*paper.document);
  }
  return known;
}

absl::StatusOr<ExitCode> Status(const Options& options) {
  if (!options.dir.empty() && !std::filesystem::exists(options.target)) {
    return ShowStanding(options);
  }
  if (options.target.empty()) {
    return absl::InvalidArgumentError(
        "name a FILE.rule, to see who signed it, or with --dir the node, to see where votes stand");
  }
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(options.target));
  ASSIGN_OR_RETURN(const std::vector<Document> documents, OpenAll(rules, options.target));
  ASSIGN_OR_RETURN(std::vector<Document> known, KnownTo(options));
  known.insert(known.end(), documents.begin(), documents.end());
  for (const Document& document : documents) {
    if (document.kind() == governance::kinds::kDecline) continue;  // said of what it declines
    const auto card = SigningCard(known, document);
    PrintOut(governance::SigningStatus(document, card, known, absl::Now()));
    const std::string next = NextStep(document, card, options.target);
    if (!next.empty()) PrintOut(absl::StrCat("  next: ", next, "\n"));
  }
  if (!options.dir.empty()) return ShowStanding(options);
  return kDone;
}

}  // namespace

void RegisterStatus(Cli& cli, Group doc) {
  auto status = AddCommand<Options>(
      cli, doc, "status", "who has signed or said what, who is missing, and what comes next",
      Status);
  status.app.Add(
      "DOCUMENT", status.options->target,
      "FILE.rule, or with --dir also the beginning of its id; none: all that is voted on");
  status.app.Add("--dir", status.options->dir, "node, to see where documents and votes stand");
  status.app.Add("--trust", status.options->trust, "FILE.rule or folder: cards, declines");
}

}  // namespace commons::clients
