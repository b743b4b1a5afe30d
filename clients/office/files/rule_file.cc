#include "clients/office/files/rule_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/whole_file.h"
#include "governance/document/rule_file.h"

namespace commons::clients {
namespace {

constexpr size_t kRuleFileBytes = limits::kLocalMessageBytes;

absl::Status Errno(absl::string_view path, absl::string_view what) {
  return absl::ErrnoToStatus(errno, absl::StrCat(path, ": ", what));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Errno(path, "can't be read");
  std::string bytes;
  char buffer[1 << 16];
  ssize_t n = 0;
  while ((n = read(fd, buffer, sizeof buffer)) > 0 && bytes.size() <= bytes_max) {
    bytes.append(buffer, n);
  }
  close(fd);
  if (n < 0) return Errno(path, "can't be read");
  if (bytes.size() > bytes_max) {
    return absl::ResourceExhaustedError(absl::StrCat(path, ": larger than ", bytes_max, " bytes"));
  }
  return bytes;
}

absl::Status WriteFile(const std::string& path, absl::string_view bytes, int mode) {
  return WriteWholeFile(path, bytes, static_cast<unsigned>(mode), IfThere::kReplace);
}

absl::StatusOr<v1::RuleFile> ReadRuleFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kRuleFileBytes));
  auto rules = governance::DecodeRuleFile(bytes);
  if (!rules.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", rules.status().message()));
  }
  return rules;
}

absl::Status WriteRuleFile(const std::string& path, const v1::RuleFile& rules) {
  return WriteFile(path, governance::EncodeRuleFile(rules), 0644);
}

absl::StatusOr<v1::Envelope> OnlyEnvelope(const v1::RuleFile& rules, absl::string_view kind,
                                          const std::string& path) {
  const v1::Envelope* found = nullptr;
  for (const v1::Envelope& envelope : rules.envelopes()) {
    if (envelope.payload_type() != std::string(kind)) continue;
    if (found != nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": holds more than one ", kind));
    }
    found = &envelope;
  }
  if (found == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": holds no ", kind));
  }
  return *found;
}

}  // namespace commons::clients
