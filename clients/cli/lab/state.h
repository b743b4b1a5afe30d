// What a practice federation's directory remembers: D/lab.json, and D/members/NAME per node.
#ifndef COMMONS_CLIENTS_CLI_LAB_STATE_H_
#define COMMONS_CLIENTS_CLI_LAB_STATE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"

namespace commons::clients::lab {

struct Member {
  std::string name;
  int port = 0;
};

struct State {
  std::string dir;                        // absolute
  std::string dataset, project, purpose;  // used unless named
  std::vector<Member> members;            // by name
  bool finished = false;                  // `lab up` came to its end

  std::string MemberDir(const std::string& name) const { return dir + "/members/" + name; }
  std::string ResearcherKey() const { return dir + "/researcher.key"; }
  // By its name in any Unicode form. kInvalidArgument naming the nearest member.
  absl::StatusOr<Member> Find(const std::string& name) const;
};

bool HoldsLab(const std::string& dir);
absl::StatusOr<State> Load(const std::string& dir);  // kInvalidArgument: D holds no lab
// Also kInvalidArgument for what an interrupted `lab up` left: it can only be taken down.
absl::StatusOr<State> LoadFinished(const std::string& dir);
// The members whose folders lie there, whatever lab.json says: enough to stop them.
State Remains(const std::string& dir);
absl::Status Save(const State& state);

// `count` ports of 20000-32767 on 127.0.0.1 that nothing listens on now.
absl::StatusOr<std::vector<int>> FreePorts(size_t count);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_STATE_H_
