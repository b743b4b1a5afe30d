#include "clients/cli/doc/decline.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "clients/cli/doc/one_person.h"
#include "clients/office/files/rule_file.h"
#include "crypto/random.h"
#include "governance/document/document.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/kinds/stop/decline.h"

namespace commons::clients {
namespace {

using governance::Document;

struct Options : PersonOptions {
  std::string reason;
};

// A seat's no to a document of its own organisation.
absl::StatusOr<std::string> DeclineOf(const Document& document, const std::string& reason) {
  governance::DeclineDraft draft;
  ASSIGN_OR_RETURN(draft.commons, CommonsId::FromBytes(document.header->commons_id()));
  draft.issuer = governance::IssuerOf(document);
  draft.document = document.id;
  governance::AddText(draft.reason, reason);
  return governance::DraftDecline(draft, crypto::SystemRandom(), absl::Now());
}

absl::StatusOr<ExitCode> Decline(const Options& options) {
  RETURN_IF_ERROR(governance::Because(
      "--reason", governance::CheckText(options.reason, limits::kDeclineTextBytes)));
  ASSIGN_OR_RETURN(Desk desk, SitDown(options));
  for (const int i : desk.mine) {
    const auto& header = *desk.documents[static_cast<size_t>(i)].header;
    if (header.commons_id() != CommonsId().view() && !header.commons_id().empty()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(options.file,
                     ": belongs to no commons yet, as a card or a charter does, so that no paper "
                     "can say no to it; do not sign it, and tell the others why"));
  }
  RETURN_IF_ERROR(ReadAndAgree(desk, options, "Decline to sign this?"));
  for (const int i : desk.mine) {
    const Document& document = desk.documents[static_cast<size_t>(i)];
    ASSIGN_OR_RETURN(const std::string payload, DeclineOf(document, options.reason));
    *desk.rules.add_envelopes() =
        governance::SignDocument(governance::kinds::kDecline, payload, {&desk.key.key});
  }
  RETURN_IF_ERROR(WriteRuleFile(options.target(), desk.rules));
  PrintOut(absl::StrCat(options.target(), ": declined with '", desk.key.label,
                        "'; pass it on, so that the others read why: commons doc status ",
                        options.target(), "\n"));
  return kDone;
}

}  // namespace

void RegisterDecline(Cli& cli, Group doc) {
  auto decline = OfAPerson(AddCommand<Options>(
      cli, doc, "decline", "say with your key that you will not sign, and why", Decline));
  decline.app.Add("--reason", decline.options->reason, "why, for the others to read").Required();
}

}  // namespace commons::clients
