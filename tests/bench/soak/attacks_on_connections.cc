// Strangers' and the member's own connections: silent, unfinished, flooding, too large.
#include <algorithm>
#include <list>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "crypto/dsse.h"
#include "tests/attacks/connections.h"
#include "tests/attacks/daemon_process.h"
#include "tests/attacks/intruder.h"
#include "tests/bench/soak/attacks.h"

namespace commons::soak {
namespace {

using attacks::Intruder;
using attacks::PeerMethod;
using node::RawPeer;
using node::RawSocket;

constexpr absl::Duration kLook = absl::Milliseconds(100);

void WaitOut(const Turn& turn) {
  while (!turn.over()) absl::SleepFor(kLook);
}

std::string Strangers(Turn& turn) {
  size_t connected = 0;
  std::list<std::list<RawSocket>> all;
  for (const std::string& member : kHonest) {
    const int port = turn.lab().PortOf(member);
    connected +=
        all.emplace_back(attacks::Knock(port, member == kFlooded ? 2000 : 200, true)).size();
  }
  for (const std::string& member : kHonest) {
    if (!turn.lab().IsUp(member)) turn.tally.Break(member + " does not answer its own people");
  }
  WaitOut(turn);
  return absl::StrCat(connected, " connections");
}

std::string IdleConnections(Turn& turn) {
  const crypto::SigningKey key = turn.lab().KeyOf(kHostile, "tls");
  std::list<RawPeer> idle;
  for (const std::string& member : kAskers) {
    for (size_t i = 0; i < limits::kPeerConnectionsEach; ++i) {
      idle.emplace_back(turn.lab().PortOf(member), key);
    }
  }
  const attacks::UnfinishedCalls calls(turn.lab().PortOf(kFlooded), key, 40);
  WaitOut(turn);
  return absl::StrCat(idle.size(), " silent connections, 40 calls");
}

Attack Flood(const std::string& name) {
  return {name, [name](Turn& turn) {
            const crypto::SigningKey key = turn.lab().KeyOf(kHostile, "tls");
            const int port = turn.lab().PortOf(kFlooded);
            int floods = 0, memory_mib = 0;
            do {
              turn.federation.StopAndStart(kFlooded);  // what was cut is forgotten with it
              if (!attacks::ComesIn(port, key, absl::Seconds(30))) {
                turn.tally.Break("a member is not let in again");
              }
              attacks::FloodUntilRefused(port, key, attacks::FrameFloodNamed(name).frames);
              ++floods;
              const int pid = turn.lab().PidOf(kFlooded);
              memory_mib = std::max(memory_mib, attacks::MemoryMib(pid, "VmHWM"));
              // A member that is started anew every second is not there for its askers.
              absl::SleepFor(std::min(absl::Seconds(5), turn.until - absl::Now()));
            } while (!turn.over());
            return absl::StrCat("cut off ", floods, " times, at most ", memory_mib, " MiB");
          }};
}

std::string TooLarge(Turn& turn) {
  turn.federation.StopAndStart(kFlooded);  // it refuses the member's key after the floods
  const std::string zeros(64 << 20, '\0');
  std::string empty;
  while (empty.size() < limits::kPeerMessageBytes - 4096) empty += std::string("\x12\x00", 2);
  std::map<std::string, int> outcomes;
  Intruder intruder(turn.lab());
  do {
    for (const std::string& member : kHonest) {
      const auto raw =
          intruder.Send(member, PeerMethod::kCompare, zeros, GRPC_COMPRESS_GZIP).status;
      ++outcomes[absl::StrCat("grpc ", raw.error_code())];
      v1::Envelope pages = intruder.HeaderOnly(PeerMethod::kPush, intruder.HeaderTo(member));
      pages.mutable_payload()->append(empty);
      const auto signature =
          crypto::SignDsse(intruder.node_key, attacks::KindOf(PeerMethod::kPush), pages.payload());
      pages.mutable_signatures(0)->set_signature(signature.signature);
      ++outcomes[intruder.Outcome(member, PeerMethod::kPush, pages)];
      absl::SleepFor(kLook);
    }
  } while (!turn.over());
  if (outcomes.count("ok") > 0 || outcomes.count("grpc 0") > 0) {
    turn.tally.Break("a message that is too large was taken");
  }
  return CountsAsText(outcomes);
}

}  // namespace

std::vector<Attack> AttacksOnConnections() {
  std::vector<Attack> all = {{"strangers' connections", Strangers},
                             {"idle connections and calls", IdleConnections}};
  for (const attacks::FrameFlood& flood : attacks::FrameFloods()) {
    all.push_back(Flood(flood.name));
  }
  all.push_back({"zeros and empty messages", TooLarge});
  return all;
}

}  // namespace commons::soak
