// The bytes of documents that stand in no log, as another program wrote them: they are read as what
// they say, and have the same id for ever.
#include "base/hex.h"
#include "governance/document/issuer.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

// commons_id of c, issuer of o, a nonce of n, 2026-01-01.
std::string Head(char commons) {
  return std::string("\x0a\x20", 2) + std::string(32, commons) + "\x12\x20" + std::string(32, 'o') +
         "\x1a\x10" + std::string(16, 'n') + "\x20\x80\xf2\xd6\xca\x06";
}
std::string Hex(const char* hex) { return *HexToBytes(hex); }

struct Golden {
  const char* kind;
  std::string payload;
  const char* id;
};
const Golden kGoldens[] = {
    {"commons/freeze/1", Head('c') + Hex("2a07120563617365733003"),
     "46553cc4e9937f0c2677ddd46b5a2e2e7b7780086b49c888135e8bab019ac358"},
    {"commons/lift/1",
     Head('c') + Hex("2a20") + std::string(32, 'a') + Hex("2a20") + std::string(32, 'b'),
     "013b0b401a230b4ac4a5b50b9c2790877286b197fdcea34ae6ac9b1b2c14162a"},
    {"commons/revocation/1",
     Head('\0') +
         Hex("2a20d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a30033a20") +
         std::string(32, 'r') + Hex("4006"),
     "a4210e3d21d30f6bada7a48b60cb036b1b8178370f96b5ca4ddb8c1d48a02c27"},
    {"commons/objection/1", Head('\0') + Hex("2a20") + std::string(32, 'r'),
     "73440ad967b84a684af23930fb51efb825003985ced3c358c98f15521a2b1977"},
    {"commons/decline/1",
     Head('c') + Hex("2a20") + std::string(32, 'd') +
         Hex("32150a02656e120f746f6f207769646520666f72207573"),
     "08aa7fa5d1690cb73b20e17ec2338346bdd35aca2d531aae3fa21b45b50f16ae"},
};

TEST(GoldenSets, AreReadAndNamedAsEver) {
  for (const Golden& golden : kGoldens) {
    v1::Envelope envelope;
    envelope.set_payload_type(golden.kind);
    envelope.set_payload(golden.payload);
    const auto document = OpenDocument(envelope);
    ASSERT_TRUE(document.ok()) << golden.kind << ": " << document.status();
    EXPECT_EQ(document->id.ToHex(), golden.id) << golden.kind;
    EXPECT_EQ(IssuerOf(*document).ToBytes(), std::string(32, 'o'));
    EXPECT_EQ(document->payload->SerializeAsString(), golden.payload) << golden.kind;
  }
  v1::Envelope freeze;
  freeze.set_payload_type(kGoldens[0].kind);
  freeze.set_payload(kGoldens[0].payload);
  const auto opened = *OpenDocument(freeze);
  EXPECT_EQ(opened.As<v1::Freeze>().scope().dataset(), "cases");
  EXPECT_EQ(opened.As<v1::Freeze>().reason(), v1::STOP_DATA);
  freeze.set_payload(kGoldens[0].payload + Hex("4001"));  // field 8, which nobody knows
  EXPECT_EQ(Told(OpenDocument(freeze).status()), "MALFORMED: unknown field in Freeze");
}

}  // namespace
}  // namespace commons::governance
