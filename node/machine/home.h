// What a daemon needs of its node's directory (base/node_files.h) before it starts.
#ifndef COMMONS_NODE_MACHINE_HOME_H_
#define COMMONS_NODE_MACHINE_HOME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "base/node_files.h"
#include "crypto/aead.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "proto/documents.pb.h"

namespace commons::node {

// Keys and card, checked against each other. Movable.
struct Home {
  std::string dir;
  v1::Envelope card;  // OrgRoot genesis, with its board's signatures
  v1::OrgRoot root;   // of it; the one in force is the register's
  OrgId org;
  crypto::SigningKey node_key;
  crypto::SigningKey tls_key;
  crypto::AeadKey store_key;  // seals what is at rest
  std::string noise_secret;   // 32 bytes, never leaves
  // Public halves of the daemon's own two keys: by them another can be told from the right one.
  PublicKey store_public = {};
  PublicKey noise_public = {};

  std::string inbox() const { return node_files::Path(dir, node_files::kInbox); }
  std::string outbox() const { return node_files::Path(dir, node_files::kOutbox); }
  std::string database() const { return node_files::Path(dir, node_files::kDatabase); }
};

// What goes with a key that only the daemon uses (node_files::kStoreKey, kNoiseKey), to be said
// before "put it back from a backup".
absl::string_view MeaningOfKey(absl::string_view label);

// Makes inbox/, outbox/ and, at the first start, the daemon's own two keys. Errors name the file
// and what to do: kNotFound, kPermissionDenied (keys readable by others), kInvalidArgument (the
// keys are not those on the card), kFailedPrecondition (one of its own two is missing over data).
absl::StatusOr<Home> OpenHome(const std::string& dir, crypto::RandomSource& random);

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_HOME_H_
