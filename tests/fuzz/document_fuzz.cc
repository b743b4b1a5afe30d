// OpenDocument, Review and Fold over one envelope: no crash, and nothing unsigned counts.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "crypto/hash.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/review.h"
#include "governance/register/register.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  v1::Envelope envelope;
  if (!envelope.ParseFromArray(data, static_cast<int>(size))) return 0;
  auto opened = governance::OpenDocument(envelope);
  if (!opened.ok()) return 0;
  governance::Review(*opened, nullptr);
  const auto document = std::make_shared<const governance::Document>(*std::move(opened));
  std::map<OrgId, governance::OrgLog> logs;
  logs[crypto::Retype<OrgId>(document->id)].entries = {{document, absl::UnixEpoch()},
                                                       {document, absl::UnixEpoch()}};
  const auto reg = governance::FoldLogs(logs, crypto::Retype<CommonsId>(document->id));
  // Nobody's approval is there, and a card that nobody signed makes no organisation.
  if (reg.founded()) std::abort();
  const bool card = document->kind() == governance::kinds::kOrgRoot;
  if (card && document->signers.empty() && !reg.members().empty()) std::abort();
  return 0;
}
