#include "governance/document/document.h"

#include <functional>

#include "base/limits.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

std::string Opened(const v1::Envelope& envelope) {
  const auto document = OpenDocument(envelope);
  return document.ok() ? "opened" : std::string(ReasonName(ReasonOf(document.status())));
}

template <typename Payload>
v1::Envelope Changed(const v1::Envelope& envelope, const std::function<void(Payload&)>& change) {
  Payload payload;
  EXPECT_TRUE(payload.ParseFromString(envelope.payload()));
  change(payload);
  return SignDocument(envelope.payload_type(), payload.SerializeAsString(), {});
}

TEST(OpenDocument, KeepsIdHeaderAndValidSigners) {
  TestCommons c({.seats = 3, .board_k = 2});
  v1::Envelope card = c.orgs[0].card;
  card.mutable_signatures(0)->mutable_signature()->front() ^= 1;
  const auto document = OpenDocument(card);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->signers.size(), 2u);
  EXPECT_EQ(document->id.view(), c.orgs[0].id.view());
  EXPECT_EQ(document->header.version(), 1u);
  EXPECT_EQ(document->As<v1::OrgRoot>().name(), "org-0");
}

TEST(OpenDocument, RefusesWhatIsBeyondLimits) {
  TestCommons c({});
  v1::Envelope card = c.orgs[0].card;
  for (int i = 0; i < 64; ++i) *card.add_signatures() = card.signatures(0);
  EXPECT_EQ(Opened(card), "MALFORMED");
  card = c.orgs[0].card;
  card.mutable_payload()->append(limits::kDocumentBytes, 'x');
  EXPECT_EQ(Opened(card), "MALFORMED");
  EXPECT_EQ(Opened(v1::Envelope()), "UNKNOWN_KIND");
  card = c.orgs[0].card;
  card.set_payload_type("commons/freeze/1");
  EXPECT_EQ(Opened(card), "UNKNOWN_KIND");
  card.set_payload_type(kinds::kManifest);  // a card read as something else
  EXPECT_EQ(Opened(card), "MALFORMED");
}

TEST(OpenDocument, RefusesUnknownFieldsAtAnyDepthAndUnknownValues) {
  TestCommons c({});
  const v1::Envelope& card = c.orgs[0].card;
  const auto unknown = [](google::protobuf::Message& m) {
    m.GetReflection()->MutableUnknownFields(&m)->AddVarint(900, 1);
  };
  EXPECT_EQ(Opened(Changed<v1::OrgRoot>(card, [&](auto& p) { unknown(p); })), "MALFORMED");
  EXPECT_EQ(Opened(Changed<v1::OrgRoot>(
                card, [&](auto& p) { unknown(*p.mutable_board()->mutable_members(0)); })),
            "MALFORMED");
  EXPECT_EQ(Opened(Changed<v1::Charter>(c.charter,
                                        [&](auto& p) { unknown(*p.mutable_founder_cards(0)); })),
            "MALFORMED");
  c.Found();
  c.SetPolicy(c.orgs[0], c.OwnerRule());
  const v1::Envelope policy = c.logs[c.orgs[0].id].entries.back().document->envelope;
  EXPECT_EQ(Opened(policy), "opened");
  EXPECT_EQ(
      Opened(Changed<v1::OwnerPolicy>(
          policy, [](auto& p) { p.mutable_rule()->set_noise(static_cast<v1::NoiseClass>(9)); })),
      "MALFORMED");
  EXPECT_EQ(Opened(Changed<v1::OwnerPolicy>(
                policy, [](auto& p) { p.mutable_header()->add_critical("moon-phase"); })),
            "NOT_SUPPORTED_YET");
}

