// What a draft is made from.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_SOURCES_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_SOURCES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "clients/office/draft/spec.h"
#include "crypto/random.h"
#include "governance/document/document.h"

namespace commons::clients {

// Borrows the spec.
struct Sources {
  const Spec& spec;
  // Of --prev, else of a context: the version before is among them.
  std::vector<governance::Document> before;
  std::string prev_file;  // for errors
  crypto::RandomSource& random;
  absl::Time now;
  // Where the spec does not say whose it is, and in which commons.
  std::optional<OrgId> own;
  std::optional<CommonsId> commons;
  uint32_t ballot = 1;  // that a proposal would go into
};

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_SOURCES_H_
