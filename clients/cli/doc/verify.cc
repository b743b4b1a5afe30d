#include "clients/cli/doc/verify.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/trusted.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/document/rule_file.h"
#include "governance/document/words.h"
#include "governance/fold/acceptance.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/signing_status.h"
#include "governance/review/expiry_words.h"

namespace commons::clients {
namespace {

using governance::Document;

struct Options {
  std::string file;
  std::vector<std::string> trust;
};

// A node's address may lean on the card beside it: all that it says is that this node signed it.
std::vector<Document> TrustedFor(const Document& document, const std::vector<Document>& trusted,
                                 const std::vector<Document>& beside) {
  std::vector<Document> all = trusted;
  if (document.kind() != governance::kinds::kNodeInfo) return all;
  for (const Document& other : beside) {
    if (governance::IsACard(other)) all.push_back(other);
  }
  return all;
}

absl::Status Accepted(const Document& document, const std::vector<Document>& trusted) {
  RETURN_IF_ERROR(governance::Accept(trusted, document));
  if (document.kind() != governance::kinds::kNodeInfo) return absl::OkStatus();
  const int64_t ends = document.As<v1::NodeInfo>().expires_at();
  if (absl::FromUnixSeconds(ends) > absl::Now()) return absl::OkStatus();
  return governance::Refuse(v1::EXPIRED, governance::ExpiryWords(ends, absl::Now()));
}

// Its first refusal, or nothing.
absl::Status Check(const std::string& bytes, const Options& options,
                   const std::vector<Document>& trusted) {
  const auto rules = governance::DecodeRuleFile(bytes);
  if (!rules.ok()) return governance::Refuse(v1::MALFORMED, rules.status().message());
  auto documents = OpenAll(*rules, options.file);
  if (absl::IsInvalidArgument(documents.status())) {
    return governance::Refuse(v1::MALFORMED, documents.status().message());
  }
  RETURN_IF_ERROR(documents.status());
  for (const Document& document : *documents) {
    const absl::Status status = Accepted(document, TrustedFor(document, trusted, *documents));
    if (status.ok()) continue;
    return governance::Refuse(
        governance::ReasonOf(status),
        absl::StrCat(options.file, ": ", governance::KindWords(document.kind()), ": ",
                     governance::RefusalOf(status).message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Verify(const Options& options) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(options.file, limits::kLocalMessageBytes));
  ASSIGN_OR_RETURN(const std::vector<Document> trusted, ReadTrusted(options.trust));
  const absl::Status status = Check(bytes, options, trusted);
  if (status.ok()) {
    PrintOut("accepted\n");
    return kDone;
  }
  PrintOut(absl::StrCat(governance::ReasonName(governance::ReasonOf(status)), "\n"));
  return status;
}

}  // namespace

void RegisterVerify(Cli& cli, Group doc) {
  auto verify = AddCommand<Options>(
      cli, doc, "verify", "whether a document would count, from documents that you trust", Verify);
  verify.app.Add("DOCUMENT", verify.options->file, "FILE.rule").Required();
  verify.app.Add("--trust", verify.options->trust,
                 "FILE.rule or folder: cards, the charter, approvals, earlier versions");
}

}  // namespace commons::clients
