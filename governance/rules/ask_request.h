// A question as an owner's rules see it.
#ifndef COMMONS_GOVERNANCE_RULES_ASK_REQUEST_H_
#define COMMONS_GOVERNANCE_RULES_ASK_REQUEST_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct AskRequest {
  OrgId asking_org;
  PublicKey researcher;
  DocId project;
  std::string purpose;
  std::string dataset;
  Hash32 standard_id;
  v1::Release release = v1::RELEASE_UNSPECIFIED;
  v1::NoiseClass noise = v1::NOISE_CLASS_UNSPECIFIED;  // ignored when open
  std::set<uint32_t> columns;                          // indices used anywhere in the question
  std::multimap<uint32_t, uint32_t> groupings;         // by which it groups: column to places
  bool uses_foreign_exclusive_code = false;  // a commons:exclusive code is grouped or filtered by
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_RULES_ASK_REQUEST_H_
