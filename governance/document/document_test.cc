#include "governance/document/document.h"

#include <functional>

#include "base/limits.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

std::string Opened(const v1::Envelope& envelope) { return Told(OpenDocument(envelope).status()); }

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
  EXPECT_EQ(document->header->version(), 1u);
  EXPECT_EQ(document->As<v1::OrgRoot>().name(), "org-0");
}

// Each of these would open, but for the limit.
TEST(OpenDocument, RefusesWhatIsBeyondLimits) {
  TestCommons c({});
  v1::Envelope card = c.orgs[0].card;
  while (card.signatures_size() < 64) *card.add_signatures() = card.signatures(0);
  EXPECT_EQ(Opened(card), "OK");
  *card.add_signatures() = card.signatures(0);
  EXPECT_EQ(Opened(card), "MALFORMED: a document with more than 64 signatures");

  card = c.orgs[0].card;
  std::string& signature = *card.add_signatures()->mutable_signature();
  signature.assign(limits::kDocumentBytes - card.ByteSizeLong() - 16, 'x');
  while (card.ByteSizeLong() < limits::kDocumentBytes) signature += 'x';
  EXPECT_EQ(Opened(card), "OK");
  signature += 'x';
  EXPECT_EQ(Opened(card), "MALFORMED: a document larger than 1 MiB");
}

TEST(OpenDocument, RefusesOtherKinds) {
  TestCommons c({});
  EXPECT_EQ(Opened(v1::Envelope()), "UNKNOWN_KIND: unknown kind ''");
  v1::Envelope card = c.orgs[0].card;
  card.set_payload_type("commons/log-reset/1");
  EXPECT_EQ(Opened(card), "UNKNOWN_KIND: unknown kind 'commons/log-reset/1'");
  card.set_payload_type(kinds::kManifest);  // a card read as something else
  EXPECT_EQ(Opened(card), "MALFORMED: not a Manifest");
  card = c.orgs[0].card;
  card.mutable_payload()->append("x");
  EXPECT_EQ(Opened(card), "MALFORMED: not a OrgRoot");
}

TEST(OpenDocument, RefusesUnknownFieldsAtAnyDepthAndUnknownValues) {
  TestCommons c({});
  const v1::Envelope& card = c.orgs[0].card;
  const auto unknown = [](google::protobuf::Message& m) {
    m.GetReflection()->MutableUnknownFields(&m)->AddVarint(900, 1);
  };
  v1::Envelope envelope = card;
  unknown(envelope);
  EXPECT_EQ(Opened(envelope), "MALFORMED: unknown field in the envelope");
  EXPECT_EQ(Opened(Changed<v1::OrgRoot>(card, [&](auto& p) { unknown(p); })),
            "MALFORMED: unknown field in OrgRoot");
  EXPECT_EQ(Opened(Changed<v1::OrgRoot>(
                card, [&](auto& p) { unknown(*p.mutable_board()->mutable_members(0)); })),
            "MALFORMED: unknown field in Member");
  EXPECT_EQ(Opened(Changed<v1::Charter>(c.charter,
                                        [&](auto& p) { unknown(*p.mutable_founder_cards(0)); })),
            "MALFORMED: unknown field in Envelope");
  c.Found();
  c.SetPolicy(c.orgs[0], c.OwnerRule());
  const v1::Envelope policy = c.logs[c.orgs[0].id].entries.back().document->envelope;
  EXPECT_EQ(Opened(policy), "OK");
  EXPECT_EQ(
      Opened(Changed<v1::OwnerPolicy>(
          policy, [](auto& p) { p.mutable_rule()->set_noise(static_cast<v1::NoiseClass>(9)); })),
      "MALFORMED: unknown value 9 of commons.v1.Rule.noise");
  EXPECT_EQ(Opened(Changed<v1::OwnerPolicy>(
                policy, [](auto& p) { p.mutable_header()->add_critical("moon-phase"); })),
            "NOT_SUPPORTED_YET: the document needs the feature 'moon-phase'");
}

