#include "clients/office/office.h"

#include <atomic>
#include <filesystem>
#include <memory>

#include "absl/time/clock.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/context.h"
#include "clients/office/daemon/daemon_for_test.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "governance/document/chains.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

// A practice node whose daemon is played; counts what is submitted to it.
class OfficeTest : public testing::Test {
 protected:
  void SetUp() override {
    NodeInit init;
    init.name = "lakes";
    init.contact = "data@example.org";
    init.practice = true;
    init.seats = 2;
    init.quorum = 2;
    ASSERT_TRUE(InitNodeDir(dir_, init, crypto::SystemRandom(), absl::Now()).ok());
    daemon_ = std::make_unique<PlayedDaemon>(dir_);
    daemon_->documents = [](auto&, auto&, v1::DocumentsReply& reply) {
      reply.set_commons_id(std::string(32, 'c'));
      return grpc::Status::OK;
    };
    daemon_->status = [](auto&, auto&, v1::StatusReply&) { return grpc::Status::OK; };
    Accept(0, v1::STALE);
  }
  // Refuses so many documents for that reason, then accepts.
  void Accept(int refused, v1::Reason reason) {
    daemon_->submit = [this, refused, reason](auto&, const v1::RuleFile& rules,
                                              v1::SubmitReport& reply) {
      v1::SubmitReport::Entry& entry = *reply.add_entries();
      if (submitted_++ < refused) entry.mutable_refusal()->set_reason(reason);
      last_ = rules.envelopes(0);
      return grpc::Status::OK;
    };
  }
  std::string Payload() const {
    v1::OwnerPolicy policy;
    policy.set_dataset("cases");
    v1::Header& header = *policy.mutable_header();
    header.set_commons_id(std::string(32, 'c'));
    header.set_issuer(ReadCard(CardPath(dir_))->org.ToBytes());
    header.set_chain(governance::PolicyChain("cases"));
    header.set_version(1);
    header.set_issued_at(1);
    return policy.SerializeAsString();
  }
  absl::StatusOr<DocId> Issue(const std::string& draft = "", const std::string& key = "") {
    auto office = Office::Open(dir_, "", draft, key);
    if (!office.ok()) return office.status();
    return office->IssueByBoard(governance::kinds::kOwnerPolicy, Payload());
  }

  const TempDir home_;
  const std::string dir_ = home_ / "node";
  std::unique_ptr<PlayedDaemon> daemon_;
  std::atomic<int> submitted_ = 0;
  v1::Envelope last_;
};

TEST_F(OfficeTest, EverySeatOfTheBoardSigns) {
  ASSERT_TRUE(Issue().ok());
  EXPECT_EQ(submitted_, 1);
  EXPECT_EQ(last_.payload(), Payload());
  EXPECT_EQ(last_.signatures_size(), 2);
}

TEST_F(OfficeTest, ADraftIsUnsignedAndStaysHere) {
  const std::string draft = home_ / "draft.rule";
  std::filesystem::remove_all(dir_ + "/keys");
  ASSERT_TRUE(Issue(draft).ok());
  const auto rules = ReadRuleFile(draft);
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(rules->envelopes(0).signatures_size(), 0);
  EXPECT_EQ(submitted_, 0);
  // What it changes can be read where it goes.
  const auto context = ReadContext(ContextBeside(draft));
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->commons()->view(), std::string(32, 'c'));
}

TEST_F(OfficeTest, OnlyTheKeyThatWasNamedSigns) {
  const std::string draft = home_ / "draft.rule", key = PeopleKeyPath(dir_, "board-2");
  ASSERT_TRUE(Issue(draft, key).ok());
  const auto rules = ReadRuleFile(draft);
  ASSERT_TRUE(rules.ok()) << rules.status();
  ASSERT_EQ(rules->envelopes(0).signatures_size(), 1);
  EXPECT_EQ(rules->envelopes(0).signatures(0).key(),
            crypto::ReadKey(key, "")->key.public_key().ToBytes());
  EXPECT_TRUE(std::filesystem::exists(key + ".signed"));
}

TEST_F(OfficeTest, OneKeyOfABoardOfTwoHandsNothingInAndSaysHow) {
  const absl::Status status = Issue("", PeopleKeyPath(dir_, "board-2")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("1 of 2 signed: missing the board-1 seat"));
  EXPECT_THAT(status.message(), HasSubstr("--out FILE"));
  EXPECT_EQ(submitted_, 0);
}

TEST_F(OfficeTest, AKeyThatDoesNotCountSignsNothing) {
  const std::string draft = home_ / "draft.rule";
  const absl::Status status = Issue(draft, PeopleKeyPath(dir_, "guardian-1")).status();
  EXPECT_THAT(status.message(), HasSubstr("'guardian-1' does not count"));
  EXPECT_FALSE(std::filesystem::exists(draft));
}

TEST_F(OfficeTest, ANodeThatHasJustStartedIsAskedAgain) {
  Accept(2, v1::STALE);
  EXPECT_TRUE(Issue().ok());
  EXPECT_EQ(submitted_, 3);
}

TEST_F(OfficeTest, ARefusalIsTheReasonInPlainWords) {
  Accept(1, v1::UNDER_SIGNED);
  const absl::Status status = Issue().status();
  EXPECT_EQ(governance::ReasonOf(status), v1::UNDER_SIGNED);
  EXPECT_EQ(status.message(), governance::PlainWords(v1::UNDER_SIGNED));
  EXPECT_EQ(submitted_, 1);
}

TEST_F(OfficeTest, ANodeOfNoCommonsIsToldToJoinFirst) {
  std::string commons;
  daemon_->status = [&](auto&, auto&, v1::StatusReply& reply) {
    reply.set_commons_id(commons);
    return grpc::Status::OK;
  };
  Accept(9, v1::WRONG_COMMONS);
  EXPECT_EQ(Issue().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Issue().status().message(), HasSubstr("commons node join"));
  commons = std::string(32, 'c');
  EXPECT_EQ(governance::ReasonOf(Issue().status()), v1::WRONG_COMMONS);
}

TEST_F(OfficeTest, AnImportsErrorNamesTheFileAsItWasGivenAndLeavesNoCopy) {
  const std::string csv = home_ / "cases.csv";
  ASSERT_TRUE(WriteFile(csv, "a\n1\n", 0600).ok());
  bool was_there = false;
  v1::Reason reason = v1::MALFORMED;
  daemon_->import = [&](auto&, const v1::ImportRequest& request, v1::ImportReply& reply) {
    was_there = std::filesystem::exists(dir_ + "/inbox/" + request.file());
    reply.mutable_refusal()->set_reason(reason);
    reply.mutable_refusal()->set_message("inbox/" + request.file() + ": no column a");
    return grpc::Status::OK;
  };
  auto client = LocalClient::Connect(dir_);
  ASSERT_TRUE(client.ok()) << client.status();
  const auto import = [&] { return ImportThroughInbox(**client, dir_, "cases", csv, {}).status(); };
  EXPECT_EQ(import(), absl::InvalidArgumentError(csv + ": no column a"));
  EXPECT_TRUE(was_there);
  EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/inbox"));
  reason = v1::UNKNOWN_DATASET;
  EXPECT_EQ(import().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(std::filesystem::exists(csv));
}

}  // namespace
}  // namespace commons::clients
