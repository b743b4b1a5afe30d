// The directory of one node: its configuration, machine keys and organisation card.
//
//   node.toml                configuration of commonsd
//   card.rule                OrgRoot and NodeInfo: the organisation card, to hand to others
//   keys/{node,tls,witness}.key          machine keys, raw, 0600
//   keys/people/...          only where no seat was named: board-1, guardian-1, steward-1 and
//                            researcher-1, and the passphrase when init made one up; for practice,
//                            or for one person who is the whole organisation
//   inbox/ outbox/           CSV files in, rejects out (0770)
#ifndef COMMONS_CLIENTS_OFFICE_FILES_NODE_DIR_H_
#define COMMONS_CLIENTS_OFFICE_FILES_NODE_DIR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/office/files/card_file.h"
#include "clients/office/files/people_keys.h"
#include "crypto/random.h"
#include "governance/document/threshold.h"
#include "proto/documents.pb.h"

namespace commons::clients {

struct NodeInit {
  std::string name;
  std::string contact;
  std::string listen = "0.0.0.0:7400";
  std::vector<std::string> endpoints;  // default: listen
  // People's own keys: who sits on the board, and by which threshold (governance/document/
  // threshold.h) it decides; "": by more than half of the seats. With seats no person's key is
  // made, and the card waits for their signatures.
  governance::LabelledKeys board;
  std::string threshold, recovery;
  std::vector<PublicKey> guardians, stewards;
  uint32_t seats = 1;  // without `board`: so many made here, and how many must sign
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

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_NODE_DIR_H_
