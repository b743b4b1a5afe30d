// The shortest message between nodes: do both hold the same logs? What both must know for a yes
// (the commons, who asks whom, the hash of all heads) is signed and not sent: 155 bytes there and
// back. Whatever is not a yes says nothing; a Compare finds out why. docs/formats/documents.md.
#ifndef COMMONS_QUERY_PEER_GLANCE_H_
#define COMMONS_QUERY_PEER_GLANCE_H_

#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::query {

struct Glance {
  CommonsId commons;
  OrgId asker;
  OrgId asked;
  Hash32 heads;  // governance::HashOfHeads
};

// Travels as a Compare does, and is told from one by having no payload type.
v1::Envelope SignGlance(const Glance& glance, absl::Time now, const crypto::SigningKey& asker);
bool IsGlance(const v1::Envelope& request);

// The active member of `reg` that asked this of `asked` at most kFreshness from `now` and holds
// the same `heads`, or nullptr. Owned by the register.
const governance::Organisation* WhoHoldsTheSame(const v1::Envelope& request,
                                                const governance::Register& reg, const OrgId& asked,
                                                const Hash32& heads, absl::Time now);
// The answer to it; to others an empty envelope is enough.
v1::Envelope SignYes(const v1::Envelope& request, const Glance& glance,
                     const crypto::SigningKey& asked);

// Whether the reply is a yes of the member that was asked, to this request.
bool SaysYes(const v1::Envelope& reply, const v1::Envelope& request, const Glance& glance,
             const governance::Register& reg);

}  // namespace commons::query

#endif  // COMMONS_QUERY_PEER_GLANCE_H_
