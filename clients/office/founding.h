// Founding a commons and letting others in: the files that organisations hand to each other before
// their nodes know each other (docs/formats/documents.md).
#ifndef COMMONS_CLIENTS_OFFICE_FOUNDING_H_
#define COMMONS_CLIENTS_OFFICE_FOUNDING_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "clients/office/daemon/local_client.h"
#include "governance/standard/datapackage.h"
#include "proto/documents.pb.h"

namespace commons::clients {

struct CharterDraft {
  std::string name, purpose;
  absl::Duration cooling_off;
};
// The charter with its founders' cards (OrgRoot and NodeInfo), read from card files. Practice when
// all the cards are; practice and real cards together are refused (PRACTICE_KEY).
absl::StatusOr<v1::RuleFile> FoundingFile(const std::vector<std::string>& card_paths,
                                          const CharterDraft& draft);

// What the daemon's commons looks like now, with the addresses of up to eight members.
absl::StatusOr<v1::RuleFile> MakeInvitation(LocalClient& client);

// Has the daemon take part: `rules` is a founding file or an invitation.
absl::Status Join(LocalClient& client, const v1::RuleFile& rules);

// A datapackage.json with the lists of codes beside it, its only resource or the one named; errors
// and warnings name the file as it was given.
absl::StatusOr<governance::ParsedPackage> ReadPackage(const std::string& path,
                                                      const std::string& resource = "");

// Sets Code.exclusive_org from dataset column -> code -> organisation name. kInvalidArgument names
// what is unknown.
absl::Status SetExclusiveOrgs(
    const std::map<std::string, std::map<std::string, std::string>>& exclusive,
    const std::map<std::string, OrgId>& orgs, v1::Standard& standard);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FOUNDING_H_
