#include "records/csv/rejects.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "base/text/csv_marks.h"

namespace commons::records {
namespace {

constexpr size_t kFlushBytes = 1 << 18;
constexpr absl::string_view kOfImport = " of import ";

}  // namespace

std::string RejectRowHeader(uint64_t mark) {
  return absl::StrCat(kRejectRow, kOfImport, absl::Hex(mark, absl::kZeroPad16));
}

bool IsRejectRowHeader(absl::string_view header) {
  return absl::ConsumePrefix(&header, kRejectRow) &&
         (header.empty() || absl::StartsWith(header, kOfImport));
}

bool IsRejectHeader(absl::string_view header) {
  return IsRejectRowHeader(header) || header == kRejectColumn || header == kRejectReason;
}

RejectsFile::RejectsFile(std::string path, const CsvRecord& header, const CsvMarks& marks,
                         bool marked)
    : path_(std::move(path)),
      part_(path_ + ".part"),
      marks_(marks),
      header_at_(marked ? kUtf8Mark.size() : 0) {
  for (const absl::string_view field : header.fields) own_.push_back(IsRejectHeader(field));
  has_own_ = std::find(own_.begin(), own_.end(), true) != own_.end();
  absl::StrAppend(&pending_, kUtf8Mark.substr(0, header_at_));
  for (const std::string& name :
       {RejectRowHeader(0), std::string(kRejectColumn), std::string(kRejectReason)}) {
    pending_ += name;
    pending_.push_back(marks_.delimiter);
  }
  AppendOriginal(header);
}

RejectsFile::~RejectsFile() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(part_.c_str());
}

void RejectsFile::AppendOriginal(const CsvRecord& record) {
  if (!has_own_) {
    absl::StrAppend(&pending_, record.raw, "\n");
    return;
  }
  bool first = true;
  for (size_t i = 0; i < record.fields.size(); ++i) {
    if (i < own_.size() && own_[i]) continue;
    if (!first) pending_.push_back(marks_.delimiter);
    first = false;
    AppendCsvField(record.fields[i], &pending_, marks_);
  }
  pending_.push_back('\n');
}

absl::Status RejectsFile::Create() {
  unlink(part_.c_str());
  fd_ = open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd_ >= 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat(part_, ": cannot be created"));
}

absl::Status RejectsFile::Flush() {
  size_t done = 0;
  while (done < pending_.size()) {
    const ssize_t wrote = write(fd_, pending_.data() + done, pending_.size() - done);
    if (wrote < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, absl::StrCat(part_, ": cannot be written"));
    }
    if (wrote > 0) done += wrote;
  }
  pending_.clear();
  return absl::OkStatus();
}

absl::Status RejectsFile::Add(const CsvRecord& record, absl::string_view column,
                              absl::string_view reason) {
  if (path_.empty()) return absl::OkStatus();
  if (fd_ < 0) RETURN_IF_ERROR(Create());
  absl::StrAppend(&pending_, record.row);
  for (const absl::string_view said : {column, reason}) {
    pending_.push_back(marks_.delimiter);
    AppendCsvField(said, &pending_, marks_);
  }
  pending_.push_back(marks_.delimiter);
  AppendOriginal(record);
  return pending_.size() < kFlushBytes ? absl::OkStatus() : Flush();
}

absl::Status RejectsFile::Finish(uint64_t mark) {
  if (fd_ < 0) return absl::OkStatus();
  RETURN_IF_ERROR(Flush());
  const std::string header = RejectRowHeader(mark);  // as long as the one that stands there
  if (pwrite(fd_, header.data(), header.size(), static_cast<off_t>(header_at_)) !=
          static_cast<ssize_t>(header.size()) ||
      fsync(fd_) != 0 || std::rename(part_.c_str(), path_.c_str()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat(path_, ": cannot be written"));
  }
  close(fd_);
  fd_ = -1;
  return absl::OkStatus();
}

}  // namespace commons::records
