// Pages that are verified, taken together: one fold of the register for all that fit, one more for
// each time that some of it was under-signed.
#ifndef COMMONS_NODE_DOCUMENTS_PAGE_BATCH_H_
#define COMMONS_NODE_DOCUMENTS_PAGE_BATCH_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "node/documents/log_book.h"
#include "node/documents/page_check.h"
#include "node/peer/peer_budgets.h"

namespace commons::node {

struct PageBatch {
  std::vector<IncomingPage> fitting;  // verified
  std::vector<IncomingPage> later;
  std::vector<absl::Status> waiting;  // why those in `later` do not fit yet
  std::vector<absl::Status> refused;

  void SetAside(IncomingPage page, const absl::Status& why) {
    later.push_back(std::move(page));
    waiting.push_back(why);
  }
};

// Keeps what is new among the fitting ones and publishes it, or keeps nothing. True if anything was
// new. Under-signed ones are set aside; a fold that `spend` does not allow, and what the disk does
// not take, is refused.
bool TakeBatch(LogBook::Hold& hold, absl::Time now, const Spend& spend, PageBatch& batch);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_PAGE_BATCH_H_