TEST(OpenDocument, GenesisOrder) {  // [genesis_order]
  TestCommons c({});
  const auto with = [](const std::function<void(v1::Header&)>& change) {
    return [change](auto& p) { change(*p.mutable_header()); };
  };
  const std::pair<std::function<void(v1::Header&)>, const char*> cases[] = {
      {[](auto&) {}, "opened"},
      {[](auto& h) { h.set_commons_id(std::string(32, 'c')); }, "MALFORMED"},
      {[](auto& h) { h.clear_commons_id(); }, "MALFORMED"},
      {[](auto& h) { h.set_issuer(std::string(32, 'i')); }, "MALFORMED"},
      {[](auto& h) { h.add_prev(std::string(32, 'p')); }, "MALFORMED"},
      {[](auto& h) { h.set_nonce("short"); }, "MALFORMED"},
      {[](auto& h) { h.set_chain("other"); }, "MALFORMED"},
      {[](auto& h) { h.set_version(0); }, "MALFORMED"},
      {[](auto& h) { h.set_version(2); }, "NOT_SUPPORTED_YET"},
      {[](auto& h) { h.set_issued_at(-1); }, "MALFORMED"},
      {[](auto& h) { h.set_expires_at(INT64_MAX); }, "MALFORMED"},
  };
  for (const auto& [change, expected] : cases) {
    EXPECT_EQ(Opened(Changed<v1::OrgRoot>(c.orgs[0].card, with(change))), expected);
    EXPECT_EQ(Opened(Changed<v1::Charter>(c.charter, with(change))), expected);
  }
  // Everything else: non-zero commons_id and issuer, no nonce, prev in all but version 1.
  const v1::Envelope approval = c.Approval(c.orgs[0], 1, IdOf(c.charter), true, {});
  const std::pair<std::function<void(v1::Header&)>, const char*> others[] = {
      {[](auto&) {}, "opened"},
      {[](auto& h) { h.set_commons_id(std::string(32, '\0')); }, "MALFORMED"},
      {[](auto& h) { h.set_issuer(std::string(32, '\0')); }, "MALFORMED"},
      {[](auto& h) { h.set_nonce(std::string(32, 'n')); }, "MALFORMED"},
      {[](auto& h) { h.add_prev(std::string(32, 'p')); }, "MALFORMED"},
      {[](auto& h) { h.set_chain("approval/1/2"); }, "MALFORMED"},
      {[](auto& h) { h.set_version(2), h.add_prev(std::string(32, 'p')); }, "MALFORMED"},
  };
  for (const auto& [change, expected] : others) {
    EXPECT_EQ(Opened(Changed<v1::Approval>(approval, with(change))), expected);
  }
}

TEST(OpenDocument, WhatLaterVersionsBringIsRefusedByName) {
  TestCommons c({});
  c.Found();
  c.Propose(c.CommonRules());
  const v1::Envelope r = c.logs[c.orgs[0].id].entries.back().document->envelope;
  using R = v1::Resolution;
  EXPECT_EQ(Opened(r), "opened");
  EXPECT_EQ(Opened(Changed<R>(r, [](auto& p) { p.set_ballot(2); })), "NOT_SUPPORTED_YET");
  EXPECT_EQ(Opened(Changed<R>(r, [](auto& p) { p.add_departures(std::string(32, 'd')); })),
            "NOT_SUPPORTED_YET");
  EXPECT_EQ(
      Opened(Changed<R>(r, [](auto& p) { p.mutable_header()->add_prev(std::string(32, 'q')); })),
      "NOT_SUPPORTED_YET");
  EXPECT_EQ(Opened(Changed<R>(r, [](auto& p) { p.clear_items(); })), "MALFORMED");
  EXPECT_EQ(
      Opened(Changed<R>(
          r,
          [](auto& p) { p.add_items()->mutable_membership()->set_suspend(std::string(32, 's')); })),
      "MALFORMED");  // a suspension stands alone
  EXPECT_EQ(Opened(Changed<R>(r, [](auto& p) { p.mutable_items(0)->set_standard("junk"); })),
            "MALFORMED");
}

TEST(OpenDocument, ChartersOfCarelessFounders) {
  TestCommons c({});
  using C = v1::Charter;
  const auto charter = [&](const std::function<void(C&)>& change) {
    return Opened(Changed<C>(c.charter, change));
  };
  EXPECT_EQ(charter([](auto& p) { p.set_threshold_numerator(1), p.set_threshold_denominator(2); }),
            "opened");
  EXPECT_EQ(
      charter([](auto& p) { p.set_threshold_numerator(49), p.set_threshold_denominator(100); }),
      "MALFORMED");
  EXPECT_EQ(charter([](auto& p) { p.set_threshold_numerator(3); }), "MALFORMED");
  EXPECT_EQ(charter([](auto& p) { p.mutable_founders()->SwapElements(0, 1); }), "MALFORMED");
  EXPECT_EQ(charter([](auto& p) { p.mutable_founder_cards()->SwapElements(0, 1); }), "MALFORMED");
  EXPECT_EQ(charter([](auto& p) { p.mutable_founder_cards()->RemoveLast(); }), "MALFORMED");
  EXPECT_EQ(charter([](auto& p) { p.set_cooling_off_seconds(-1); }), "MALFORMED");
}

