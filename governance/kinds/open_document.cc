#include "governance/kinds/open_document.h"

#include "governance/document/open_as.h"
#include "governance/kinds/table.h"

namespace commons::governance {

absl::StatusOr<Document> OpenDocument(const v1::Envelope& envelope) {
  return OpenAs(FindKind(envelope.payload_type()), envelope);
}

}  // namespace commons::governance
