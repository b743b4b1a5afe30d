// Import: a file that lies in inbox/, rejected rows to outbox/.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/refusal.h"
#include "node/admin_service.h"
#include "node/log.h"
#include "query/question.h"

namespace commons::node {

using governance::Refuse;

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

bool IsPlainName(const std::string& file) {
  return !file.empty() && file.size() <= limits::kNameBytes && file[0] != '.' &&
         file.find('/') == std::string::npos && file.find('\0') == std::string::npos;
}

// A regular file that lies in the directory itself: no link leads out of it.
int OpenInside(const std::string& dir, const std::string& file) {
  const Descriptor inside(open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (inside.get() < 0) return -1;
  const int fd = openat(inside.get(), file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  struct stat info;
  if (fd >= 0 && (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))) {
    close(fd);
    return -1;
  }
  return fd;
}

}  // namespace

absl::Status AdminService::ImportFile(const v1::ImportRequest& request, v1::ImportReply& reply) {
  if (!IsPlainName(request.file())) {
    return Refuse(v1::MALFORMED, "the file must be a plain name in inbox/");
  }
  const auto now = parts_.archive->snapshot();
  const auto* standard = now->reg->FindStandard(request.dataset());
  if (standard == nullptr) {
    return Refuse(v1::UNKNOWN_DATASET,
                  absl::StrCat("the commons has no common definition of \"",
                               request.dataset().substr(0, limits::kNameBytes), "\""));
  }
  const Descriptor csv(OpenInside(parts_.home->inbox(), request.file()));
  if (csv.get() < 0) {
    return Refuse(v1::MALFORMED,
                  absl::StrCat("inbox/", request.file(), ": no readable plain file of that name"));
  }
  const std::string rejects = absl::StrCat(request.file(), ".rejects.csv");
  storage::ImportOptions options;
  options.csv_path = absl::StrCat("/proc/self/fd/", csv.get());
  options.rejects_path = absl::StrCat(parts_.home->outbox(), "/", rejects);
  options.rows_per_person = standard->standard.max_rows_per_person();
  const auto held = parts_.tables->Describe(request.dataset());
  if (held.ok() && !request.replace()) options.rows_held = held->rows;
  unlink(options.rejects_path.c_str());
  const auto imported =
      parts_.tables->Import(request.dataset(), query::LayoutOf(standard->standard), options);
  // The rejects are for the steward, who is in the group of the outbox; they are written also when
  // the import is refused.
  if (chmod(options.rejects_path.c_str(), 0640) == 0) reply.set_rejects_file(rejects);
  if (!imported.ok()) return imported.status();
  const storage::ImportReport& report = *imported;
  reply.set_epoch(report.epoch);
  reply.set_accepted(report.accepted);
  reply.set_rejected(report.rejected);
  for (const std::string& warning : report.warnings) reply.add_warnings(warning);
  return absl::OkStatus();
}

grpc::Status AdminService::Import(grpc::ServerContext*, const v1::ImportRequest* request,
                                  v1::ImportReply* reply) {
  const absl::Status status = ImportFile(*request, *reply);
  if (!status.ok()) {
    v1::Refusal refusal = governance::RefusalOf(status);
    if (absl::IsFailedPrecondition(status)) refusal.set_reason(v1::NO_DATA);
    *reply->mutable_refusal() = std::move(refusal);
    // Storage names the file by its descriptor; people know it by its name.
    std::string& message = *reply->mutable_refusal()->mutable_message();
    const size_t at = message.find("/proc/self/fd/");
    if (at != std::string::npos) {
      const size_t end = message.find_first_not_of("0123456789", at + 14);
      message.replace(at, (end == std::string::npos ? message.size() : end) - at,
                      absl::StrCat("inbox/", request->file()));
    }
  }
  LogInfo("import",
          {{"dataset", request->dataset()},
           {"epoch", reply->epoch()},
           {"accepted", reply->accepted()},
           {"rejected", reply->rejected()},
           {"outcome", status.ok() ? "done" : governance::ReasonName(reply->refusal().reason())}});
  return grpc::Status::OK;
}

}  // namespace commons::node
