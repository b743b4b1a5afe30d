// The directory of a node: what `commons node init` made and the daemon adds.
//   node.toml  card.rule  keys/{node,tls,witness}.key    made by init
//   keys/{store,noise}.key  db/  local.sock              made by the daemon
//   inbox/ outbox/                                       0770: CSV in, rejected rows out
#ifndef COMMONS_NODE_HOME_H_
#define COMMONS_NODE_HOME_H_

#include <string>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "crypto/aead.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "proto/documents.pb.h"

namespace commons::node {

// Keys and card, checked against each other. Movable.
struct Home {
  std::string dir;
  v1::Envelope card;  // OrgRoot genesis, with its board's signatures
  v1::OrgRoot root;
  OrgId org;
  crypto::SigningKey node_key;
  crypto::SigningKey tls_key;
  crypto::AeadKey store_key;  // seals what is at rest
  std::string noise_secret;   // 32 bytes, never leaves

  std::string inbox() const { return dir + "/inbox"; }
  std::string outbox() const { return dir + "/outbox"; }
  std::string database() const { return dir + "/db"; }
};

// Makes inbox/, outbox/ and the daemon's own two keys if they are missing. Errors name the file and
// what to do: kNotFound, kPermissionDenied (keys readable by others), kInvalidArgument (the keys
// are not those on the card).
absl::StatusOr<Home> OpenHome(const std::string& dir, crypto::RandomSource& random);

}  // namespace commons::node

#endif  // COMMONS_NODE_HOME_H_
