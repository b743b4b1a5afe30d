#include "clients/office/files/code_table.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "records/csv/csv.h"

namespace commons::clients {
namespace {

template <typename... Parts>
absl::Status Invalid(const Parts&... what) {
  return absl::InvalidArgumentError(absl::StrCat(what...));
}

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { close(fd_); }
  int fd() const { return fd_; }

 private:
  const int fd_;
};

absl::Status CannotOpen() {
  return errno == ELOOP || errno == ENOTDIR
             ? Invalid("is a link, or lies behind one; put the file itself beside the package")
             : Invalid("can't be read: ", std::strerror(errno));
}

// Folder by folder, so that no link leads out of the first.
absl::StatusOr<int> OpenBeside(const std::string& folder, const std::string& path) {
  int at = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::vector<std::string> parts = absl::StrSplit(path, '/');
  for (size_t i = 0; i < parts.size() && at >= 0; ++i) {
    const int kind = i + 1 < parts.size() ? O_DIRECTORY : O_NONBLOCK;
    const int next = openat(at, parts[i].c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind);
    const int error = errno;
    close(at);
    errno = error;
    at = next;
  }
  if (at < 0) return CannotOpen();
  return at;
}

absl::Status CheckFile(int fd) {
  struct stat stat = {};
  if (fstat(fd, &stat) != 0) return CannotOpen();
  if (!S_ISREG(stat.st_mode)) return Invalid("is no file");
  if (stat.st_size <= static_cast<off_t>(limits::kCodeListBytes)) return absl::OkStatus();
  return Invalid("is larger than ", limits::kCodeListBytes, " bytes; keep the columns in use");
}

// A file that grows while it is read ends where the limit is.
records::ByteSource SourceOf(int fd) {
  return [fd, left = limits::kCodeListBytes + 1](char* out,
                                                 size_t size) mutable -> absl::StatusOr<size_t> {
    const ssize_t n = read(fd, out, std::min(size, left));
    if (n < 0) return Invalid("can't be read: ", std::strerror(errno));
    left -= static_cast<size_t>(n);
    if (left == 0) return Invalid("is larger than ", limits::kCodeListBytes, " bytes");
    return static_cast<size_t>(n);
  };
}

absl::StatusOr<governance::CodeTable::Row> RowOf(const records::CsvRecord& record) {
  governance::CodeTable::Row row;
  row.number = record.row;
  for (size_t i = 0; i < record.fields.size(); ++i) {
    const records::CsvFlaw flaw = record.flaws.empty() ? records::CsvFlaw::kNone : record.flaws[i];
    absl::StatusOr<std::string> text = Nfc(record.fields[i]);
    if (flaw != records::CsvFlaw::kNone || !text.ok()) {
      return Invalid("row ", record.row, ", field ", i + 1,
                     " is no text; save it as CSV in UTF-8, with commas");
    }
    row.fields.push_back(*std::move(text));
  }
  return row;
}

}  // namespace

absl::StatusOr<governance::CodeTable> ReadCodeTable(const std::string& folder,
                                                    const std::string& path) {
  ASSIGN_OR_RETURN(const int fd, OpenBeside(folder, path));
  const OpenFile file(fd);
  RETURN_IF_ERROR(CheckFile(fd));
  records::CsvReader reader(SourceOf(fd));
  governance::CodeTable table;
  records::CsvRecord record;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(&record));
    if (!more) break;
    ASSIGN_OR_RETURN(governance::CodeTable::Row row, RowOf(record));
    if (table.header.empty()) {
      table.header = std::move(row.fields);
      continue;
    }
    if (table.rows.size() == limits::kCodesPerLongList) {
      return Invalid("has more than ", limits::kCodesPerLongList, " rows; list fewer codes");
    }
    table.rows.push_back(std::move(row));
  }
  if (table.header.empty()) return Invalid("is empty; its first row names its columns");
  return table;
}

}  // namespace commons::clients
