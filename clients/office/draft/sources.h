// What a draft is made from.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_SOURCES_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_SOURCES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/office/draft/spec.h"
#include "crypto/random.h"
#include "governance/document/document.h"

namespace commons::clients {

// Borrows the spec.
struct Sources {
  const Spec& spec;
  std::vector<governance::Document> before;  // of --prev: the version before is among them
  std::string prev_file;                     // for errors
  crypto::RandomSource& random;
  absl::Time now;
};

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_SOURCES_H_
