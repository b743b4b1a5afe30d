#include "clients/office/local_client.h"

#include <vector>

#include "absl/time/clock.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/daemon_for_test.h"
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

TEST(LocalClient, ReadsEveryPageAndKeepsEachDocumentOnce) {
  const TempDir dir;
  PlayedDaemon daemon(dir.path());
  // The second page begins with what the first one ended with.
  const std::vector<std::vector<std::string>> pages = {{"a", "b"}, {"b", "c"}, {}};
  std::vector<uint64_t> asked_from;
  daemon.documents = [&](auto&, const v1::DocumentsRequest& request, v1::RuleFile& reply) {
    EXPECT_EQ(request.payload_type(), "charter");
    for (const std::string& payload : pages.at(asked_from.size())) {
      reply.add_envelopes()->set_payload(payload);
    }
    asked_from.push_back(request.from());
    return grpc::Status::OK;
  };
  const auto client = LocalClient::Connect(dir.path());
  ASSERT_TRUE(client.ok()) << client.status();
  const auto all = (*client)->Documents("charter");
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

}  // namespace
}  // namespace commons::clients
