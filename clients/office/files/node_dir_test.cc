#include "clients/office/files/node_dir.h"

#include <filesystem>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/mode_for_test.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/open_document.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

NodeInit Practice(const std::string& name = "west-coast") {
  NodeInit init;
  init.name = name;
  init.contact = "data@example.org";
  init.listen = "127.0.0.1:7400";
  init.practice = true;
  init.seats = 3;
  init.quorum = 2;
  return init;
}

absl::Status Init(const std::string& dir, const NodeInit& init) {
  return InitNodeDir(dir, init, crypto::SystemRandom(), absl::Now());
}

TEST(InitNodeDir, MakesACardItsBoardSignedAndKeysThatFitIt) {
  const TempDir home;
  const std::string dir = home / "node";
  const absl::Status made = Init(dir, Practice());
  ASSERT_TRUE(made.ok()) << made;

  const auto card = ReadCard(CardPath(dir));
  ASSERT_TRUE(card.ok()) << card.status();
  EXPECT_EQ(card->root.name(), "west-coast");
  EXPECT_TRUE(card->root.practice());
  for (const auto& [label, on_card] : {std::pair("node", card->root.node().node_key()),
                                       std::pair("tls", card->root.node().tls_key()),
                                       std::pair("witness", card->root.node().witness_key())}) {
    const auto key = crypto::ReadKey(MachineKeyPath(dir, label), "");
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->key.public_key().ToBytes(), on_card) << label;
    EXPECT_TRUE(key->practice);
  }
  const auto board = ReadBoardKeys(dir, card->root, "");
  ASSERT_TRUE(board.ok()) << board.status();
  EXPECT_EQ(board->size(), 3u);
  const auto document = governance::OpenDocument(card->envelope);
  ASSERT_TRUE(document.ok()) << document.status();
  for (const crypto::KeyFile& seat : *board) {
    EXPECT_EQ(document->signers.count(seat.key.public_key()), 1u) << seat.label;
  }
  const auto rules = ReadRuleFile(CardPath(dir));
  const auto info =
      governance::OpenDocument(*OnlyEnvelope(*rules, governance::kinds::kNodeInfo, CardPath(dir)));
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_THAT(info->As<v1::NodeInfo>().endpoints(), testing::ElementsAre("127.0.0.1:7400"));
}

TEST(InitNodeDir, KeysAreForTheirUserAlone) {
  const TempDir home;
  ASSERT_TRUE(Init(home / "node", Practice()).ok());
  for (const auto& [name, mode] :
       std::vector<std::pair<std::string, mode_t>>{{"", 0750},
                                                   {"/keys", 0700},
                                                   {"/keys/people", 0700},
                                                   {"/inbox", 0770},
                                                   {"/outbox", 0770},
                                                   {"/node.toml", 0600},
                                                   {"/keys/node.key", 0600},
                                                   {"/keys/tls.key", 0600},
                                                   {"/keys/witness.key", 0600},
                                                   {"/keys/people/board-1.key", 0600},
                                                   {"/keys/people/guardian-1.key", 0600},
                                                   {"/keys/people/steward-1.key", 0600},
                                                   {"/keys/people/researcher-1.key", 0600}}) {
    EXPECT_EQ(ModeOf(home / "node" + name), mode) << name;
  }
}

