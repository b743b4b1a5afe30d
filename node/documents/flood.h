// Tells every member at once what somebody stopped or lifted: sync would bring it from few to few,
// which takes longer than whoever stops something should have to wait.
#ifndef COMMONS_NODE_DOCUMENTS_FLOOD_H_
#define COMMONS_NODE_DOCUMENTS_FLOOD_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "node/documents/exchange.h"
#include "node/documents/held_logs.h"
#include "node/documents/snapshot.h"

namespace commons::node {

// Thread-safe; everything outlives it. One thread of its own, and short-lived ones to call several
// peers. Whom it does not reach learns of it when they compare next.
class Flood {
 public:
  // `reachable`: whether the last contact with a member worked.
  Flood(const Snapshots* snapshots, Exchange* exchange,
        std::function<bool(const OrgId&)> reachable);
  ~Flood();
  void Start();  // once
  // Returns when its thread has ended; calls under way end first. Again is harmless.
  void Stop();

  // Of one organisation's set; returns at once. What the log book tells of, it tells once, so that
  // each node hands a document on once.
  void Add(const OrgId& issuer, const std::vector<DocumentPtr>& documents);

 private:
  using News = std::map<OrgId, std::map<DocId, DocumentPtr>>;
  void Loop();
  void Tell(const News& news);
  void TellAll(const std::vector<Peer>& peers, const std::vector<v1::LogPage>& pages);

  const Snapshots* const snapshots_;
  Exchange* const exchange_;
  const std::function<bool(const OrgId&)> reachable_;
  std::mutex mu_;
  std::condition_variable wake_;
  News news_;  // under mu_
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_FLOOD_H_
