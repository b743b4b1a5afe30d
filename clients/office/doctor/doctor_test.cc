#include "clients/office/doctor/doctor.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/time/clock.h"
#include "base/another_user_for_test.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/daemon/daemon_for_test.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

// A practice node without a daemon, and what the doctor says of it: "check: problem; remedy".
class Doctor : public testing::Test {
 protected:
  void SetUp() override {
    NodeInit init;
    init.name = "west-coast";
    init.contact = "data@example.org";
    init.practice = true;
    ASSERT_TRUE(InitNodeDir(dir_, init, crypto::SystemRandom(), absl::Now()).ok());
  }
  std::vector<std::string> Problems() const {
    std::vector<std::string> problems;
    for (const Finding& finding : Examine(dir_, absl::Now() + later_)) {
      if (finding.problem.empty() || finding.check == "daemon") continue;
      EXPECT_FALSE(finding.remedy.empty()) << finding.check;
      problems.push_back(finding.check + ": " + finding.problem + "; " + finding.remedy);
    }
    return problems;
  }

  absl::Duration later_ = absl::ZeroDuration();
  TempDir home_;
  const std::string dir_ = home_ / "node";
};

TEST_F(Doctor, FindsOnlyTheMissingDaemonInAFreshNode) {
  EXPECT_THAT(Problems(), testing::IsEmpty());
  const std::vector<Finding> findings = Examine(dir_, absl::Now());
  ASSERT_EQ(findings.back().check, "daemon");
  EXPECT_EQ(findings.back().remedy, "start commonsd --dir " + dir_ +
                                        "; whether it takes node.toml says: commonsd --dir " +
                                        dir_ + " --check-config");
}

// Seen to say nothing while the daemon's naming was not looked at.
TEST_F(Doctor, NamesAMemberWhoseLogHoldsWhatCountsForNothing) {
  PlayedDaemon daemon(dir_);
  uint64_t documents = 0;
  daemon.status = [&](auto&, auto&, v1::StatusReply& reply) {
    reply.set_caught_up(true);
    if (documents == 0) return grpc::Status::OK;
    reply.add_worthless()->set_member("kahu");
    reply.mutable_worthless(0)->set_documents(documents);
    return grpc::Status::OK;
  };
  EXPECT_THAT(Problems(), testing::IsEmpty());
  documents = 1;
  EXPECT_THAT(Problems(), testing::ElementsAre(testing::HasSubstr(
                              "log of kahu: holds 1 document that counts for nothing; ask")));
  documents = 300;
  EXPECT_THAT(Problems(), testing::ElementsAre(testing::HasSubstr(
                              "log of kahu: holds 300 documents that count for nothing; ask")));
}

TEST_F(Doctor, NamesAMemberWhoseLogHasTwoHistories) {
  PlayedDaemon daemon(dir_);
  daemon.status = [&](auto&, auto&, v1::StatusReply& reply) {
    reply.set_caught_up(true);
    reply.add_forked("rata");
    return grpc::Status::OK;
  };
  EXPECT_THAT(Problems(),
              testing::ElementsAre(testing::HasSubstr("log of rata: shows two histories")));
}

TEST_F(Doctor, WarnsOfACardThatEnds) {
  const absl::Time now = absl::Now();
  PlayedDaemon daemon(dir_);
  daemon.status = [&](auto&, auto&, v1::StatusReply& reply) {
    reply.set_caught_up(true);
    for (const int days : {-1, 89, 91}) {
      v1::StatusReply::Card& card = *reply.add_cards();
      card.set_member(absl::StrCat("member", days));
      card.set_version(2);
      card.set_expires_at(absl::ToUnixSeconds(now + absl::Hours(24 * days + 1)));
    }
    reply.add_cards()->set_member("for ever");
    return grpc::Status::OK;
  };
  EXPECT_THAT(Problems(),
              testing::ElementsAre(
                  testing::HasSubstr("card of member-1: has ended: nothing is answered or asked"),
                  testing::HasSubstr("card of member89: ends in 89 days; ask its people")));
}

TEST_F(Doctor, NamesRecoveriesAndTheirOwnersAsAProblem) {
  PlayedDaemon daemon(dir_);
  bool ours = false;
  daemon.status = [&](auto&, auto&, v1::StatusReply& reply) {
    reply.set_caught_up(true);
    auto& note = *reply.add_recoveries();
    note.set_what("recovery of kahu: takes power on 2026-02-02");
    note.set_remedy("one seat objects");
    note.set_ours(ours);
    return grpc::Status::OK;
  };
  EXPECT_THAT(Problems(), testing::IsEmpty());
  ours = true;
  EXPECT_THAT(Problems(), testing::ElementsAre(
                              "RECOVERY OF THIS ORGANISATION: recovery of kahu: takes power on "
                              "2026-02-02; one seat objects"));
}

