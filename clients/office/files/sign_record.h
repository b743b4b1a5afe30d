// What a person's key has signed, kept beside the key, so that it never signs two versions of one
// document by mistake.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_SIGN_RECORD_H_
#define COMMONS_CLIENTS_OFFICE_FILES_SIGN_RECORD_H_

#include <string>

#include "absl/status/status.h"
#include "governance/document/document.h"

namespace commons::clients {

// Notes in KEY.signed that the key is about to sign `document`. kFailedPrecondition when it signed
// another document for the same issuer, chain and version, unless `replace`.
absl::Status RecordSignature(const std::string& key_path, const governance::Document& document,
                             bool replace);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_SIGN_RECORD_H_
