#include "clients/office/files/sign_record.h"

#include <filesystem>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"

namespace commons::clients {
namespace {

constexpr size_t kRecordBytes = 16 << 20;

}  // namespace

absl::Status RecordSignature(const std::string& key_path, const governance::Document& document,
                             bool replace) {
  // What has no versions can be said again.
  if (document.header->version() == 0) return absl::OkStatus();
  const std::string path = key_path + ".signed";
  // A genesis has no issuer, a freeze no chain: two of them are two chains.
  const bool genesis = document.header->nonce().size() > 0 || document.header->chain().empty();
  const std::string place = absl::StrCat(
      genesis ? document.id.ToHex() : absl::BytesToHexString(document.header->issuer()), " ",
      document.header->chain(), " ", document.header->version());
  std::vector<std::string> lines;
  if (std::filesystem::exists(path)) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kRecordBytes));
    lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
  }
  std::vector<std::string> kept;
  for (const std::string& line : lines) {
    const std::pair<std::string, std::string> entry = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    if (entry.second != place) {
      kept.push_back(line);
    } else if (entry.first != document.id.ToHex() && !replace) {
      return absl::FailedPreconditionError(
          absl::StrCat(key_path, ": signed ", entry.first.substr(0, 12), " as version ",
                       document.header->version(), " of ", document.header->chain(),
                       " already; add --replace if that one was never handed over"));
    }
  }
  kept.push_back(absl::StrCat(document.id.ToHex(), " ", place));
  return WriteFile(path, absl::StrJoin(kept, "\n") + "\n", 0600);
}

}  // namespace commons::clients
