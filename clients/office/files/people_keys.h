// Keys of people: everybody makes their own, keeps it, and signs with it alone.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_PEOPLE_KEYS_H_
#define COMMONS_CLIENTS_OFFICE_FILES_PEOPLE_KEYS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/keyfile.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// A new key file, 0600, labelled by its name without the ending. kAlreadyExists: never over
// another.
struct KeyRequest {
  std::string path;
  std::string passphrase;  // "": the key lies there open
  std::string seed;        // 32 bytes, for tests; "": drawn at random
};
absl::StatusOr<PublicKey> MakePersonKey(const KeyRequest& request);

// The key under another passphrase; the file is the old one or the new one, whenever the machine
// stops. kFailedPrecondition for a practice key, which has none.
absl::Status ChangePassphrase(const std::string& path, const crypto::KeyFile& key,
                              const std::string& passphrase);

// A person's key: from keys/people with the passphrase file beside it, or from the terminal when
// `passphrase_file` is "" and the key needs one.
absl::StatusOr<crypto::KeyFile> ReadPersonKey(const std::string& key_path,
                                              const std::string& passphrase_file);

// The board's keys that a command may sign with though none was named: all that lie in the node's
// directory for practice, else the only one. kFailedPrecondition when there are several, kNotFound
// when there is none; both say what to do.
absl::StatusOr<std::vector<crypto::KeyFile>> ReadBoardKeys(const std::string& dir,
                                                           const v1::OrgRoot& card,
                                                           const std::string& passphrase_file);
// By the card that lies there.
absl::StatusOr<std::vector<crypto::KeyFile>> ReadBoardKeys(const std::string& dir,
                                                           const std::string& passphrase_file);
// Whether ReadBoardKeys would find some that it may use.
bool BoardKeysAtHand(const std::string& dir, const v1::OrgRoot& card);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_PEOPLE_KEYS_H_
