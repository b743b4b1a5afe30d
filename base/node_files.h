// Where the files of a node lie in its directory. Named here once, for the daemon that keeps them
// and the clients that make, check and read them; people's scripts and unit files lean on the
// names, so they do not change.
#ifndef COMMONS_BASE_NODE_FILES_H_
#define COMMONS_BASE_NODE_FILES_H_

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace commons::node_files {

// Names within the directory. Made by `commons node init`:
inline constexpr char kConfig[] = "node.toml";  // what the sysadmin decides
inline constexpr char kCard[] = "card.rule";    // the organisation card, to hand to others
inline constexpr char kKeys[] = "keys";         // 0700
inline constexpr char kPeople[] = "keys/people";
inline constexpr char kPassphrase[] = "keys/people/passphrase";  // only if init made one up
inline constexpr char kInbox[] = "inbox";                        // 0770: CSV in
inline constexpr char kOutbox[] = "outbox";                      // 0770: rejected rows out
// Made by the daemon:
inline constexpr char kDatabase[] = "db";
inline constexpr char kMark[] = "node.mark";     // format, and how much was held (0600)
inline constexpr char kSocket[] = "local.sock";  // 0660: its own people's clients

// Labels of machine keys: the first three made by init, the others by the daemon.
inline constexpr char kNodeKey[] = "node";
inline constexpr char kTlsKey[] = "tls";
inline constexpr char kWitnessKey[] = "witness";
inline constexpr char kStoreKey[] = "store";  // seals what is at rest
inline constexpr char kNoiseKey[] = "noise";

// One of the names above, or a file below it, in the directory of a node.
inline std::string Path(absl::string_view dir, absl::string_view name) {
  return absl::StrCat(dir, "/", name);
}
inline std::string Path(absl::string_view dir, absl::string_view name, absl::string_view file) {
  return absl::StrCat(dir, "/", name, "/", file);
}
inline std::string MachineKey(absl::string_view dir, absl::string_view label) {
  return absl::StrCat(dir, "/", kKeys, "/", label, ".key");
}
// The name in inbox/ under which a client places a copy for one import: `unique` makes it one that
// nobody can foresee. The daemon removes files of such names; others there are people's own.
inline constexpr char kPlaced[] = "import-";
inline constexpr size_t kUniqueBytes = 8;  // drawn at random, in hexadecimal
inline bool IsUnique(absl::string_view text) {
  return text.size() == 2 * kUniqueBytes &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}
inline std::string PlacedName(absl::string_view unique) {
  return absl::StrCat(kPlaced, unique, ".csv");
}
inline bool IsPlacedName(absl::string_view file) {
  return absl::ConsumePrefix(&file, kPlaced) && absl::ConsumeSuffix(&file, ".csv") &&
         IsUnique(file);
}
// The name in outbox/ of the rows of a dataset that one import rejected.
inline constexpr char kRejects[] = ".rejects.csv";
inline std::string RejectsName(absl::string_view dataset, absl::string_view unique) {
  return absl::StrCat(dataset, "-", unique, kRejects);
}
// label: "board-1", "steward-1", ...
inline std::string PersonKey(absl::string_view dir, absl::string_view label) {
  return absl::StrCat(dir, "/", kPeople, "/", label, ".key");
}

}  // namespace commons::node_files

#endif  // COMMONS_BASE_NODE_FILES_H_
