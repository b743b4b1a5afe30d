#include "node/documents/page_check.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/exchange/exchange.h"
#include "governance/exchange/fork.h"
#include "governance/kinds/open_document.h"
#include "node/documents/node_info.h"

namespace commons::node {
namespace {

using governance::Document;
using governance::Refuse;
namespace kinds = governance::kinds;

// Charters and resolutions carry cards and statements that others signed; no signature is shorter
// than this.
constexpr size_t kLeastSignatureBytes = 96;

uint64_t SignaturesIn(const v1::Envelope& envelope) {
  const bool carries_cards =
      envelope.payload_type() == kinds::kCharter || envelope.payload_type() == kinds::kResolution;
  return 1 + envelope.signatures_size() +
         (carries_cards ? envelope.payload().size() / kLeastSignatureBytes : 0);
}

absl::Status CheckEntries(const LogBook& book, const Spend& spend, IncomingPage& incoming) {
  const v1::LogPage& page = *incoming.page;
  LogBook::End end = book.EndOf(incoming.org, page.from());
  // A page that overlaps came by another way meanwhile: what it has beyond comes with the next, and
  // whether it is of the same history is seen to by the intake.
  if (page.entries().empty() || page.from() < end.size) return absl::OkStatus();
  if (page.from() > end.size) {
    return Refuse(v1::OUT_OF_ORDER,
                  absl::StrCat("a page from ", page.from(), ", ", end.size, " entries are held"));
  }
  size_t bytes = end.bytes;
  for (const v1::Envelope& envelope : page.entries()) bytes += envelope.ByteSizeLong();
  RETURN_IF_ERROR(CheckRoom(bytes));
  RETURN_IF_ERROR(spend(Work::kSignatures, 1));
  RETURN_IF_ERROR(
      governance::AcceptPage(page, end.tree, end.node_key.empty() ? nullptr : &end.node_key));
  incoming.tree = std::move(end.tree);
  incoming.documents.clear();  // of a check before that ended in its node info
  uint64_t signatures = 0;
  for (const v1::Envelope& envelope : page.entries()) signatures += SignaturesIn(envelope);
  RETURN_IF_ERROR(spend(Work::kSignatures, signatures));
  for (const v1::Envelope& envelope : page.entries()) {
    ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
    incoming.documents.push_back(std::make_shared<const Document>(std::move(document)));
  }
  return absl::OkStatus();
}

absl::Status CheckNodeInfo(const LogBook& book, const Spend& spend, IncomingPage& incoming) {
  const v1::Envelope& node_info = incoming.page->node_info();
  RETURN_IF_ERROR(spend(Work::kSignatures, SignaturesIn(node_info)));
  ASSIGN_OR_RETURN(incoming.node_info, OpenNewNodeInfo(*book.snapshot(), book.org(), node_info));
  if (incoming.node_info.has_value() &&
      incoming.node_info->As<v1::NodeInfo>().org_id() != incoming.page->org_id()) {
    return Refuse(v1::MALFORMED, "a page's node info is another organisation's");
  }
  return absl::OkStatus();
}

absl::Status CheckFork(const LogBook& book, const Spend& spend, IncomingPage& incoming) {
  const auto now = book.snapshot();
  const auto head = now->heads.find(incoming.org);
  if (head != now->heads.end() && head->second.forked) return absl::OkStatus();
  const governance::Organisation* member = now->reg->FindOnceMember(incoming.org);
  if (member == nullptr) return Refuse(v1::UNKNOWN_ISSUER, "a proof against no member");
  RETURN_IF_ERROR(spend(Work::kSignatures, 2));
  RETURN_IF_ERROR(
      governance::VerifyForkProof(incoming.page->fork(), incoming.org, member->node_key.view()));
  incoming.fork = incoming.page->fork();
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPage(const LogBook& book, const Spend& spend, IncomingPage& incoming) {
  if (incoming.checked) return absl::OkStatus();
  if (incoming.org != book.org() && book.snapshot()->reg->FindOnceMember(incoming.org) == nullptr) {
    return Refuse(v1::UNKNOWN_ISSUER, "a page of an organisation that is no member here");
  }
  RETURN_IF_ERROR(CheckEntries(book, spend, incoming));
  if (incoming.page->has_node_info()) RETURN_IF_ERROR(CheckNodeInfo(book, spend, incoming));
  if (incoming.page->has_fork()) RETURN_IF_ERROR(CheckFork(book, spend, incoming));
  incoming.checked = true;
  return absl::OkStatus();
}

}  // namespace commons::node
