#include "query/peer/peer_message.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/dsse.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "query/peer/message_fields.h"

namespace commons::query {

using governance::Refuse;

namespace {
constexpr size_t kNonceBytes = 16;

std::string InWords(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

v1::Envelope SignPeerMessage(absl::string_view kind, const google::protobuf::Message& message,
                             const crypto::SigningKey& key) {
  v1::Envelope envelope;
  envelope.set_payload_type(kind.data(), kind.size());
  envelope.set_payload(message.SerializeAsString());
  const crypto::DsseSignature signature = crypto::SignDsse(key, kind, envelope.payload());
  v1::Signature* added = envelope.add_signatures();
  added->set_key(signature.key.ToBytes());
  added->set_signature(signature.signature);
  return envelope;
}

absl::Status StatusOf(const v1::Refusal& refusal) {
  return Refuse(refusal.reason(), governance::OneLine(refusal.message(), limits::kPeerWordsBytes));
}

v1::PeerHeader MakeHeader(const CommonsId& commons, const OrgId& sender, const OrgId& recipient,
                          absl::Time now, crypto::RandomSource& random) {
  v1::PeerHeader header;
  header.set_commons_id(commons.ToBytes());
  header.set_sender(sender.ToBytes());
  header.set_recipient(recipient.ToBytes());
  header.set_sent_at_ms(absl::ToUnixMillis(now));
  header.set_nonce(random.Bytes(kNonceBytes));
  header.set_version(kPlainVersion);
  return header;
}

absl::Status CheckPeerVersion(uint32_t version, absl::string_view sender,
                              const PeerVersions& understood) {
  const uint32_t spoken = std::max(version, uint32_t{1});
  if (spoken > understood.newest) {
    return Refuse(v1::NEWER_VERSION,
                  absl::StrCat("peer message: ", sender, " speaks version ", spoken, ", this node ",
                               understood.newest, "; one of them needs an update"));
  }
  if (spoken < understood.oldest) {
    return Refuse(v1::WIRE_TOO_OLD,
                  absl::StrCat("peer message: ", sender, " speaks version ", spoken,
                               ", this node understands ", understood.oldest, " to ",
                               understood.newest, "; ", sender, " needs an update"));
  }
  return absl::OkStatus();
}

namespace internal {

absl::StatusOr<const governance::Organisation*> CheckEnvelope(const v1::Envelope& envelope,
                                                              absl::string_view kind,
                                                              const governance::Register& reg) {
  if (envelope.payload().size() > limits::kPeerMessageBytes) {
    return Refuse(v1::MESSAGE_TOO_LARGE,
                  absl::StrCat("peer message: ", envelope.payload().size(), " bytes, at most ",
                               limits::kPeerMessageBytes));
  }
  if (!envelope.GetReflection()->GetUnknownFields(envelope).empty()) {
    return Refuse(v1::MALFORMED, "peer message: unknown fields in the envelope");
  }
  if (kind != absl::string_view(envelope.payload_type())) {
    return Refuse(v1::MALFORMED, absl::StrCat("peer message: expected ", kind));
  }
  if (envelope.signatures_size() != 1) {
    return Refuse(v1::BAD_SIGNATURE, "peer message: expected exactly one signature");
  }
  const v1::Signature& signature = envelope.signatures(0);
  const auto key = PublicKey::FromBytes(signature.key());
  const governance::Organisation* sender = key.ok() ? reg.FindByNodeKey(*key) : nullptr;
  if (sender == nullptr || sender->suspended) {
    return Refuse(v1::NOT_A_MEMBER, "peer message: not signed by a member's node key");
  }
  if (!crypto::VerifyWithValidKey(*key, crypto::PreAuthEncoding(kind, envelope.payload()),
                                  signature.signature())) {
    return Refuse(v1::BAD_SIGNATURE,
                  absl::StrCat("peer message: the signature of ", sender->name, " is wrong"));
  }
  return sender;
}

absl::Status ParsePayload(const v1::Envelope& envelope, google::protobuf::Message& message) {
  RETURN_IF_ERROR(CheckFieldCount(*message.GetDescriptor(), envelope.payload()));
  if (message.ParseFromString(envelope.payload())) return absl::OkStatus();
  return Refuse(v1::MALFORMED, absl::StrCat("peer message: not a valid ", envelope.payload_type()));
}

absl::Status CheckHeader(const v1::PeerHeader& header, const governance::Organisation& sender,
                         const governance::Register& reg, const OrgId& recipient, absl::Time now) {
  RETURN_IF_ERROR(CheckPeerVersion(header.version(), sender.name));
  if (absl::string_view(header.commons_id()) != reg.commons_id().view()) {
    return Refuse(v1::WRONG_COMMONS, "peer message: for another commons");
  }
  if (absl::string_view(header.sender()) != sender.id.view()) {
    return Refuse(v1::BAD_SIGNATURE,
                  absl::StrCat("peer message: signed by ", sender.name, " for another sender"));
  }
  if (absl::string_view(header.recipient()) != recipient.view()) {
    return Refuse(v1::WRONG_RECIPIENT, "peer message: for another organisation");
  }
  if (header.nonce().size() != kNonceBytes) {
    return Refuse(v1::MALFORMED, "peer message: the nonce is not 16 bytes");
  }
  const absl::Time sent = absl::FromUnixMillis(header.sent_at_ms());
  if (absl::AbsDuration(now - sent) > kFreshness) {
    return Refuse(v1::CLOCK,
                  absl::StrCat("peer message: sent at ", InWords(sent), " by the clock of ",
                               sender.name, ", and here it is ", InWords(now),
                               ": more than 5 minutes apart; set the clock that is wrong"));
  }
  return absl::OkStatus();
}

}  // namespace internal

absl::Status ReadUnverified(const v1::Envelope& envelope, absl::string_view kind,
                            google::protobuf::Message& message) {
  if (kind != absl::string_view(envelope.payload_type())) {
    return Refuse(v1::MALFORMED, absl::StrCat("peer message: expected ", kind));
  }
  return internal::ParsePayload(envelope, message);
}

}  // namespace commons::query