TEST(OpenDocument, GenesisOrder) {  // [genesis_order]
  TestCommons c({});
  const auto with = [](const std::function<void(v1::Header&)>& change) {
    return [change](auto& p) { change(*p.mutable_header()); };
  };
  const std::string zeros = "a genesis has zero commons_id and issuer, and no prev";
  const struct {
    std::function<void(v1::Header&)> change;
    std::string card, charter;  // what is told; the charter the same where it is empty
  } cases[] = {
      {[](auto&) {}, "OK", ""},
      {[](auto& h) { h.set_commons_id(std::string(32, 'c')); }, "MALFORMED: " + zeros, ""},
      {[](auto& h) { h.clear_commons_id(); }, "MALFORMED: header: commons_id and issuer", ""},
      {[](auto& h) { h.set_issuer(std::string(32, 'i')); }, "MALFORMED: " + zeros, ""},
      {[](auto& h) { h.add_prev(std::string(32, 'p')); }, "MALFORMED: " + zeros, ""},
      {[](auto& h) { h.set_nonce("short"); }, "MALFORMED: a genesis has a nonce of 32 bytes", ""},
      {[](auto& h) { h.set_chain("other"); }, "MALFORMED: chain must be 'org'",
       "MALFORMED: chain must be 'commons'"},
      {[](auto& h) { h.set_version(0); }, "MALFORMED: header: version starts at 1", ""},
      {[](auto& h) { h.set_version(2); },
       "MALFORMED: a later card names its organisation as issuer, and no commons",
       "NOT_SUPPORTED_YET: version 2 of commons"},
      {[](auto& h) { h.set_issued_at(-1); }, "MALFORMED: header: a time out of range", ""},
      {[](auto& h) { h.set_expires_at(INT64_MAX); }, "MALFORMED: header: a time out of range", ""},
  };
  for (const auto& [change, card, charter] : cases) {
    EXPECT_EQ(Opened(Changed<v1::OrgRoot>(c.orgs[0].card, with(change))), card);
    EXPECT_EQ(Opened(Changed<v1::Charter>(c.charter, with(change))),
              charter.empty() ? card : charter);
  }
  // Everything else: non-zero commons_id and issuer, no nonce, prev in all but version 1.
  const v1::Envelope approval = c.Approval(c.orgs[0], 1, IdOf(c.charter), true, {});
  const std::pair<std::function<void(v1::Header&)>, const char*> others[] = {
      {[](auto&) {}, "OK"},
      {[](auto& h) { h.set_commons_id(std::string(32, '\0')); },
       "MALFORMED: zero commons_id or issuer"},
      {[](auto& h) { h.set_issuer(std::string(32, '\0')); },
       "MALFORMED: zero commons_id or issuer"},
      {[](auto& h) { h.set_nonce(std::string(32, 'n')); }, "MALFORMED: only a genesis has a nonce"},
      {[](auto& h) { h.add_prev(std::string(32, 'p')); },
       "MALFORMED: prev is absent only in version 1"},
      {[](auto& h) { h.set_chain("approval/1/2"); }, "MALFORMED: chain must be 'approval/1/1'"},
      {[](auto& h) { h.set_version(2), h.add_prev(std::string(32, 'p')); },
       "MALFORMED: approval: one statement per version and ballot"},
      {[](auto& h) { h.set_version(2), h.add_prev("p"); }, "MALFORMED: prev is not a document id"},
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
  const auto resolution = [&](const std::function<void(R&)>& change) {
    return Opened(Changed<R>(r, change));
  };
  EXPECT_EQ(Opened(r), "OK");
  EXPECT_EQ(resolution([](auto& p) { p.mutable_header()->add_prev(std::string(32, 'q')); }),
            "NOT_SUPPORTED_YET: a version that ends a fork");
  EXPECT_EQ(resolution([](auto& p) { p.clear_items(); }), "MALFORMED: resolution: 1 to 256 items");
  EXPECT_EQ(resolution([](auto& p) {
              p.add_items()->mutable_membership()->set_suspend(std::string(32, 's'));
            }),
            "MALFORMED: resolution: a suspension stands alone");
  EXPECT_EQ(resolution([](auto& p) { p.mutable_items(0)->set_standard("junk"); }),
            "MALFORMED: not a Standard");
}

TEST(OpenDocument, ChartersOfCarelessFounders) {
  TestCommons c({});
  using C = v1::Charter;
  const auto charter = [&](const std::function<void(C&)>& change) {
    return Opened(Changed<C>(c.charter, change));
  };
  const std::string threshold =
      "MALFORMED: charter: the threshold a/b must be at least 1/2 and below 1";
  EXPECT_EQ(charter([](auto& p) { p.set_threshold_numerator(1), p.set_threshold_denominator(2); }),
            "OK");
  EXPECT_EQ(
      charter([](auto& p) { p.set_threshold_numerator(49), p.set_threshold_denominator(100); }),
      threshold);
  EXPECT_EQ(charter([](auto& p) { p.set_threshold_numerator(3); }), threshold);
  EXPECT_EQ(charter([](auto& p) {
              p.mutable_founders()->SwapElements(0, 1);
              p.mutable_founder_cards()->SwapElements(0, 1);
            }),
            "MALFORMED: charter: founders must be distinct and sorted");
  EXPECT_EQ(charter([](auto& p) { p.mutable_founder_cards()->SwapElements(0, 1); }),
            "MALFORMED: charter: founder cards must follow the order of the founders");
  EXPECT_EQ(charter([](auto& p) { p.mutable_founder_cards()->RemoveLast(); }),
            "MALFORMED: charter: one card for each of 1 to 256 founders");
  EXPECT_EQ(charter([](auto& p) { p.set_cooling_off_seconds(-1); }),
            "MALFORMED: charter: cooling-off");
}

// The founders against each other: each card alone is in order, and its board signed it.
TEST(OpenDocument, FoundersWhoCantBeToldApart) {
  TestCommons c({});
  const auto charter = [&](const std::function<void(v1::OrgRoot&)>& change) {
    const TestOrg& careless = c.orgs[2];
    v1::OrgRoot root;
    EXPECT_TRUE(root.ParseFromString(careless.card.payload()));
    change(root);
    std::map<std::string, v1::Envelope> cards;
    for (const v1::Envelope& card :
         {c.orgs[0].card, c.orgs[1].card,
          SignDocument(kinds::kOrgRoot, root.SerializeAsString(), c.Board(careless))}) {
      EXPECT_EQ(Opened(card), "OK");
      cards[IdOf(card).ToBytes()] = card;
    }
    return Opened(Changed<v1::Charter>(c.charter, [&](auto& p) {
      p.clear_founders(), p.clear_founder_cards();
      for (const auto& [id, card] : cards) p.add_founders(id), *p.add_founder_cards() = card;
    }));
  };
  EXPECT_EQ(charter([](auto&) {}), "OK");
  EXPECT_EQ(charter([](auto& p) { p.set_name("org-1"); }),
            "MALFORMED: charter: two founders named 'org-1'");
  const std::string shared = "MALFORMED: charter: two founders share a node's key";
  const auto& other = c.orgs[1];
  EXPECT_EQ(
      charter([&](auto& p) { p.mutable_node()->set_node_key(other.node->public_key().ToBytes()); }),
      shared);
  EXPECT_EQ(charter([&](auto& p) {  // as another of its keys
              p.mutable_node()->set_witness_key(other.tls->public_key().ToBytes());
            }),
            shared);
  EXPECT_EQ(charter([](auto& p) { p.set_practice(true); }),
            "PRACTICE_KEY: 'org-2' has practice keys");
}

TEST(OpenDocument, ACardsKeysAreAllDistinct) {
  TestCommons c({.seats = 2, .board_k = 2});
  using O = v1::OrgRoot;
  const auto card = [&](const std::function<void(O&)>& change) {
    return Opened(Changed<O>(c.orgs[0].card, change));
  };
  EXPECT_EQ(card([](auto& p) { p.set_guardians(0, p.seats(0).key()); }),
            "MALFORMED: card: the key of a guardian is used twice");
  EXPECT_EQ(card([](auto& p) { p.mutable_node()->set_tls_key(p.node().node_key()); }),
            "MALFORMED: card: the key of the node's connections is used twice");
  EXPECT_EQ(card([](auto& p) { p.set_stewards(0, p.node().node_key()); }),
            "MALFORMED: card: the key of the node is used twice");
  EXPECT_EQ(card([](auto& p) { p.mutable_node()->set_witness_key(std::string(32, '\xff')); }),
            "MALFORMED: card: the key of the witness is not valid");
  EXPECT_EQ(card([](auto& p) {
              p.mutable_board()->mutable_members()->RemoveLast();
              p.mutable_board()->set_k(1);
            }),
            "MALFORMED: card: the board's threshold must name exactly the seats' keys");
  for (const char* name : {"", "-x", "a/b", "..", "two\nlines"}) {
    EXPECT_EQ(card([&](auto& p) { p.set_name(name); }),
              "MALFORMED: card: the name needs 1 to 63 bytes of UTF-8 without / or control "
              "characters, not starting with - or .")
        << name;
  }
  EXPECT_EQ(card([](auto& p) { p.mutable_seats(0)->set_until(1); }),
            "NOT_SUPPORTED_YET: a seat with an end: no document bears a time that can be trusted; "
            "take the seat off with the next card");
}

TEST(SignDocument, TheSameKeySignsOnce) {
  TestCommons c({});
  v1::Envelope card = c.orgs[0].card;
  AddSignature(card, c.orgs[0].board[0]);
  EXPECT_EQ(card.SerializeAsString(), c.orgs[0].card.SerializeAsString());
}

}  // namespace
}  // namespace commons::governance
