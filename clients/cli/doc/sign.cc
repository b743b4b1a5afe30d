#include "clients/cli/doc/sign.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/doc/one_person.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/files/sign_record.h"
#include "governance/document/missing.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/signing_status.h"

namespace commons::clients {
namespace {

using governance::Document;

struct Options : PersonOptions {
  bool replace = false;
};

// What is still to be done with the file.
std::string NextStep(const Document& document, const std::optional<v1::OrgRoot>& card,
                     const std::string& file) {
  const std::string submit = absl::StrCat("hand it in with: commons doc submit --dir NODE ", file);
  if (!card) {
    const int count = document.envelope.signatures_size();
    return absl::StrCat(count, count == 1 ? " signature" : " signatures", " so far; ", submit);
  }
  if (governance::EnoughSigned(document, *card)) {
    return absl::StrCat("signed by all that are needed; ", submit);
  }
  return absl::StrCat(governance::SignedWords(governance::ThresholdOf(document, *card),
                                              document.signers, governance::SeatsOf(*card)),
                      "; pass it on, or bring copies together with: commons doc merge");
}

absl::StatusOr<ExitCode> Sign(const Options& options) {
  ASSIGN_OR_RETURN(Desk desk, SitDown(options));
  RETURN_IF_ERROR(
      ReadAndAgree(desk, options, absl::StrCat("Sign this with the key '", desk.key.label, "'?")));
  std::string said;
  for (const int i : desk.mine) {
    RETURN_IF_ERROR(
        RecordSignature(options.key, desk.documents[static_cast<size_t>(i)], options.replace));
    v1::Envelope& envelope = *desk.rules.mutable_envelopes(i);
    governance::AddSignature(envelope, desk.key.key);
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
    absl::StrAppend(&said, options.target(), ": signed with '", desk.key.label, "'; ",
                    NextStep(document, desk.CardOf(document), options.target()), "\n");
  }
  RETURN_IF_ERROR(WriteRuleFile(options.target(), desk.rules));
  PrintOut(said);
  return kDone;
}

}  // namespace

void RegisterSign(Cli& cli, Group doc) {
  auto sign = OfAPerson(
      AddCommand<Options>(cli, doc, "sign", "read a document, then sign it with your key", Sign));
  sign.app.AddFlag("--replace", sign.options->replace, "instead of what was signed before");
}

}  // namespace commons::clients
