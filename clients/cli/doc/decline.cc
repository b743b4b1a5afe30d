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
#include "governance/kinds/open_document.h"

namespace commons::clients {
namespace {

using governance::Document;

struct Options : PersonOptions {
  std::string reason;
};

// A seat's no to a document of its own organisation.
std::string DraftDecline(const Document& document, const std::string& reason) {
  v1::Decline decline;
  decline.set_commons_id(document.header->commons_id());
  decline.set_issuer(governance::IssuerOf(document).ToBytes());
  decline.set_nonce(crypto::SystemRandom().Bytes(16));
  decline.set_issued_at(absl::ToUnixSeconds(absl::Now()));
  decline.set_document(document.id.ToBytes());
  governance::AddText(*decline.mutable_reason(), reason);
  return decline.SerializeAsString();
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
    const v1::Envelope envelope = governance::SignDocument(
        governance::kinds::kDecline, DraftDecline(document, options.reason), {&desk.key.key});
    RETURN_IF_ERROR(governance::OpenDocument(envelope).status());
    *desk.rules.add_envelopes() = envelope;
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
