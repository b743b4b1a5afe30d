#include "query/peer/glance.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "crypto/dsse.h"
#include "proto/peer.pb.h"
#include "query/peer/peer_message.h"

namespace commons::query {
namespace {

constexpr absl::string_view kQuestion = "commons/glance/1", kYes = "commons/glance-yes/1";
// Of the asker's org_id; enough to find its key, which then decides.
constexpr size_t kNameBytes = 8;

std::string Signed(absl::string_view type, const Glance& glance, absl::string_view rest) {
  return crypto::PreAuthEncoding(
      type, absl::StrCat(glance.commons.view(), glance.asker.view(), glance.asked.view(),
                         glance.heads.view(), rest));
}

const governance::Organisation* SenderOf(const v1::PeerHeader& header,
                                         const governance::Register& reg) {
  if (header.sender().size() != kNameBytes) return nullptr;
  std::string least = header.sender();
  least.resize(OrgId::kSize);
  const auto found = reg.members().lower_bound(*OrgId::FromBytes(least));
  if (found == reg.members().end() || found->second.suspended ||
      found->first.view().substr(0, kNameBytes) != absl::string_view(header.sender())) {
    return nullptr;
  }
  return &found->second;
}

}  // namespace

v1::Envelope SignGlance(const Glance& glance, absl::Time now, const crypto::SigningKey& asker) {
  v1::PeerHeader header;
  header.set_sender(glance.asker.ToBytes().substr(0, kNameBytes));
  header.set_sent_at_ms(absl::ToUnixMillis(now));
  v1::Envelope request;
  request.set_payload(header.SerializeAsString());
  request.add_signatures()->set_signature(asker.Sign(Signed(kQuestion, glance, request.payload())));
  return request;
}

bool IsGlance(const v1::Envelope& request) {
  return request.payload_type().empty() && request.signatures_size() == 1;
}

const governance::Organisation* WhoHoldsTheSame(const v1::Envelope& request,
                                                const governance::Register& reg, const OrgId& asked,
                                                const Hash32& heads, absl::Time now) {
  v1::PeerHeader header;
  if (!IsGlance(request) || !internal::ParsePayload(request, header).ok()) return nullptr;
  const governance::Organisation* sender = SenderOf(header, reg);
  const absl::Time sent = absl::FromUnixMillis(header.sent_at_ms());
  if (sender == nullptr || absl::AbsDuration(now - sent) > kFreshness) return nullptr;
  const Glance glance{reg.commons_id(), sender->id, asked, heads};
  const bool same =
      crypto::VerifyWithValidKey(sender->node_key, Signed(kQuestion, glance, request.payload()),
                                 request.signatures(0).signature());
  return same ? sender : nullptr;
}

v1::Envelope SignYes(const v1::Envelope& request, const Glance& glance,
                     const crypto::SigningKey& asked) {
  v1::Envelope reply;
  reply.add_signatures()->set_signature(
      asked.Sign(Signed(kYes, glance, request.signatures(0).signature())));
  return reply;
}

bool SaysYes(const v1::Envelope& reply, const v1::Envelope& request, const Glance& glance,
             const governance::Register& reg) {
  const governance::Organisation* asked = reg.FindMember(glance.asked);
  return asked != nullptr && !asked->suspended && reply.signatures_size() == 1 &&
         crypto::VerifyWithValidKey(asked->node_key,
                                    Signed(kYes, glance, request.signatures(0).signature()),
                                    reply.signatures(0).signature());
}

}  // namespace commons::query
