#include "node/transport/grpc_status.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "governance/document/text.h"

namespace commons::node {

absl::Status FromGrpc(const grpc::Status& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  // Both number the codes as in google.rpc.Code; anything else a peer may send is unknown.
  const int code = static_cast<int>(status.error_code());
  const bool known = code >= 1 && code <= 16;
  return absl::Status(known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
                      absl::StrCat(what, ": ", governance::OneLine(status.error_message(), 200)));
}

}  // namespace commons::node
