// The documents that a command under `commons doc` is about: a file, or (the beginning of) an id.
#ifndef COMMONS_CLIENTS_CLI_DOC_TARGET_H_
#define COMMONS_CLIENTS_CLI_DOC_TARGET_H_

#include "absl/status/statusor.h"
#include "clients/cli/doc_options.h"
#include "clients/office/papers.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// What the target is about: the chains of the documents in the file, or of those that the daemon
// knows by (the beginning of) an id; the projects, which approvals name; what rules are met with.
absl::StatusOr<Papers> PapersAbout(const DocOptions& options);

// The documents in the file `target`, or those that the daemon knows by (the beginning of) that id:
// none that counts for nothing. `papers` is nullptr where no node is named.
absl::StatusOr<v1::RuleFile> FindTarget(const DocOptions& options, const Papers* papers);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_TARGET_H_
