// What the fold of all logs makes, and the register answers from. Plain data without a clock.
#ifndef COMMONS_GOVERNANCE_REGISTER_STATE_H_
#define COMMONS_GOVERNANCE_REGISTER_STATE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/ballots.h"
#include "governance/register/chain.h"
#include "governance/register/reign.h"
#include "governance/register/stops.h"
#include "proto/documents.pb.h"
#include "proto/reason.pb.h"

namespace commons::governance {

struct Organisation {
  OrgId id;
  std::string name;
  v1::OrgRoot root;  // the card that has power
  DocId root_id;
  PublicKey node_key, tls_key;
  bool practice = false;
  bool suspended = false;
  bool left = false;                 // said so; a member until a version lists its departure
  bool forked = false;               // its log has two histories
  uint64_t admitted_version = 0;     // of the commons chain; 1 for founders
  absl::Time admitted_at;            // when this node saw that version certified
  std::optional<v1::NodeInfo> info;  // signed by its node key

  // An expired card opens nothing; it still authorises the one that takes its place.
  bool CardExpiredAt(absl::Time now) const {
    const int64_t end = root.header().expires_at();
    return end != 0 && absl::FromUnixSeconds(end) <= now;
  }
  // Asks and answers.
  bool active() const { return !suspended && !left; }
};

// Of an organisation whose departure a version of the commons chain lists, also once it is back.
struct Former {
  Organisation last;        // as it was then
  uint64_t departures = 0;  // so many of its leaves are over
};

struct StandardInForce {
  Hash32 id;
  v1::Standard standard;
  DocId resolution;
};

struct ProjectInForce {
  DocId id;
  OrgId issuer;
  std::shared_ptr<const v1::Project> project;  // never nullptr
  absl::Time matured_at;
  int64_t expires_at;
};

// The newest version of a chain that counts; version 0: none does.
struct ChainTip {
  uint64_t version = 0;
  DocId id;
};

// A document that does not count, and why.
struct Problem {
  DocId id;
  OrgId log;
  v1::Reason reason;
  std::string message;
  // It waits for the members' yes, or lost: no fault of the log that it lies in.
  bool proposal = false;
};

// How many versions of an owner's rules for a dataset may wait. Beyond them none is in force until
// one of the newest has matured: stricter than the meet of all, and what a version costs does not
// grow with those before it.
inline constexpr size_t kWaitingMax = 64;

// The newest of the versions that count: those that may wait, and one before them.
struct OwnerPolicyChain : Chain<v1::OwnerPolicy> {
  int64_t forgotten_cooling_off_seconds = 0;  // the longest of the versions before
};

// What the commons says about every organisation's chains, known from the charter's bytes alone.
struct Ground {
  std::optional<CommonsId> commons;
  absl::Duration cooling_off;
  bool practice = false;
};

// Those of a log that count, in its order. Equal hashes are equal documents.
struct CountedDocuments {
  void Add(const DocId& document);

  uint64_t size = 0;
  Hash32 hash;
};

// Everything that one organisation says in its own log.
struct OrgState {
  std::map<std::string, ChainTip> tips;  // by chain
  CountedDocuments counted;
  // Those that count, at least the first. What stands in the log between two is its board's of the
  // former (docs/decisions/0020). One that was seen once the log had two histories never matures.
  Chain<v1::OrgRoot> cards;
  Reign reign;                                   // at the end of the log
  absl::Time board_from = absl::InfinitePast();  // when its board has power; never: the future
  uint64_t era = 0;                              // recoveries that have taken power
  std::map<BallotId, Statement> statements;
  std::set<DocId> withdrawn;  // proposals, its own or not
  uint64_t leaves = 0;
  std::set<std::string> doubtful;  // chains whose last word of the board needs a revoked key
  std::map<std::string, OwnerPolicyChain> policies;  // by dataset
  std::map<std::string, Chain<v1::Manifest>> manifests;
  // The last one of each dataset that the board signed.
  std::map<std::string, std::shared_ptr<const google::protobuf::Message>> board_manifests;
  std::map<PublicKey, Chain<v1::Accreditation>> accreditations;
  std::map<std::string, Chain<v1::Project>> projects;     // by name
  std::map<DocId, Chain<v1::ProjectApproval>> approvals;  // by project
  std::vector<std::shared_ptr<const Problem>> problems;
  uint64_t steps = 0;
  absl::Time forked_at = absl::InfiniteFuture();

  // From when what its board says makes no certificate complete.
  absl::Time DoubtedFrom() const {
    return board_from == absl::InfiniteFuture() ? absl::InfinitePast() : forked_at;
  }
};

// What charter and resolutions make.
struct CommonsState {
  bool founded = false;
  std::vector<DocId> certified;  // Charter, then Resolutions: index + 1 is the version
  std::map<OrgId, Organisation> members;
  std::map<OrgId, Former> former;
  Ballots ballots;  // on the version after the last that is certified
  std::vector<DoubleVote> double_votes;
  std::map<std::string, std::shared_ptr<const StandardInForce>> standards;  // by dataset
  // Every one that was ever certified, by the resolution and its id.
  std::map<std::pair<DocId, Hash32>, std::shared_ptr<const StandardInForce>> definitions;
  Chain<v1::CommonsPolicy> policies;
  std::vector<std::shared_ptr<const Problem>> problems;
  uint64_t steps = 0;
};

// Parts that a fold did not change are those of the fold before.
struct State {
  CommonsId commons;
  v1::Charter charter;
  std::shared_ptr<const CommonsState> common;             // never nullptr
  std::map<OrgId, Organisation> members;                  // common->members, with what they say
  std::map<OrgId, std::shared_ptr<const OrgState>> orgs;  // of members
  std::map<OrgId, std::shared_ptr<const Stops>> stops;    // of all whose cards are held
  std::vector<std::shared_ptr<const Problem>> problems;   // all
  uint64_t steps = 0;  // documents, versions and proposals that the fold looked at
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_STATE_H_
