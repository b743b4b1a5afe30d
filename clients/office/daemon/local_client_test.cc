#include "clients/office/daemon/local_client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/local_socket.h"
#include "base/node_files.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/daemon/daemon_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LocalClient, SaysHowToStartADaemonThatDoesNotRun) {
  const TempDir dir;
  const absl::Status status = LocalClient::Connect(dir.path()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(status.message(), HasSubstr("commonsd --dir " + dir.path()));
}

// Starting a daemon there would only fail once more.
TEST(LocalClient, SendsNobodyToStartADaemonWhereNoneCanRun) {
  const TempDir dir;
  const absl::Status none = LocalClient::Connect(dir / "nope").status();
  EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(none.message(), dir /
                                "nope: No such file or directory; name the node's directory with "
                                "--dir");
}

TEST(LocalClient, ReadsEveryPageAndKeepsEachDocumentOnce) {
  const TempDir dir;
  PlayedDaemon daemon(dir.path());
  // The second page begins with what the first one ended with.
  const std::vector<std::vector<std::string>> pages = {{"a", "b"}, {"b", "c"}, {}};
  std::vector<uint64_t> asked_from;
  daemon.documents = [&](auto&, const v1::DocumentsRequest& request, v1::DocumentsReply& reply) {
    for (const std::string& payload : pages.at(asked_from.size())) {
      reply.add_envelopes()->set_payload(payload);
      reply.add_places();
    }
    asked_from.push_back(request.from());
    return grpc::Status::OK;
  };
  const auto client = LocalClient::Connect(dir.path());
  ASSERT_TRUE(client.ok()) << client.status();
  const auto all = (*client)->Documents();
  ASSERT_TRUE(all.ok()) << all.status();
  std::vector<std::string> payloads;
  for (const v1::Envelope& envelope : all->envelopes()) payloads.push_back(envelope.payload());
  EXPECT_THAT(payloads, ElementsAre("a", "b", "c"));
  EXPECT_THAT(asked_from, ElementsAre(0, 2, 4));
}

TEST(LocalClient, TellsADaemonsWordsAndItsSilenceApart) {
  const TempDir dir;
  PlayedDaemon daemon(dir.path());
  const auto client = LocalClient::Connect(dir.path());
  ASSERT_TRUE(client.ok()) << client.status();

  daemon.status = [](auto&, auto&, auto&) {
    return grpc::Status(grpc::StatusCode::NOT_FOUND, "nothing of that name");
  };
  EXPECT_EQ((*client)->Status(absl::Seconds(30)).status(),
            absl::NotFoundError("nothing of that name"));

  daemon.status = [](grpc::ServerContext& context, auto&, auto&) {
    while (!context.IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
    return grpc::Status::OK;
  };
  const absl::Status silent = (*client)->Status(absl::Milliseconds(50)).status();
  EXPECT_EQ(silent.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(silent.message(), HasSubstr("look at its log"));
}

// A door that is full: each is told so and closed. Without IsFull people read that the daemon
// ended.
class FullDoor {
 public:
  explicit FullDoor(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(fd_, 64), 0);
    turns_away_ = std::thread([this] {
      for (int client; (client = accept(fd_, nullptr, nullptr)) >= 0; close(client)) {
        send(client, told.data(), told.size(), MSG_NOSIGNAL);
      }
    });
  }
  ~FullDoor() {
    shutdown(fd_, SHUT_RDWR);
    turns_away_.join();
    close(fd_);
  }

  const absl::string_view told = kSocketFull;

 private:
  const int fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::thread turns_away_;
};

TEST(LocalClient, SaysThatTheNodeIsBusyWithOthers) {
  const TempDir dir;
  const FullDoor door(dir / node_files::kSocket);
  const auto client = LocalClient::Connect(dir.path());
  ASSERT_TRUE(client.ok()) << client.status();
  const absl::Status busy = (*client)->Status(absl::Seconds(30)).status();
  EXPECT_EQ(busy.code(), absl::StatusCode::kResourceExhausted) << busy;
  EXPECT_THAT(busy.message(), HasSubstr("this node is busy with other local clients (128 at once); "
                                        "try again when some have ended"));
}

// Its states are in fields that this command does not read: nothing would be shown for them.
TEST(LocalClient, TakesNoAnswerOfADaemonOfAnotherVersion) {
  const TempDir dir;
  PlayedDaemon daemon(dir.path());
  const auto client = LocalClient::Connect(dir.path());
  ASSERT_TRUE(client.ok()) << client.status();
  v1::Answer answer;
  answer.add_members()->set_status(v1::MemberState::ANSWERED);
  v1::CellValue& value = *answer.add_cells()->add_values();
  value.set_status(v1::CellValue::SUPPRESSED);
  daemon.run = [&](auto&, auto&, v1::Answer& reply) {
    reply = answer;
    return grpc::Status::OK;
  };
  const auto run = [&] { return (*client)->Run({}, absl::Seconds(30)).status(); };
  EXPECT_TRUE(run().ok()) << run();
  value.clear_status();
  EXPECT_THAT(run().message(), HasSubstr("another version than this command; restart it"));
  value.set_status(v1::CellValue::RELEASED);
  answer.mutable_members(0)->clear_status();
  EXPECT_THAT(run().message(), HasSubstr("another version than this command; restart it"));

  v1::ExplainReply explained;
  explained.add_members()->set_status(v1::ExplainReply::Member::WOULD_ANSWER);
  daemon.explain = [&](auto&, auto&, v1::ExplainReply& reply) {
    reply = explained;
    return grpc::Status::OK;
  };
  EXPECT_TRUE((*client)->Explain({}).ok());
  explained.mutable_members(0)->clear_status();
  EXPECT_EQ((*client)->Explain({}).status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace commons::clients
