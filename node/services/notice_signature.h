// The node's own word on a steward's notice of holdings: that it holds the edition named there.
#ifndef COMMONS_NODE_SERVICES_NOTICE_SIGNATURE_H_
#define COMMONS_NODE_SERVICES_NOTICE_SIGNATURE_H_

#include "governance/register/register.h"
#include "node/machine/home.h"
#include "proto/documents.pb.h"
#include "storage/table/table_store.h"

namespace commons::node {

// Adds the node's signature to a notice of this organisation that one of the stewards on its card
// in force has signed and that names the edition held now, or none when none is held. Whatever else
// is returned as it came: what counts is decided for it as for any document. So a steward needs no
// key of the node's.
v1::Envelope WithNodeSignature(v1::Envelope envelope, const Home& home,
                               const governance::Register& reg, const storage::TableStore& tables);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_NOTICE_SIGNATURE_H_
