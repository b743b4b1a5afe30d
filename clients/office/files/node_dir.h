// The directory of one node: its configuration, machine keys, organisation card and, until they are
// moved elsewhere, the keys of its people.
//
//   node.toml                configuration of commonsd
//   card.rule                OrgRoot and NodeInfo: the organisation card, to hand to others
//   keys/{node,tls,witness}.key          machine keys, raw, 0600
//   keys/people/{board-1,guardian-1,steward-1,researcher-1}.key
//   keys/people/passphrase   only when init made one up: move it away from this machine
//   inbox/ outbox/           CSV files in, rejects out (0770)
#ifndef COMMONS_CLIENTS_OFFICE_FILES_NODE_DIR_H_
#define COMMONS_CLIENTS_OFFICE_FILES_NODE_DIR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "proto/documents.pb.h"

namespace commons::clients {

struct NodeInit {
  std::string name;
  std::string contact;
  std::string listen = "0.0.0.0:7400";
  std::vector<std::string> endpoints;  // default: listen
  uint32_t seats = 1;                  // board seats, and how many must sign
  uint32_t quorum = 1;
  bool practice = false;     // raw keys for people, marked practice
  std::string passphrase;    // for people's keys; "" makes one up (not when practice)
  int sync_interval_ms = 0;  // 0: the daemon's default
};

// Makes the directory (unless it is there) and everything in it. kInvalidArgument for addresses
// that the daemon would refuse; kAlreadyExists when any of it is there already; nothing is left
// behind on failure.
absl::Status InitNodeDir(const std::string& dir, const NodeInit& init, crypto::RandomSource& random,
                         absl::Time now);

// The address for peers, when it is the wildcard, which nobody can reach; else "".
std::string UnreachableAddress(const NodeInit& init);

std::string PeopleKeyPath(const std::string& dir, absl::string_view label);
std::string MachineKeyPath(const std::string& dir, absl::string_view label);
std::string CardPath(const std::string& dir);

// A person's key: from keys/people with the passphrase file beside it, or from the terminal when
// `passphrase_file` is "" and the key needs one.
absl::StatusOr<crypto::KeyFile> ReadPersonKey(const std::string& key_path,
                                              const std::string& passphrase_file);
// Every board seat's key that lies in the directory.
absl::StatusOr<std::vector<crypto::KeyFile>> ReadBoardKeys(const std::string& dir,
                                                           const std::string& passphrase_file);

// The OrgRoot envelope of the directory's card, its id and content.
struct Card {
  v1::Envelope envelope;
  v1::OrgRoot root;
  OrgId org;
};
absl::StatusOr<Card> ReadCard(const std::string& card_path);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_NODE_DIR_H_
