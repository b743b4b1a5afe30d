#include "query/release/question_version.h"

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"
#include "query/peer/peer_message.h"
#include "query/question/cell_space.h"

namespace commons::query {

uint32_t VersionOf(const v1::Question& question, const v1::Standard& standard) {
  return LeavesBinsOut(question, standard) ? kVersionOfKeptGroups : kPlainVersion;
}

absl::Status CheckVersion(const v1::PeerHeader& header, absl::string_view asker,
                          const v1::Question& question, const v1::Standard& standard) {
  const uint32_t needed = VersionOf(question, standard);
  if (needed == kPlainVersion || header.version() >= needed) return absl::OkStatus();
  return governance::Refuse(
      v1::NEWER_VERSION,
      absl::StrCat("question: its filter leaves groups out, which takes version ", needed, "; ",
                   asker, " speaks version ", header.version(), " and needs an update"));
}

}  // namespace commons::query
