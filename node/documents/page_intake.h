// Pages of logs from peers: checked, verified, folded and kept, or left out.
#ifndef COMMONS_NODE_DOCUMENTS_PAGE_INTAKE_H_
#define COMMONS_NODE_DOCUMENTS_PAGE_INTAKE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "node/documents/log_book.h"
#include "node/peer/peer_budgets.h"
#include "proto/peer.pb.h"

namespace commons::node {

// Thread-safe. Has no lock of its own: signatures are verified while others may use the logs, and
// the book is held only to fold and keep. `book` and `clock` outlive it.
class PageIntake {
 public:
  PageIntake(LogBook* book, const Clock* clock) : book_(book), clock_(clock) {}

  // Takes what fits and proves itself, of organisations that the register expects. True if anything
  // was new; its listener has been told then. Pages that do not fit are left out; `problems` gets
  // the reasons. Pages of entries that are held already are held against them: another history of
  // their log is kept as proof. What stands beside the logs is taken where the card of its issuer
  // says that it counts. MALFORMED, and nothing is looked at: more than limits::kMembers of them.
  // The work is taken from `spend`.
  absl::StatusOr<bool> Accept(const google::protobuf::RepeatedPtrField<v1::LogPage>& pages,
                              const Spend& spend, std::vector<absl::Status>* problems);

 private:
  // Those beside the log, once its card is known. As Accept.
  bool TakeSets(const v1::LogPage& page, const Spend& spend, std::vector<absl::Status>* problems);

  LogBook* const book_;
  const Clock* const clock_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_PAGE_INTAKE_H_
