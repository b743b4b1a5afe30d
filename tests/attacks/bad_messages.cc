#include "tests/attacks/bad_messages.h"

#include "absl/strings/str_cat.h"
#include "crypto/dsse.h"
#include "crypto/random.h"
#include "node/transport/intake.h"
#include "query/peer/peer_message.h"

namespace commons::attacks {
namespace {

using Messages = std::vector<BadMessage>;

struct Maker {
  Intruder& intruder;
  const std::string to, other;

  v1::Envelope Good(PeerMethod method) const {
    return intruder.HeaderOnly(method, intruder.HeaderTo(to));
  }
  template <typename Change>
  auto Changed(Change change) const {
    return [*this, change](PeerMethod method) {
      v1::Envelope envelope = Good(method);
      change(envelope);
      return envelope;
    };
  }
  template <typename Change>
  auto WithHeader(Change change) const {
    return [*this, change](PeerMethod method) {
      v1::PeerHeader header = intruder.HeaderTo(to);
      change(header);
      return intruder.HeaderOnly(method, header);
    };
  }
  auto SignedBy(const crypto::SigningKey& key) const {
    return [*this, &key](PeerMethod method) {
      v1::Compare message;
      *message.mutable_header() = intruder.HeaderTo(to);
      return query::SignPeerMessage(KindOf(method), message, key);
    };
  }
};

void AddUnsigned(const Maker& maker, Messages& all) {
  static const auto fresh = crypto::SigningKey::Generate(crypto::SystemRandom());
  all.push_back({"forged signature", "BAD_SIGNATURE", maker.Changed([](v1::Envelope& envelope) {
                   (*envelope.mutable_signatures(0)->mutable_signature())[7] ^= 1;
                 })});
  all.push_back({"changed after signing", "BAD_SIGNATURE", [maker](PeerMethod method) {
                   v1::Envelope changed = maker.Good(method);
                   changed.set_payload(maker.Good(method).payload());  // another nonce
                   return changed;
                 }});
  all.push_back({"signed by nobody", "NOT_A_MEMBER", maker.SignedBy(fresh)});
  all.push_back({"signed by the board", "NOT_A_MEMBER", maker.SignedBy(maker.intruder.board_key)});
  all.push_back(
      {"a thousand signatures", "BAD_SIGNATURE", maker.Changed([](v1::Envelope& envelope) {
         const v1::Signature one = envelope.signatures(0);
         for (int i = 1; i < 1'000; ++i) *envelope.add_signatures() = one;
       })});
  all.push_back({"no signature", "BAD_SIGNATURE",
                 maker.Changed([](v1::Envelope& envelope) { envelope.clear_signatures(); })});
}

void AddMisaddressed(const Maker& maker, Messages& all) {
  all.push_back({"another member named as sender", "BAD_SIGNATURE",
                 maker.WithHeader([maker](v1::PeerHeader& header) {
                   header.set_sender(maker.intruder.OrgOf(maker.other).ToBytes());
                 })});
  all.push_back({"for another recipient", "WRONG_RECIPIENT", [maker](PeerMethod method) {
                   return maker.intruder.HeaderOnly(method, maker.intruder.HeaderTo(maker.other));
                 }});
  all.push_back(
      {"for another commons", "WRONG_COMMONS",
       maker.WithHeader([](v1::PeerHeader& header) { (*header.mutable_commons_id())[0] ^= 1; })});
  for (const int64_t shift_ms : {-6 * 60'000, 6 * 60'000}) {
    all.push_back({shift_ms < 0 ? "stale" : "early", "CLOCK",
                   maker.WithHeader([shift_ms](v1::PeerHeader& header) {
                     header.set_sent_at_ms(header.sent_at_ms() + shift_ms);
                   })});
  }
  all.push_back(
      {"a nonce of another length", "MALFORMED",
       maker.WithHeader([](v1::PeerHeader& header) { header.mutable_nonce()->pop_back(); })});
}

void AddMalformed(const Maker& maker, Messages& all) {
  all.push_back({"unknown fields", "MALFORMED", maker.Changed([](v1::Envelope& envelope) {
                   envelope.GetReflection()->MutableUnknownFields(&envelope)->AddVarint(99, 1);
                 })});
  all.push_back({"nothing", "MALFORMED", [](PeerMethod) { return v1::Envelope(); }});
  all.push_back({"truncated, well signed", "MALFORMED", [maker](PeerMethod method) {
                   std::string payload = maker.Good(method).payload();
                   payload.pop_back();
                   return WithPayload(maker.intruder, method, payload);
                 }});
  all.push_back({"another kind", "MALFORMED", [maker](PeerMethod method) {
                   return maker.Good(static_cast<PeerMethod>((static_cast<size_t>(method) + 1) %
                                                             node::kPeerMethods));
                 }});
  all.push_back({"as much as fits, well signed", "MALFORMED", [maker](PeerMethod method) {
                   return WithPayload(maker.intruder, method,
                                      std::string(node::MostBytes(method) - 1024, '\xff'));
                 }});
  all.push_back({"five mebibytes", absl::StrCat("grpc ", grpc::StatusCode::RESOURCE_EXHAUSTED),
                 maker.Changed([](v1::Envelope& envelope) {
                   envelope.set_payload(std::string(5 << 20, 'x'));
                 })});
}

}  // namespace

std::vector<BadMessage> BadMessages(Intruder& intruder, const std::string& to,
                                    const std::string& other) {
  const Maker maker = {intruder, to, other};
  Messages all;
  AddUnsigned(maker, all);
  AddMisaddressed(maker, all);
  AddMalformed(maker, all);
  return all;
}

v1::Envelope WithPayload(const Intruder& intruder, PeerMethod method, const std::string& payload) {
  v1::Envelope envelope = intruder.HeaderOnly(method, intruder.HeaderTo(intruder.member));
  const auto signature = crypto::SignDsse(intruder.node_key, KindOf(method), payload);
  envelope.set_payload(payload);
  envelope.mutable_signatures(0)->set_signature(signature.signature);
  return envelope;
}

}  // namespace commons::attacks
