#include "records/csv/csv.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace commons::records {
namespace {

constexpr size_t kPad = 16;  // the scanner loads 16 bytes at a time
constexpr size_t kBufferBytes = 2 * limits::kCsvRecordBytes;
constexpr size_t kFieldsMax = 4 * limits::kColumns;

// The first delimiter, quote, LF or NUL at or after p; `end` at the latest. Reads at most kPad
// bytes beyond end.
inline const char* FindSpecial(const char* p, const char* end, const CsvMarks& marks) {
#ifdef __SSE2__
  const __m128i comma = _mm_set1_epi8(marks.delimiter);
  const __m128i quote = _mm_set1_epi8(marks.quote);
  const __m128i line = _mm_set1_epi8('\n');
  for (; p < end; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i hit = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, comma), _mm_cmpeq_epi8(bytes, quote)),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, line), _mm_cmpeq_epi8(bytes, _mm_setzero_si128())));
    if (const int mask = _mm_movemask_epi8(hit)) return std::min(p + __builtin_ctz(mask), end);
  }
  return end;
#else
  while (p < end && *p != marks.delimiter && *p != marks.quote && *p != '\n' && *p != '\0') ++p;
  return p;
#endif
}

bool IsAscii(absl::string_view text) {
  const char* p = text.data();
  size_t left = text.size();
  uint64_t seen = 0;
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    seen |= word;
  }
  for (; left > 0; ++p, --left) seen |= static_cast<uint8_t>(*p);
  return (seen & 0x8080808080808080u) == 0;
}

// The worst of what is wrong with a field's bytes; `so_far` is what its quotes are.
CsvFlaw FlawOf(absl::string_view field, CsvFlaw so_far) {
  if (field.find('\0') != absl::string_view::npos) return CsvFlaw::kNulByte;
  if (!IsValidUtf8(field)) return CsvFlaw::kInvalidUtf8;
  return field.size() > limits::kCsvFieldBytes ? CsvFlaw::kFieldTooLong : so_far;
}

void Note(CsvFlaw flaw, CsvRecord* record) {
  record->flaws.resize(record->fields.size() + 1);
  record->flaws.back() = flaw;
}

struct Closer {
  explicit Closer(int fd) : fd(fd) {}
  ~Closer() { close(fd); }
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  int fd;
};

// A quote that nobody closes takes the rows up to the next quote into one field: they would be lost
// without a word.
constexpr size_t kLinesPerRecord = 100;

size_t LineEndsIn(absl::string_view raw) { return std::count(raw.begin(), raw.end(), '\n'); }

}  // namespace

