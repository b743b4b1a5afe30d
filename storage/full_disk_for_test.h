// For tests of this room and of those above it: a disk that takes no more.
#ifndef COMMONS_STORAGE_FULL_DISK_FOR_TEST_H_
#define COMMONS_STORAGE_FULL_DISK_FOR_TEST_H_

#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "rocksdb/db.h"
#include "storage/db.h"

namespace commons::storage {

// While one lives, the database's write-ahead log can't grow: every write fails with an error that
// names the file. Smaller files of this process still can. The database is good for nothing but
// closing afterwards.
class FullDisk {
 public:
  explicit FullDisk(Database& db) {
    const std::string filling(512 << 10, 'x');  // less than opens a new log
    const rocksdb::Status filled = db.raw()->Put({}, db.family(Family::kDefault), "full", filling);
    if (!filled.ok() || getrlimit(RLIMIT_FSIZE, &before_) != 0) std::abort();
    signal(SIGXFSZ, SIG_IGN);
    const rlimit full{filling.size(), before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_FULL_DISK_FOR_TEST_H_
