// A small signed file beside the database: the format of the node's directory, how much the node
// has held of what only ever grows, and which keys are the daemon's own. A database that was
// damaged may open as an empty one; with the mark the daemon knows, and starts with no less than it
// had.
#ifndef COMMONS_NODE_MACHINE_NODE_MARK_H_
#define COMMONS_NODE_MACHINE_NODE_MARK_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "node/machine/home.h"
#include "storage/holdings/holdings.h"

namespace commons::node {

// Of a node's directory as this version lays it out. A change that an older version would misread
// gets the next number, and a step that takes the format before over.
inline constexpr uint64_t kDirectoryFormat = 2;

struct NodeMark {
  OrgId org;
  storage::Holdings held;
  // Public halves of the daemon's own keys. Absent (zero) in a mark of format 1, which gets them
  // when it is written next.
  PublicKey store_key;
  PublicKey noise_key;
};

// Seven lines of text and a signature over them, of the node's own key (docs/formats/directory.md).
std::string EncodeNodeMark(const NodeMark& mark, const crypto::SigningKey& node_key);
// kInvalidArgument: not such a file, byte for byte, or not signed with `node_key`. The format is
// read first and alone decides what the rest would mean: kFailedPrecondition names one that this
// version does not know.
absl::StatusOr<NodeMark> DecodeNodeMark(absl::string_view text, const PublicKey& node_key);

// Before the database is opened for writing. kFailedPrecondition: it holds less than the mark says,
// with both numbers and what to do; or a key of the daemon's own is another one, with the file; or
// the mark is another organisation's, or of a newer format.
// kInvalidArgument: a damaged mark. kPermissionDenied: mark or database may not be read; nothing is
// known to be missing. A directory without a mark is of a version before there were any.
absl::Status CheckNodeMark(const Home& home);

// Keeps the mark of a running node. Thread-safe; `home` and `db` outlive it.
class NodeMarkKeeper {
 public:
  NodeMarkKeeper(const Home* home, const storage::Database* db) : home_(home), db_(db) {}
  // Writes what the database holds now, if that is not what was written last. Everything counted is
  // durable already, so the mark is never ahead.
  absl::Status Update();

 private:
  const Home* const home_;
  const storage::Database* const db_;
  std::mutex mu_;
  std::optional<storage::Holdings> written_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_NODE_MARK_H_