absl::StatusOr<ByteSource> OpenFileSource(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be opened"));
  auto file = std::make_shared<Closer>(fd);
  struct stat info;
  if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a directory"));
  }
  posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return ByteSource([file, path](char* out, size_t size) -> absl::StatusOr<size_t> {
    ssize_t got;
    do {
      got = read(file->fd, out, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be read"));
    return static_cast<size_t>(got);
  });
}

CsvFlaw CsvRecord::flaw() const {
  const auto first =
      std::find_if(flaws.begin(), flaws.end(), [](CsvFlaw flaw) { return flaw != CsvFlaw::kNone; });
  return first == flaws.end() ? CsvFlaw::kNone : *first;
}

CsvReader::CsvReader(ByteSource source, CsvMarks marks)
    : source_(std::move(source)),
      marks_(marks),
      plain_(marks == CsvMarks()),
      buffer_(new char[kBufferBytes + kPad]()),
      scratch_(new char[limits::kCsvRecordBytes]) {}

absl::Status CsvReader::Refill() {
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (end_ < limits::kCsvRecordBytes && !at_end_) {
    ASSIGN_OR_RETURN(const size_t got, source_(buffer_.get() + end_, kBufferBytes - end_));
    at_end_ = got == 0;
    end_ += got;
  }
  std::memset(buffer_.get() + end_, 0, kPad);
  return absl::OkStatus();
}

// p is behind the opening quote. Returns the end of the field (a delimiter, a line end or `end`),
// or nullptr if the closing quote is not in the buffer yet.
template <bool kPlain>
const char* CsvReader::ScanQuoted(const char* p, const char* end, CsvRecord* record) {
  const CsvMarks marks = kPlain ? CsvMarks() : marks_;
  char* const start = scratch_.get() + scratch_used_;
  char* out = start;
  const char* const first = p;
  bool escaped = false;
  for (;;) {
    const char* quote = static_cast<const char*>(std::memchr(p, marks.quote, end - p));
    if (quote == nullptr || (quote + 1 == end && !at_end_)) return nullptr;
    const bool doubled = marks.doubled && quote + 1 < end && quote[1] == marks.quote;
    if (escaped || doubled) {
      std::memcpy(out, p, quote + doubled - p);
      out += quote + doubled - p;
      escaped = true;
    }
    p = quote + 1 + doubled;
    if (!doubled) break;
  }
  const char* after = p;
  while (after < end && *after != marks.delimiter && *after != '\n') ++after;
  const bool bare_cr = after == p + 1 && *p == '\r' && (after == end || *after == '\n');
  if (after != p && !bare_cr) Note(CsvFlaw::kBadQuote, record);
  if (escaped) {
    record->fields.emplace_back(start, out - start);
    scratch_used_ += out - start;
  } else {
    record->fields.emplace_back(first, p - 1 - first);
  }
  return after;
}

// Whatever stands in it, be it half a quote: as an empty row.
CsvReader::Outcome CsvReader::PassComment(CsvRecord* record) {
  const char* const begin = buffer_.get() + begin_;
  const auto* line_end = static_cast<const char*>(std::memchr(begin, '\n', end_ - begin_));
  if (line_end == nullptr && !at_end_) return Outcome::kNeedMore;
  record->raw = {};
  begin_ = line_end == nullptr ? end_ : line_end + 1 - buffer_.get();
  return Outcome::kRecord;
}

// What is known of a record once its end is. odd: a field is too long, or holds a NUL.
void CsvReader::EndRecord(const char* line_end, const char* end, bool odd, CsvRecord* record) {
  const char* const begin = buffer_.get() + begin_;
  const bool cr = line_end > begin && line_end[-1] == '\r';
  record->raw = absl::string_view(begin, line_end - begin - cr);
  odd |= !IsAscii(record->raw) && !IsValidUtf8(record->raw);
  if (odd || !record->flaws.empty()) {
    record->flaws.resize(record->fields.size());
    for (size_t i = 0; i < record->flaws.size(); ++i) {
      record->flaws[i] = FlawOf(record->fields[i], record->flaws[i]);
    }
  }
  begin_ = line_end - buffer_.get() + (line_end < end);
}

template <bool kPlain>
CsvReader::Outcome CsvReader::Scan(CsvRecord* record) {
  const char* const begin = buffer_.get() + begin_;
  const char* const end = buffer_.get() + std::min(end_, begin_ + limits::kCsvRecordBytes);
  const bool last = at_end_ && end == buffer_.get() + end_;
  const CsvMarks marks = kPlain ? CsvMarks() : marks_;
  record->fields.clear();
  record->flaws.clear();
  scratch_used_ = 0;
  bool odd = false;
  const char* p = begin;
  if (marks.comment != '\0' && *p == marks.comment) return PassComment(record);
  for (;;) {
    if (record->fields.size() == kFieldsMax) return Outcome::kTooManyFields;
    while (marks.initial_spaces && p < end && *p == ' ') ++p;
    if (p < end && *p == marks.quote && marks.quote != '\0') {
      const char* const start = p;
      p = ScanQuoted<kPlain>(p + 1, end, record);
      if (p == nullptr) return Outcome::kNeedMore;
      odd |= std::memchr(start, 0, p - start) != nullptr;
    } else {
      const char* const start = p;
      while ((p = FindSpecial(p, end, marks)) < end && *p != marks.delimiter && *p != '\n') {
        odd |= *p == '\0';
        if (*p++ != '\0') Note(CsvFlaw::kBadQuote, record);
      }
      const bool cr = p > start && p[-1] == '\r' && (p == end || *p == '\n');
      record->fields.emplace_back(start, p - start - cr);
    }
    odd |= record->fields.back().size() > limits::kCsvFieldBytes;
    if (p == end && !last) return Outcome::kNeedMore;
    if (p == end || *p != marks.delimiter) break;
    ++p;
  }
  EndRecord(p, end, odd, record);
  return Outcome::kRecord;
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord* record) {
  if (!started_) {
    RETURN_IF_ERROR(Refill());
    started_ = true;
    if (absl::StartsWith({buffer_.get(), end_}, kUtf8Mark)) begin_ = kUtf8Mark.size();
  }
  for (;;) {
    if (begin_ == end_) {
      if (!at_end_) RETURN_IF_ERROR(Refill());
      if (begin_ == end_ && at_end_) return false;
    }
    switch (plain_ ? Scan<true>(record) : Scan<false>(record)) {
      case Outcome::kRecord:
        record->row = ++row_;
        record->line = row_ + lines_inside_;
        if (record->raw.empty()) break;
        record->line_ends = LineEndsIn(record->raw);
        lines_inside_ += record->line_ends;
        if (record->line_ends > kLinesPerRecord) {
          return absl::InvalidArgumentError(
              absl::StrCat("row ", row_, ": one row goes on over ", record->line_ends + 1,
                           " lines; close the quote that is opened there, or take it away"));
        }
        return true;
      case Outcome::kTooManyFields:
        return absl::InvalidArgumentError(
            absl::StrCat("row ", row_ + 1, ": more than ", kFieldsMax, " fields"));
      case Outcome::kNeedMore:
        if (end_ - begin_ >= limits::kCsvRecordBytes) {
          return absl::InvalidArgumentError(
              absl::StrCat("row ", row_ + 1, ": longer than ", limits::kCsvRecordBytes,
                           " bytes; does a quote opened there never close?"));
        }
        if (at_end_) {
          return absl::InvalidArgumentError(
              absl::StrCat("row ", row_ + 1, ": a quote opened there never closes"));
        }
        RETURN_IF_ERROR(Refill());
        break;
    }
  }
}

void AppendCsvField(absl::string_view field, std::string* out, const CsvMarks& marks) {
  const char divides[] = {marks.delimiter, '\r', '\n', marks.quote};
  const absl::string_view any(divides, sizeof(divides) - (marks.quote == '\0'));
  const bool plain = field.find_first_of(any) == absl::string_view::npos;
  const bool quoted = !plain && marks.quote != '\0';
  if (quoted) out->push_back(marks.quote);
  for (const char c : field) {
    const bool is_quote = quoted && c == marks.quote;
    const bool unsayable = is_quote ? !marks.doubled : !quoted && absl::StrContains(any, c);
    if (is_quote && marks.doubled) out->push_back(c);
    out->push_back(unsayable ? ' ' : c);
  }
  if (quoted) out->push_back(marks.quote);
}

bool IsValidUtf8(absl::string_view text) {
  const auto* p = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* const end = p + text.size();
  while (p < end) {
    if (*p < 0x80) {
      ++p;
      continue;
    }
    const int extra = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;
    if (*p < 0xc2 || *p > 0xf4 || end - p <= extra) return false;
    uint32_t point = *p & (0x3f >> extra);
    for (int i = 1; i <= extra; ++i) {
      if ((p[i] & 0xc0) != 0x80) return false;
      point = point << 6 | (p[i] & 0x3f);
    }
    if (extra == 2 && (point < 0x800 || (point >= 0xd800 && point < 0xe000))) return false;
    if (extra == 3 && (point < 0x10000 || point > 0x10ffff)) return false;
    p += extra + 1;
  }
  return true;
}

}  // namespace commons::records
