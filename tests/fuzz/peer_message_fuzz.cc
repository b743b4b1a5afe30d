// Any bytes as the payload of a validly signed envelope, into each entry point of a Contributor:
// the reply is always a signed refusal or vote, and nothing is ever spent.
#include <cstdlib>

#include "crypto/dsse.h"
#include "governance/kinds.h"
#include "query/peer/peer_message.h"
#include "query/testing/federation.h"

namespace kinds = commons::governance::kinds;
using commons::query::Phase;
using commons::query::testing::Federation;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Federation* const federation = new Federation();
  static constexpr std::pair<Phase, const char*> kEntries[] = {
      {Phase::kPreview, kinds::kPreview}, {Phase::kPropose, kinds::kPropose},
      {Phase::kSeal, kinds::kSeal},       {Phase::kSubmit, kinds::kSubmit},
      {Phase::kPublish, kinds::kPublish},
  };
  if (size == 0) return 0;
  const auto& [phase, kind] = kEntries[data[0] % std::size(kEntries)];
  const absl::string_view payload(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto& nodes = federation->nodes;
  commons::v1::Envelope envelope;
  envelope.set_payload_type(kind);
  envelope.set_payload(payload.data(), payload.size());
  // With a valid header in front: fields of one message may follow each other on the wire.
  commons::v1::Preview header;
  *header.mutable_header() =
      commons::query::MakeHeader(federation->reg()->commons_id(), nodes[0]->org, nodes[1]->org,
                                 federation->clock.Now(), federation->random);
  envelope.mutable_payload()->insert(0, header.SerializeAsString());
  const auto signature = commons::crypto::SignDsse(nodes[0]->key, kind, envelope.payload());
  auto* added = envelope.add_signatures();
  added->set_key(signature.key.ToBytes());
  added->set_signature(signature.signature);
  const auto reply = Federation::Deliver1(*nodes[1]->contributor, phase, envelope);
  if (reply.signatures_size() != 1 || reply.payload_type().empty()) std::abort();
  const auto balance =
      nodes[1]->ledger->BalanceOf(commons::query::testing::kDataset, federation->clock.Now());
  if (balance.spent_micro_rho != 0) std::abort();
  return 0;
}
