#include "storage/db.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"
#include "storage/db_settings.h"

namespace commons::storage {
namespace {

// In the order of Family; the names are on disk.
constexpr std::array<const char*, 8> kFamilyNames = {"default", "documents", "log",      "audit",
                                                     "ledger",  "releases",  "datasets", "columns"};
// Made by versions before, and never used: dropped at open.
constexpr absl::string_view kFormerFamily = "nonces";
constexpr absl::string_view kLetItsUserOwnIt =
    "; let the daemon's user own the directory and all that is in it";

// Remembers why RocksDB stopped writing. Called on RocksDB's threads.
class FaultListener : public rocksdb::EventListener {
 public:
  struct Fault {
    rocksdb::Status error;
    uint64_t number = 0;
  };
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    std::lock_guard lock(mu_);
    if (fault_.error.ok() || error->severity() > fault_.error.severity()) fault_.error = *error;
    ++fault_.number;
  }
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override {
    if (info.new_bg_error.ok()) Forget(latest().number);
  }
  // Unless another one has come since.
  void Forget(uint64_t number) {
    std::lock_guard lock(mu_);
    if (fault_.number == number) fault_.error = rocksdb::Status::OK();
  }
  Fault latest() const {
    std::lock_guard lock(mu_);
    return fault_;
  }

 private:
  mutable std::mutex mu_;
  Fault fault_;
};

absl::Status MakeDirectory(const std::string& dir) {
  if (mkdir(dir.c_str(), 0700) == 0) return absl::OkStatus();
  if (errno != EEXIST) {
    return absl::FailedPreconditionError(
        absl::StrCat("database ", dir, ": cannot create: ", strerror(errno)));
  }
  return absl::OkStatus();
}

// Only a name that is not there means that there is no database: behind one that can't be looked at
// everything may lie, and whoever took it for nothing would send people to their backups.
absl::StatusOr<bool> IsDatabase(const std::string& dir) {
  const std::string current = absl::StrCat(dir, "/CURRENT");
  const int fd = open(current.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    close(fd);
    return true;
  }
  if (errno == ENOENT) return false;
  const std::string message = absl::StrCat(current, ": can't be read: ", strerror(errno));
  if (errno != EACCES && errno != EPERM) return absl::UnavailableError(message);
  return absl::PermissionDeniedError(absl::StrCat(message, kLetItsUserOwnIt));
}

// Those that are there; none where there is no database.
absl::StatusOr<std::vector<std::string>> FamiliesOf(const std::string& dir,
                                                    const rocksdb::DBOptions& options) {
  std::vector<std::string> found;
  ASSIGN_OR_RETURN(const bool there, IsDatabase(dir));
  if (!there) return found;
  rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(options, dir, &found);
  if (!listed.ok()) return FromRocks(listed, absl::StrCat("database ", dir));
  return found;
}

// Every family there is must be named at open, also those of a newer version.
absl::StatusOr<std::vector<std::string>> FamiliesToOpen(const std::string& dir,
                                                        const rocksdb::DBOptions& options) {
  std::vector<std::string> names(kFamilyNames.begin(), kFamilyNames.end());
  ASSIGN_OR_RETURN(const std::vector<std::string> found, FamiliesOf(dir, options));
  for (const std::string& name : found) {
    if (name == kFormerFamily) {
      names.push_back(name);
    } else if (std::find(names.begin(), names.end(), name) == names.end()) {
      return absl::FailedPreconditionError(absl::StrCat("database ", dir, ": holds \"", name,
                                                        "\", which this version does not know"));
    }
  }
  return names;
}

std::vector<rocksdb::ColumnFamilyDescriptor> Described(
    const std::vector<std::string>& names, const std::shared_ptr<rocksdb::Cache>& cache) {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.reserve(names.size());
  for (const std::string& name : names) descriptors.emplace_back(name, FamilyOptions(cache));
  return descriptors;
}

}  // namespace

