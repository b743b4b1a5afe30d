// The comparison of documents with those who voted, before anybody signs
// (query/peer/node_context.h).
#ifndef COMMONS_NODE_DOCUMENTS_COMPARING_H_
#define COMMONS_NODE_DOCUMENTS_COMPARING_H_

#include <vector>

#include "absl/status/status.h"
#include "node/documents/exchange.h"
#include "node/documents/snapshot.h"
#include "query/peer/node_context.h"

namespace commons::node {

// Thread-safe; `snapshots` and `exchange` outlive it.
class Comparing {
 public:
  Comparing(const Snapshots* snapshots, Exchange* exchange)
      : snapshots_(snapshots), exchange_(exchange) {}

  // As NodeContext::compare. One of each register first: the others are mostly known after that.
  std::vector<absl::Status> With(const std::vector<query::Voted>& voted) const;

 private:
  absl::Status WithOne(const query::Voted& voted) const;
  void WithSome(const std::vector<query::Voted>& voted, const std::vector<size_t>& some,
                std::vector<absl::Status>& outcomes) const;

  const Snapshots* const snapshots_;
  Exchange* const exchange_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_COMPARING_H_
