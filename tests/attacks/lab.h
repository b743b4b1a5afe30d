// A practice federation of three real daemons with a few made-up rows, taken down with the object.
#ifndef COMMONS_TESTS_ATTACKS_LAB_H_
#define COMMONS_TESTS_ATTACKS_LAB_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/temp_dir_for_test.h"
#include "clients/office/daemon/local_client.h"
#include "crypto/keys.h"
#include "proto/documents.pb.h"
#include "proto/local.pb.h"

namespace commons::attacks {

inline constexpr char kAttacker[] = "kahu";   // whose keys the tests use
inline constexpr char kBystander[] = "rata";  // who goes on asking questions
inline constexpr char kVictim[] = "tui";
inline const std::vector<std::string> kMembers = {kAttacker, kBystander, kVictim};
inline constexpr char kCount[] = "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex";
// In each row's identifier, hidden and skipped column, followed by the row's number.
inline const std::vector<std::string> kCanaries = {"ZQX7731", "Kanariahuna", "skippedcanary"};

// What a federation is made of.
struct LabPlan {
  std::vector<std::string> members;
  std::string package, policy;             // datapackage.json and policy.toml
  std::map<std::string, std::string> csv;  // by member
};

class Lab {
 public:
  // Both end the test program when it does not come up: nothing else could be tested.
  explicit Lab(v1::Release release);  // of kMembers, with the rows of ExpectStillRight
  explicit Lab(const LabPlan& plan);
  ~Lab();

  const std::vector<std::string>& members() const { return members_; }
  const std::string& root() const { return root_; }  // where the plan's files and the lab are

  std::string DirOf(const std::string& member) const { return root_ + "/lab/members/" + member; }
  std::string DataOf(const std::string& member) const { return root_ + "/data/" + member + ".csv"; }
  int PortOf(const std::string& member) const { return ports_.at(member); }
  int PidOf(const std::string& member) const;
  bool IsUp(const std::string& member) const;
  // keys/NAME.key of a member; "people/board-1" are its people's.
  crypto::SigningKey KeyOf(const std::string& member, const std::string& name) const;
  crypto::SigningKey Researcher() const;
  // `commons ARGS`; its output is shown when it fails.
  bool Commons(const std::string& args) const;
  bool StopMember(const std::string& member) const;
  bool StartMember(const std::string& member) const;

  // Over the local socket, as the member's own people ask. A call that fails is a refusal INTERNAL.
  v1::Answer Ask(const std::string& from, const std::string& sql) const;
  // The same in two steps; Run gives what Prepare was refused with, if it was.
  struct Prepared {
    std::unique_ptr<clients::LocalClient> client;
    v1::RunRequest run;
    v1::Answer refused;
  };
  Prepared Prepare(const std::string& from, const std::string& sql) const;
  Prepared Prepare(const std::string& from, const std::string& sql,
                   const crypto::SigningKey& researcher) const;
  v1::Answer Run(const Prepared& prepared) const;
  // Only of kMembers: the bystander's question to everybody: open, the exact counts; protected, an
  // answer.
  void ExpectStillRight() const;

 private:
  const TempDir home_;
  const std::string root_ = home_.path();
  const std::vector<std::string> members_;
  v1::Release release_ = v1::RELEASE_UNSPECIFIED;
  std::map<std::string, int> ports_;
  std::map<std::string, int> truth_;  // rows by sex over all members
};

// A suite with one federation; the release is the suite's.
template <v1::Release release>
class WithLab : public testing::Test {
 protected:
  static void SetUpTestSuite() { lab = new Lab(release); }
  static void TearDownTestSuite() {
    delete lab;
    lab = nullptr;
  }
  void TearDown() override { lab->ExpectStillRight(); }

  static inline Lab* lab = nullptr;
};

}  // namespace commons::attacks

#endif  // COMMONS_TESTS_ATTACKS_LAB_H_