struct Database::Impl {
  std::string dir;
  std::shared_ptr<FaultListener> faults = std::make_shared<FaultListener>();
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
};

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& dir) {
  if (absl::Status made = MakeDirectory(dir); !made.ok()) return made;
  rocksdb::Env* env = rocksdb::Env::Default();
  env->SetBackgroundThreads(1, rocksdb::Env::LOW);
  env->SetBackgroundThreads(1, rocksdb::Env::HIGH);
  const std::shared_ptr<rocksdb::Cache> cache = NewCache();
  rocksdb::DBOptions options = DatabaseOptions(cache, env);
  absl::StatusOr<std::vector<std::string>> names = FamiliesToOpen(dir, options);
  if (!names.ok()) return names.status();
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  options.listeners.push_back(impl->faults);
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened =
      rocksdb::DB::Open(options, dir, Described(*names, cache), &impl->families, &db);
  if (!opened.ok()) return FromRocks(opened, absl::StrCat("database ", dir));
  impl->db.reset(db);
  if (names->size() > kFamilyNames.size()) {
    const rocksdb::Status dropped = db->DropColumnFamily(impl->families.back());
    if (!dropped.ok()) return FromRocks(dropped, absl::StrCat("database ", dir));
  }
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenToRead(const std::string& dir) {
  const std::shared_ptr<rocksdb::Cache> cache = NewCache();
  rocksdb::DBOptions options = DatabaseOptions(cache, rocksdb::Env::Default());
  ASSIGN_OR_RETURN(const std::vector<std::string> found, FamiliesOf(dir, options));
  if (found.empty()) return nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status opened =
      rocksdb::DB::OpenForReadOnly(options, dir, Described(found, cache), &handles, &db);
  if (!opened.ok()) return FromRocks(opened, absl::StrCat("database ", dir));
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->db.reset(db);
  impl->families.resize(kFamilyNames.size(), nullptr);
  for (size_t i = 0; i < found.size(); ++i) {
    const auto* known = std::find(kFamilyNames.begin(), kFamilyNames.end(), found[i]);
    if (known == kFamilyNames.end()) {
      impl->families.push_back(handles[i]);
    } else {
      impl->families[static_cast<size_t>(known - kFamilyNames.begin())] = handles[i];
    }
  }
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* handle : impl_->families) {
    if (handle != nullptr) impl_->db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  impl_->db->Close().PermitUncheckedError();
}

rocksdb::DB* Database::raw() const { return impl_->db.get(); }

rocksdb::ColumnFamilyHandle* Database::family(Family family) const {
  return impl_->families[static_cast<size_t>(family)];
}

const std::string& Database::dir() const { return impl_->dir; }

absl::Status Database::Health() const {
  return FromRocks(impl_->faults->latest().error, absl::StrCat("database ", impl_->dir));
}

absl::Status Database::Recover() {
  const FaultListener::Fault fault = impl_->faults->latest();
  if (fault.error.ok()) return absl::OkStatus();
  const absl::Status told = FromRocks(fault.error, absl::StrCat("database ", impl_->dir));
  if (fault.error.severity() >= rocksdb::Status::Severity::kFatalError) {
    return absl::InternalError(told.message());
  }
  if (!impl_->db->Resume().ok()) return absl::UnavailableError(told.message());
  impl_->faults->Forget(fault.number);
  return Health().ok() ? absl::OkStatus() : absl::UnavailableError(told.message());
}

namespace {

// RocksDB tells the reasons of the system in words only, last.
bool IsBecause(const rocksdb::Status& status, int error) {
  return status.IsIOError() && absl::EndsWith(status.ToString(), strerror(error));
}

// A LOCK that may not be opened, or lies on a disk that can only be read, is held by nobody.
bool IsLockHeld(const rocksdb::Status& status) {
  if (!status.IsIOError()) return false;
  return absl::StrContains(status.ToString(), "lock hold by current process") ||
         (absl::StrContains(status.ToString(), "While lock file") && IsBecause(status, EAGAIN));
}

}  // namespace

absl::Status FromRocks(const rocksdb::Status& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  if (IsLockHeld(status)) {
    return absl::FailedPreconditionError(absl::StrCat(what, " is in use by another process"));
  }
  const std::string message = absl::StrCat(what, ": ", status.ToString());
  if (IsBecause(status, EACCES) || IsBecause(status, EPERM)) {
    return absl::PermissionDeniedError(absl::StrCat(message, kLetItsUserOwnIt));
  }
  if (IsBecause(status, EROFS)) {
    return absl::PermissionDeniedError(
        absl::StrCat(message, "; let the disk be mounted for writing"));
  }
  switch (status.code()) {
    case rocksdb::Status::kNotFound:
      return absl::NotFoundError(message);
    case rocksdb::Status::kCorruption:
      return absl::DataLossError(message);
    case rocksdb::Status::kNotSupported:
      return absl::UnimplementedError(message);
    case rocksdb::Status::kInvalidArgument:
      return absl::InvalidArgumentError(message);
    case rocksdb::Status::kIOError:
      // Not kResourceExhausted, with which the ledger says that a budget is used up.
      return status.IsNoSpace() ? absl::InternalError(message) : absl::UnavailableError(message);
    case rocksdb::Status::kMergeInProgress:
    case rocksdb::Status::kIncomplete:
    case rocksdb::Status::kBusy:
    case rocksdb::Status::kTryAgain:
    case rocksdb::Status::kShutdownInProgress:
      return absl::UnavailableError(message);
    case rocksdb::Status::kTimedOut:
      return absl::DeadlineExceededError(message);
    case rocksdb::Status::kAborted:
    case rocksdb::Status::kExpired:
      return absl::AbortedError(message);
    default:
      return absl::InternalError(message);
  }
}

}  // namespace commons::storage
