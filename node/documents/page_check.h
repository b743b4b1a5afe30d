// A page that a peer handed on, verified before anything of it is kept: without a lock, since
// verifying takes its time.
#ifndef COMMONS_NODE_DOCUMENTS_PAGE_CHECK_H_
#define COMMONS_NODE_DOCUMENTS_PAGE_CHECK_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "crypto/merkle/merkle.h"
#include "node/documents/held_logs.h"
#include "node/documents/log_book.h"
#include "node/peer/peer_budgets.h"
#include "proto/peer.pb.h"

namespace commons::node {

// A page on its way in; `page` belongs to the message that brought it and outlives this.
struct IncomingPage {
  const v1::LogPage* page = nullptr;
  OrgId org;             // whose log it is of
  bool checked = false;  // what follows is filled in
  crypto::MerkleTree tree;
  std::vector<DocumentPtr> documents;  // none: it has no entries beyond those that are held
  std::optional<governance::Document> node_info;
  std::optional<v1::ForkProof> fork;
  Gain gain;  // filled in when it is taken
};

// Fills it in, once. The work is taken from `spend`, which may say BUSY. UNKNOWN_ISSUER,
// OUT_OF_ORDER: another page may have to come before it. MESSAGE_TOO_LARGE, BAD_SIGNATURE,
// CONFLICTING_LOG, MALFORMED, UNDER_SIGNED (the node info).
absl::Status CheckPage(const LogBook& book, const Spend& spend, IncomingPage& incoming);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_PAGE_CHECK_H_
