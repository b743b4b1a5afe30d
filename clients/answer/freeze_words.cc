#include "clients/answer/freeze_words.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/answer/json_text.h"
#include "governance/register/stop_words.h"

namespace commons::clients {
namespace {

std::string Since(const v1::StatusReply::Freeze& freeze) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(freeze.since()),
                          absl::UTCTimeZone());
}

}  // namespace

std::string FreezeWords(const v1::StatusReply::Freeze& freeze) {
  return absl::StrCat(
      freeze.what(), freeze.member().empty() ? "" : absl::StrCat(" of ", freeze.member()),
      ", stopped since ", Since(freeze), ": ", governance::StopReasonWords(freeze.reason()),
      " (document ", absl::BytesToHexString(freeze.doc_id()).substr(0, 16), ")");
}

std::string FreezeJson(const v1::StatusReply::Freeze& freeze) {
  return JsonObject()
      .Text("member", freeze.member())
      .Text("what", freeze.what())
      .Text("since", Since(freeze))
      .Text("reason", governance::StopReasonCode(freeze.reason()))
      .Text("words", governance::StopReasonWords(freeze.reason()))
      .Text("document", absl::BytesToHexString(freeze.doc_id()))
      .Build();
}

}  // namespace commons::clients
