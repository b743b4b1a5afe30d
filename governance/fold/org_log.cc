#include "governance/fold/org_log.h"

#include "governance/document/payload_types.h"

namespace commons::governance {

OrgLog& ChangeIn(Logs& logs, const OrgId& org) {
  std::shared_ptr<const OrgLog>& log = logs[org];
  const auto copy = log == nullptr ? std::make_shared<OrgLog>() : std::make_shared<OrgLog>(*log);
  log = copy;
  return *copy;
}

bool BeginsWithItsCard(const OrgId& org, const OrgLog& log) {
  return !log.entries.empty() && log.entries[0].document != nullptr &&
         log.entries[0].document->kind() == kinds::kOrgRoot &&
         log.entries[0].document->header->version() == 1 &&
         log.entries[0].document->id.view() == org.view();
}

}  // namespace commons::governance