TEST(InitNodeDir, PeoplesKeysAreProtectedUnlessPractice) {
  const TempDir home;
  NodeInit init = Practice();
  init.practice = false;
  init.seats = init.quorum = 1;
  ASSERT_TRUE(Init(home / "node", init).ok());
  EXPECT_EQ(ModeOf(home / "node/keys/people/passphrase"), 0600u);
  const std::string board = PeopleKeyPath(home / "node", "board-1");
  EXPECT_TRUE(crypto::NeedsPassphrase(board).value_or(false));
  EXPECT_FALSE(crypto::NeedsPassphrase(MachineKeyPath(home / "node", "node")).value_or(true));
  EXPECT_TRUE(ReadPersonKey(board, "").ok());  // with the passphrase that lies beside it
  ASSERT_TRUE(WriteFile(home / "wrong", "not it\n", 0600).ok());
  EXPECT_EQ(ReadPersonKey(board, home / "wrong").status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST(InitNodeDir, ASecondInitChangesNothing) {
  const TempDir home;
  ASSERT_TRUE(Init(home / "node", Practice()).ok());
  const auto card = ReadFile(CardPath(home / "node"), 1 << 20);
  EXPECT_EQ(Init(home / "node", Practice("other")).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadFile(CardPath(home / "node"), 1 << 20).value_or(""), *card);
  EXPECT_EQ(ReadCard(CardPath(home / "node"))->root.name(), "west-coast");
}

// As an init that was killed leaves it; a node without its card is told from that.
TEST(InitNodeDir, AHalfMadeOneSaysWhatToRemove) {
  TempDir home;
  const std::string dir = home / "node";
  ASSERT_TRUE(Init(dir, Practice()).ok());
  std::filesystem::remove(CardPath(dir));
  std::filesystem::remove(dir + "/node.toml");
  const absl::Status again = Init(dir, Practice());
  EXPECT_EQ(again.message(),
            absl::StrCat("an init that did not finish left ", dir, "/keys, ", dir, "/inbox, ", dir,
                         "/outbox in ", dir, "; remove that and try again"));
  std::filesystem::create_directory(dir + "/db");
  const absl::Status over = Init(dir, Practice());
  EXPECT_EQ(over.message(), absl::StrCat(dir,
                                         "/keys: is there already; choose another directory "
                                         "than that of a node"));
}

TEST(InitNodeDir, LeavesNothingBehindOnFailure) {
  const TempDir home;
  NodeInit crowded = Practice();
  crowded.seats = 1000;  // more than a card may have, found after their keys were made
  EXPECT_FALSE(Init(home / "node", crowded).ok());
  EXPECT_FALSE(std::filesystem::exists(home / "node"));
  // What was there before stays.
  ASSERT_TRUE(WriteFile(home / "notes", "mine", 0600).ok());
  EXPECT_FALSE(Init(home.path(), crowded).ok());
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(home.path())) {
    left.push_back(entry.path().filename());
  }
  EXPECT_THAT(left, testing::ElementsAre("notes"));
}

TEST(InitNodeDir, AddressesThatTheDaemonWouldRefuseAreRefused) {
  const TempDir home;
  for (const char* listen : {"7513", "", "host:", ":7513", "0.0.0.0:70000", "127.0.0.1:0"}) {
    NodeInit init = Practice();
    init.listen = listen;
    const absl::Status status = Init(home / "node", init);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << listen;
    EXPECT_THAT(status.message(), HasSubstr("--listen")) << listen;
  }
  NodeInit init = Practice();
  init.endpoints = {"node.example.nz"};
  EXPECT_THAT(Init(home / "node", init).message(), HasSubstr("--endpoint"));
  EXPECT_FALSE(std::filesystem::exists(home / "node"));
}

TEST(InitNodeDir, ANameThatIsNoFoldersIsAWrongOption) {
  const TempDir home;
  for (const char* name : {"a/b", "", ".a", "-a", "a\nb"}) {
    const absl::Status status = Init(home / "node", Practice(name));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(status.message(), HasSubstr("--name"));
  }
  EXPECT_FALSE(std::filesystem::exists(home / "node"));
}

TEST(UnreachableAddress, IsTheWildcardOnTheCard) {
  EXPECT_EQ(UnreachableAddress(NodeInit()), "0.0.0.0:7400");
  NodeInit init;
  init.listen = "[::]:7400";
  EXPECT_EQ(UnreachableAddress(init), "[::]:7400");
  init.endpoints = {"node.example.nz:7400"};
  EXPECT_EQ(UnreachableAddress(init), "");
  EXPECT_EQ(UnreachableAddress(Practice()), "");
}

TEST(InitNodeDir, ABoardThatCanNotSignIsRefused) {
  const TempDir home;
  for (const auto& [seats, quorum] : {std::pair(0u, 0u), std::pair(3u, 0u), std::pair(3u, 4u)}) {
    NodeInit init = Practice();
    init.seats = seats;
    init.quorum = quorum;
    EXPECT_EQ(Init(home / "node", init).code(), absl::StatusCode::kInvalidArgument) << quorum;
  }
}

// Three seats of which two decide; nothing of theirs is made here.
NodeInit WithSeats() {
  NodeInit init = Practice();
  init.practice = false;
  init.seats = init.quorum = 1;
  for (const char* label : {"chair", "treasurer", "kaumatua"}) {
    init.board.emplace_back(label,
                            crypto::SigningKey::Generate(crypto::SystemRandom()).public_key());
  }
  return init;
}

TEST(InitNodeDir, NamedSeatsGetACardToSignAndNoKeyIsMadeForThem) {
  const TempDir home;
  const std::string dir = home / "node";
  const absl::Status made = Init(dir, WithSeats());
  ASSERT_TRUE(made.ok()) << made;
  EXPECT_FALSE(std::filesystem::exists(dir + "/keys/people"));
  const auto card = ReadCard(CardPath(dir));
  ASSERT_TRUE(card.ok()) << card.status();
  EXPECT_EQ(card->envelope.signatures_size(), 0);
  EXPECT_EQ(card->root.board().k(), 2u);  // more than half
  EXPECT_THAT(*CardWaitsFor(CardPath(dir)), HasSubstr("0 of 2 signed: missing any 2 of"));
}

TEST(InitNodeDir, WhatGoesWithSeatsIsRefusedWithoutThem) {
  const TempDir home;
  const PublicKey key = WithSeats().board[0].second;
  for (const auto& change : std::vector<std::function<void(NodeInit&)>>{
           [](NodeInit& i) { i.threshold = "1"; }, [](NodeInit& i) { i.recovery = "1"; },
           [&](NodeInit& i) { i.guardians = {key}; }, [&](NodeInit& i) { i.stewards = {key}; }}) {
    NodeInit init = Practice();
    change(init);
    EXPECT_THAT(Init(home / "node", init).message(), HasSubstr("--seat"));
  }
  NodeInit several = Practice();
  several.practice = false;
  EXPECT_THAT(Init(home / "node", several).message(), HasSubstr("commons keygen"));
  EXPECT_FALSE(std::filesystem::exists(home / "node"));
}

TEST(TakeSignedCard, GathersSignaturesOfThisCardAlone) {
  const TempDir home;
  NodeInit init = WithSeats();
  const auto chair = crypto::SigningKey::Generate(crypto::SystemRandom());
  const auto kaumatua = crypto::SigningKey::Generate(crypto::SystemRandom());
  init.board[0].second = chair.public_key();
  init.board[2].second = kaumatua.public_key();
  ASSERT_TRUE(Init(home / "node", init).ok());
  const auto by = [&](const crypto::SigningKey& key) {
    v1::RuleFile rules = *ReadRuleFile(CardPath(home / "node"));
    governance::AddSignature(*rules.mutable_envelopes(0), key);
    return rules;
  };
  const v1::RuleFile first = by(chair), second = by(kaumatua);
  EXPECT_TRUE(TakeSignedCard(home / "node", first).ok());
  EXPECT_EQ(*CardWaitsFor(CardPath(home / "node")),
            "1 of 2 signed: missing the treasurer seat or the kaumatua seat");
  EXPECT_TRUE(TakeSignedCard(home / "node", second).ok());
  EXPECT_EQ(*CardWaitsFor(CardPath(home / "node")), "");
  ASSERT_TRUE(Init(home / "other", WithSeats()).ok());
  EXPECT_TRUE(absl::IsNotFound(TakeSignedCard(home / "other", first)));
  EXPECT_EQ(ReadCard(CardPath(home / "other"))->envelope.signatures_size(), 0);
}

TEST(InitNodeDir, RefusesAContactThatTheDaemonWouldRefuse) {
  const TempDir home;
  for (const std::string& wrong : {std::string("c\nd"), std::string(513, 'c')}) {
    NodeInit init = Practice();
    init.contact = wrong;
    const absl::Status refused = Init(home / "node", init);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("--contact ")) << refused;
    EXPECT_FALSE(std::filesystem::exists(home / "node"));
  }
}

TEST(InitNodeDir, RefusesANameWithWhatNobodySees) {
  const TempDir home;
  for (const char* wrong : {"west\u200bcoast", "west-coast ", "\u00a0west-coast"}) {
    const absl::Status refused = Init(home / "node", Practice(wrong));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("--name ")) << refused;
  }
}

}  // namespace
}  // namespace commons::clients