TEST_F(Doctor, WarnsOfWhatItsBoardSignedBeforeItEnds) {
  PlayedDaemon daemon(dir_);
  daemon.status = [&](auto&, auto&, v1::StatusReply& reply) {
    reply.set_caught_up(true);
    reply.add_standing()->set_what("our rules for cases: ends on 2026-02-02, in 6 days");
    reply.mutable_standing(0)->set_remedy("commons doc new owner-policy");
    return grpc::Status::OK;
  };
  EXPECT_THAT(Problems(),
              testing::ElementsAre("what our board signed: our rules for cases: ends on "
                                   "2026-02-02, in 6 days; commons doc new owner-policy --dir " +
                                   dir_));
}

TEST(CardWords, SayVersionAndEnds) {
  v1::StatusReply::Card card;
  card.set_version(1);
  card.set_expires_at(1893456000);
  EXPECT_EQ(CardWords(card), "version 1, ends 2030-01-01");
  card.set_version(3);
  card.set_since(1772323200);
  EXPECT_EQ(CardWords(card), "version 3 since 2026-03-01, ends 2030-01-01");
  card.set_expires_at(0);
  EXPECT_EQ(CardWords(card), "version 3 since 2026-03-01");
  EXPECT_THAT(CardFinding(card, true, absl::Now()).problem, testing::IsEmpty());
  card.set_expires_at(1);
  EXPECT_THAT(CardFinding(card, true, absl::Now()).remedy, testing::HasSubstr("doc submit"));
}

TEST_F(Doctor, SaysWhatWaitsForOurWord) {
  PlayedDaemon daemon(dir_);
  bool ours = false;
  daemon.status = [&](auto&, auto&, v1::StatusReply& reply) {
    reply.set_caught_up(true);
    auto& note = *reply.add_votes();
    note.set_what("the proposal of kahu");
    note.set_remedy("say yes");
    note.set_ours(ours);
    return grpc::Status::OK;
  };
  EXPECT_THAT(Problems(), testing::IsEmpty()) << "others are waited for";
  ours = true;
  EXPECT_THAT(Problems(), testing::ElementsAre("votes: the proposal of kahu; say yes"));
}

TEST_F(Doctor, SeesFilesThatOthersMayUse) {
  for (const auto& [name, mode, remedy] :
       std::vector<std::tuple<std::string, int, std::string>>{{"/keys/node.key", 0640, "chmod 600"},
                                                              {"/keys", 0750, "chmod 700"},
                                                              {"/node.toml", 0602, "chmod o-w"},
                                                              {"/inbox", 0777, "chmod o-rwx"}}) {
    struct stat before;
    ASSERT_EQ(stat((dir_ + name).c_str(), &before), 0);
    ASSERT_EQ(chmod((dir_ + name).c_str(), mode), 0);
    EXPECT_THAT(Problems(), testing::ElementsAre(dir_ + name + ": others may use it; " + remedy +
                                                 " " + dir_ + name));
    ASSERT_EQ(chmod((dir_ + name).c_str(), before.st_mode & 07777), 0);
  }
}

TEST_F(Doctor, ComparesKeysWithTheCard) {
  std::filesystem::rename(dir_ + "/keys/tls.key", dir_ + "/keys/node.key");
  EXPECT_THAT(Problems(),
              testing::ElementsAre(testing::HasSubstr("node.key: is not the key on the"),
                                   testing::HasSubstr("tls.key: is missing")));
}

TEST_F(Doctor, SeesADamagedKeyAndCard) {
  ASSERT_TRUE(WriteFile(dir_ + "/keys/witness.key", "not a key\n", 0600).ok());
  EXPECT_THAT(Problems(), testing::ElementsAre(testing::HasSubstr("witness.key: ")));
  ASSERT_TRUE(WriteFile(CardPath(dir_), "sex,age\n", 0600).ok());
  EXPECT_THAT(Problems(), testing::ElementsAre(testing::HasSubstr("card.rule: ")));
}

TEST_F(Doctor, WarnsOfAPassphraseBesideItsKeys) {
  ASSERT_TRUE(WriteFile(dir_ + "/keys/people/passphrase", "x\n", 0600).ok());
  EXPECT_THAT(Problems(), testing::ElementsAre(testing::HasSubstr("lies beside them")));
}

// Hard links and copies alike: what counts is since when a file lies there, not when it was
// written.
TEST_F(Doctor, NamesRawRowsThatLieAroundForMoreThanADay) {
  const std::string outbox = dir_ + "/outbox/cases-0123456789abcdef.rejects.csv";
  ASSERT_TRUE(WriteFile(outbox, "_row\n", 0640).ok());
  for (const char* file : {"/inbox/b.csv", "/inbox/a.csv"}) {
    ASSERT_TRUE(WriteFile(dir_ + file, "sex\n", 0640).ok());
  }
  EXPECT_THAT(Problems(), testing::IsEmpty());
  later_ = absl::Hours(25);
  EXPECT_THAT(
      Problems(),
      testing::ElementsAre(
          dir_ + "/inbox/a.csv: holds raw rows for more than a day, and 1 other files there do; "
                 "remove it if nobody is about to import it",
          outbox + ": holds raw rows for more than a day; mend and import its rows, or remove it"));
}