TEST(OpenDocument, ACardsKeysAreAllDistinct) {
  TestCommons c({.seats = 2, .board_k = 2});
  using O = v1::OrgRoot;
  const auto card = [&](const std::function<void(O&)>& change) {
    return Opened(Changed<O>(c.orgs[0].card, change));
  };
  EXPECT_EQ(card([](auto& p) { p.set_guardians(0, p.seats(0).key()); }), "MALFORMED");
  EXPECT_EQ(card([](auto& p) { p.mutable_node()->set_tls_key(p.node().node_key()); }), "MALFORMED");
  EXPECT_EQ(card([](auto& p) { p.set_stewards(0, p.node().node_key()); }), "MALFORMED");
  EXPECT_EQ(card([](auto& p) { p.mutable_board()->mutable_members()->RemoveLast(); }), "MALFORMED");
  EXPECT_EQ(card([](auto& p) { p.mutable_node()->set_witness_key(std::string(32, '\xff')); }),
            "MALFORMED");
  for (const char* name : {"", "-x", "a/b", "..", "two\nlines"}) {
    EXPECT_EQ(card([&](auto& p) { p.set_name(name); }), "MALFORMED") << name;
  }
  EXPECT_EQ(card([](auto& p) { p.mutable_seats(0)->set_until(1); }), "NOT_SUPPORTED_YET");
}

TEST(SignDocument, TheSameKeySignsOnce) {
  TestCommons c({});
  v1::Envelope card = c.orgs[0].card;
  AddSignature(card, c.orgs[0].board[0]);
  EXPECT_EQ(card.SerializeAsString(), c.orgs[0].card.SerializeAsString());
}

void AddKey(v1::Quorum& q, const crypto::SigningKey& key) {
  q.add_members()->set_key(key.public_key().ToBytes());
}

TEST(Quorum, TwoOfBoardAndOneOfKaumatua) {
  SeededRandom random("quorum");
  std::vector<crypto::SigningKey> keys;
  for (int i = 0; i < 5; ++i) keys.push_back(crypto::SigningKey::Generate(random));
  v1::Quorum q;
  q.set_k(2);
  v1::Quorum& board = *q.add_members()->mutable_group();
  board.set_name("board");
  board.set_k(2);
  for (int i = 0; i < 3; ++i) AddKey(board, keys[i]);
  v1::Quorum& kaumatua = *q.add_members()->mutable_group();
  kaumatua.set_name("kaumatua");
  kaumatua.set_k(1);
  for (int i = 3; i < 5; ++i) AddKey(kaumatua, keys[i]);
  ASSERT_TRUE(ValidateQuorum(q).ok());
  for (int mask = 0; mask < 32; ++mask) {  // every set of signers against the plain sentence
    std::set<PublicKey> signers;
    for (int i = 0; i < 5; ++i) {
      if (mask >> i & 1) signers.insert(keys[i].public_key());
    }
    const int on_board = (mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1);
    EXPECT_EQ(Satisfies(q, signers), on_board >= 2 && (mask >> 3) != 0) << mask;
  }
  const auto refused = [&](const std::function<void(v1::Quorum&)>& change) {
    v1::Quorum bad = q;
    change(bad);
    return ReasonOf(ValidateQuorum(bad)) == v1::MALFORMED;
  };
  EXPECT_TRUE(refused([](auto& b) { b.set_k(0); }));
  EXPECT_TRUE(refused([](auto& b) { b.set_k(3); }));
  EXPECT_TRUE(refused([&](auto& b) { AddKey(b, keys[0]); }));
  EXPECT_TRUE(refused([](auto& b) { b.add_members(); }));
  EXPECT_TRUE(refused([](auto& b) { b.mutable_members(1)->mutable_group()->set_name("board"); }));
  EXPECT_TRUE(refused([](auto& b) { b.add_members()->set_key(std::string(32, '\xff')); }));
  EXPECT_TRUE(refused([](auto& b) {
    v1::Quorum deep = b;
    for (int i = 0; i < 4; ++i) {
      v1::Quorum outer;
      outer.set_name(absl::StrCat("level-", i));
      outer.set_k(1);
      *outer.add_members()->mutable_group() = deep;
      deep = outer;
    }
    b = deep;
  }));
}

TEST(Quorum, AKeyNamedTwiceCountsOnce) {
  SeededRandom random("quorum twice");
  const auto key = crypto::SigningKey::Generate(random);
  v1::Quorum q;
  q.set_k(2);
  AddKey(q, key);
  AddKey(q, key);
  EXPECT_FALSE(Satisfies(q, {key.public_key()}));
  q.set_k(0);
  EXPECT_FALSE(Satisfies(q, {key.public_key()}));
}

}  // namespace
}  // namespace commons::governance
