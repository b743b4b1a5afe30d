#include "node/services/audit_service.h"

#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "crypto/merkle/merkle.h"
#include "crypto/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/audit.pb.h"

namespace commons::node {
namespace {

using testing::ElementsAre;

class AuditServiceTest : public testing::Test {
 protected:
  void Add(int64_t at_ms, size_t bytes = 0) {
    v1::AuditEntry entry;
    entry.set_at_ms(at_ms);
    entry.mutable_question()->set_sql(std::string(bytes, 's'));
    ASSERT_TRUE(log_->Append(entry.SerializeAsString()).ok());
  }
  v1::AuditReply List(uint64_t before = 0, int64_t since_ms = 0) {
    v1::AuditRequest request;
    request.set_before(before);
    request.set_since_ms(since_ms);
    v1::AuditReply reply;
    EXPECT_TRUE(service_.List(nullptr, &request, &reply).ok());
    return reply;
  }
  std::vector<uint64_t> Indices(const v1::AuditReply& reply) {
    std::vector<uint64_t> indices;
    for (const auto& entry : reply.entries()) indices.push_back(entry.index());
    return indices;
  }

  TempDir dir_;
  std::unique_ptr<storage::Database> db_ = std::move(storage::Database::Open(dir_ / "db")).value();
  std::unique_ptr<storage::AuditLog> log_ = std::move(storage::AuditLog::Open(*db_)).value();
  const Home home_{dir_.path(),
                   v1::Envelope(),
                   v1::OrgRoot(),
                   OrgId(),
                   crypto::SigningKey::Generate(crypto::SystemRandom()),
                   crypto::SigningKey::Generate(crypto::SystemRandom()),
                   crypto::AeadKey::Generate(crypto::SystemRandom()),
                   ""};
  AuditService service_{&home_, log_.get()};
};

TEST_F(AuditServiceTest, ListsNewestFirstWithASignedCheckpoint) {
  for (int64_t at : {10, 20, 30}) Add(at);
  const v1::AuditReply reply = List();
  EXPECT_THAT(Indices(reply), ElementsAre(2, 1, 0));
  EXPECT_FALSE(reply.more());
  const auto checkpoint = crypto::OpenCheckpoint(reply.note(), home_.node_key.public_key());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "data-commons/" + OrgId().ToHex() + "/audit");
  EXPECT_EQ(checkpoint->size, 3u);
  EXPECT_EQ(checkpoint->root, log_->position().root);
  EXPECT_THAT(Indices(List(2)), ElementsAre(1, 0));
}

// A clock that was set back must hide nothing.
TEST_F(AuditServiceTest, SinceLooksAtEveryEntry) {
  for (int64_t at : {100, 200, 50, 300, 40}) Add(at);
  EXPECT_THAT(Indices(List(0, 100)), ElementsAre(3, 1, 0));
}

TEST_F(AuditServiceTest, LongLogsComeInPages) {
  const size_t large = storage::AuditLog::kEntryBytes - 100;
  for (int i = 0; i < 20; ++i) Add(i, large);
  std::vector<uint64_t> all;
  v1::AuditReply page = List();
  EXPECT_TRUE(page.more());
  while (true) {
    EXPECT_LT(page.ByteSizeLong(), limits::kLocalMessageBytes);
    for (const uint64_t index : Indices(page)) all.push_back(index);
    if (!page.more()) break;
    page = List(all.back());
  }
  ASSERT_EQ(all.size(), 20u);
  EXPECT_EQ(all.back(), 0u);
}

}  // namespace
}  // namespace commons::node