TEST_F(Doctor, SaysOfASharedFolderThatItCannotBeUsed) {
  const std::string inbox = dir_ + "/inbox";
  ASSERT_EQ(chmod(inbox.c_str(), 0470), 0);
  EXPECT_THAT(Problems(),
              testing::ElementsAre(inbox + ": its owner may not use it; chmod u+rwx " + inbox));
  std::filesystem::remove(inbox);
  ASSERT_TRUE(WriteFile(inbox, "x", 0640).ok());
  EXPECT_THAT(Problems(), testing::ElementsAre(testing::HasSubstr("inbox: is no folder; ")));
}

// Seen to be told to start the daemon, which they may not even ask.
TEST_F(Doctor, TellsWhoMayNotAskTheDaemonThatItRuns) {
  PlayedDaemon daemon(dir_);
  ASSERT_EQ(chmod(home_.path().c_str(), 0755) + chmod(dir_.c_str(), 0755) +
                chmod((dir_ + "/local.sock").c_str(), 0400),
            0);
  Finding told;
  {
    const AnotherUser user;
    told = Examine(dir_, absl::Now()).back();
  }
  EXPECT_EQ(told.check, "daemon");
  EXPECT_EQ(told.problem, dir_ + "/local.sock: Permission denied; its owner and group may use it");
  EXPECT_EQ(told.remedy.find("start"), std::string::npos);
  EXPECT_EQ(Examine(dir_ + "-nope", absl::Now()).back().problem,
            "there is no directory " + dir_ + "-nope");
}

TEST_F(Doctor, NamesADatasetThatIsHeldAndClosed) {
  PlayedDaemon daemon(dir_);
  daemon.status = [](auto&, auto&, v1::StatusReply& reply) {
    reply.set_caught_up(true);
    return grpc::Status::OK;
  };
  bool open = true;
  std::string why;
  daemon.datasets = [&](auto&, auto&, v1::ListDatasetsReply& reply) {
    reply.add_datasets()->set_name("cases");
    reply.mutable_datasets(0)->set_epoch(3);
    reply.mutable_datasets(0)->set_queryable(open);
    if (!why.empty()) {
      reply.mutable_datasets(0)->mutable_closed()->set_what(why);
      reply.mutable_datasets(0)->mutable_closed()->set_remedy("commons dataset notice --dataset c");
    }
    return grpc::Status::OK;
  };
  EXPECT_THAT(Problems(), testing::IsEmpty());
  open = false;
  EXPECT_THAT(Problems(), testing::ElementsAre(testing::HasSubstr(
                              "dataset cases: is held and closed: no notice or rules in force")));
  why = "our rules for cases: ended on 2026-01-01";
  EXPECT_THAT(Problems(),
              testing::ElementsAre("dataset cases: is held and closed: " + why +
                                   "; commons dataset notice --dir " + dir_ + " --dataset c"));
}

TEST(AdviceFor, IsAboutWhatTheNodeWaitsFor) {
  v1::StatusReply status;
  status.set_waiting_for("this node belongs to no commons yet");
  EXPECT_THAT(AdviceFor(status), testing::HasSubstr("commons node join"));
  status.set_commons_id("c");
  status.set_waiting_for("waiting for 1 of: lakes");
  EXPECT_THAT(AdviceFor(status), testing::HasSubstr("commons peers"));
  status.set_waiting_for("this node's disk takes no writes; see its log");
  EXPECT_EQ(AdviceFor(status), "free space on its disk; it goes on by itself");
}

// A steward who is not the daemon's user is not told that keys are missing, and nobody is told to
// make a new node over one that is there.
TEST_F(Doctor, TellsWhatMayNotBeSeenFromWhatIsMissing) {
  for (const Finding& finding : Examine(home_ / "nowhere", absl::Now())) {
    EXPECT_EQ(finding.remedy.find("node init"), std::string::npos) << finding.check;
  }
  if (geteuid() == 0) {
    // Root may see everything: another user looks.
    std::filesystem::permissions(home_.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    ASSERT_EQ(seteuid(65534), 0);
  }
  std::vector<std::string> problems = Problems();
  if (getuid() == 0 && seteuid(0) != 0) std::abort();
  if (geteuid() != 0) GTEST_SKIP() << "the owner of a directory may see what is in it";
  EXPECT_THAT(problems, testing::Not(testing::Contains(testing::HasSubstr("is missing"))));
  EXPECT_THAT(problems, testing::Not(testing::Contains(testing::HasSubstr("backup"))));
  EXPECT_THAT(problems, testing::Contains(dir_ + "/keys: you may not look at it; that may "
                                                 "be well; to check it, run as the user of the "
                                                 "daemon"));
}

}  // namespace
}  // namespace commons::clients
