// Documents on their way out: pages of logs for peers, and all of them for this node's own people.
// Both are for whoever holds the lock of the LogBook, and change nothing.
#ifndef COMMONS_NODE_DOCUMENTS_LOG_PAGES_H_
#define COMMONS_NODE_DOCUMENTS_LOG_PAGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "node/documents/held_logs.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"

namespace commons::node {

using PageRanges = google::protobuf::RepeatedPtrField<v1::Pull::Range>;

// Pages for what a peer lacks, within limits::kBatchBytes; the rest another time. Of the own log a
// page may end anywhere: the node key signs a checkpoint there. Of a set that does not fit there is
// a part, which begins where `draw`, anew for each call, says.
std::vector<v1::LogPage> PagesFor(const HeldLogs& logs, const OrgId& own,
                                  const crypto::SigningKey& node_key, const PageRanges& ranges,
                                  uint64_t draw);

// A document and where it lies.
struct PlacedDocument {
  v1::Envelope envelope;
  OrgId log;            // OrgId(): nobody's, but in the invitation
  absl::Time seen_at;   // when it was stored; InfinitePast(): of no meaning
  uint64_t index = 0;   // where in the log the last of its signatures stands
  bool beside = false;  // a node info, a freeze, a lift, ..., which stand in no log
};

// Which documents: v1::DocumentsRequest says what the fields mean.
struct Selection {
  std::vector<std::string> chains = {};
  std::string id_begins = {};
};

// The documents of a selection, log by log, each chain of them whole. The first `from` are passed
// over, and those returned, at least one if there is any, have at most limits::kBatchBytes
// together. What comes meanwhile shifts others back, never forth: whoever counts on misses nothing,
// and may get one twice. But of a chain that is chosen by an id which came only meanwhile, what was
// passed over is missing.
std::vector<PlacedDocument> DocumentsFrom(const HeldLogs& logs, const Selection& selection,
                                          uint64_t from);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_LOG_PAGES_H_
