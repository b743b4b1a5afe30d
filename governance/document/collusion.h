// How rules name the collusion model, and privacy/ its arithmetic: one step from one to the other.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_COLLUSION_H_
#define COMMONS_GOVERNANCE_DOCUMENT_COLLUSION_H_

#include "privacy/noise.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// What is not stated is a minority.
inline privacy::Collusion CollusionOf(v1::CollusionModel model) {
  return model == v1::ALL ? privacy::Collusion::kAll : privacy::Collusion::kMinority;
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_COLLUSION_H_
