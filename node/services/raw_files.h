// Raw rows in files: what clients place in inbox/ for an import, and what imports reject to
// outbox/. The daemon owns both, so that no killed client and no dropped dataset leaves them lying.
#ifndef COMMONS_NODE_SERVICES_RAW_FILES_H_
#define COMMONS_NODE_SERVICES_RAW_FILES_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "node/machine/home.h"

namespace commons::node {

// What clients placed for imports that never ended, and rejects that were not written to their end,
// as far as they lie there since `before` or longer. Whatever else is there is left: a person put
// it there. An import that reads such a file goes on. Says in the log how many files went.
void ClearPlacedFiles(const Home& home, absl::Time before);

// The file of one import, which goes with it if a client placed it (node_files::IsPlacedName).
class PlacedFile {
 public:
  PlacedFile(const Home& home, absl::string_view file) : home_(home), file_(file) {}
  ~PlacedFile();
  PlacedFile(const PlacedFile&) = delete;
  PlacedFile& operator=(const PlacedFile&) = delete;

 private:
  const Home& home_;
  const std::string file_;
};

// A name in outbox/ that nobody can foresee, so that nothing can be planted in its place.
std::string NewRejectsName(absl::string_view dataset);

// Removes the rejects of every import of the dataset; how many there were.
size_t RemoveRejects(const Home& home, absl::string_view dataset);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_RAW_FILES_H_
