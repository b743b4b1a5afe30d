#include "records/csv/owners_file.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/csv_marks.h"
#include "base/text/encoding.h"
#include "records/csv/rejects.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

constexpr size_t kPieceBytes = 1 << 16;

class DecodingSource {
 public:
  DecodingSource(ByteSource source, Encoding encoding, bool cr_line_ends)
      : source_(std::move(source)),
        decoder_(encoding),
        cr_line_ends_(cr_line_ends),
        raw_(kPieceBytes, '\0') {}

  absl::StatusOr<size_t> Read(char* out, size_t size) {
    while (at_ == text_.size() && !ended_) RETURN_IF_ERROR(Fill());
    const size_t count = std::min(size, text_.size() - at_);
    std::memcpy(out, text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  // As many bytes as the source has, the mark's at least: it may come in pieces.
  absl::StatusOr<absl::string_view> Piece() {
    size_t filled = 0;
    while (filled < kUtf8Mark.size() && !ended_) {
      ASSIGN_OR_RETURN(const size_t got, source_(raw_.data() + filled, raw_.size() - filled));
      ended_ = got == 0;
      filled += got;
    }
    return absl::string_view(raw_.data(), filled);
  }

  absl::Status Fill() {
    ASSIGN_OR_RETURN(const absl::string_view piece, Piece());
    if (!std::exchange(started_, true)) is_utf8_ = absl::StartsWith(piece, kUtf8Mark);
    text_.clear();
    at_ = 0;
    if (is_utf8_) {
      text_.assign(piece.data(), piece.size());
    } else {
      decoder_.Decode(piece, &text_);
      if (ended_) decoder_.Finish(&text_);
    }
    if (cr_line_ends_) EndLines();
    return absl::OkStatus();
  }

  // CR becomes LF, and so does CRLF: a file of rejected rows may have been saved with either.
  void EndLines() {
    char* out = text_.data();
    for (const char c : text_) {
      if (std::exchange(after_cr_, c == '\r') && c == '\n') continue;
      *out++ = c == '\r' ? '\n' : c;
    }
    text_.resize(out - text_.data());
  }

  ByteSource source_;
  Decoder decoder_;
  const bool cr_line_ends_;
  std::string raw_;
  std::string text_;  // [at_, end) is not handed out yet
  size_t at_ = 0;
  bool started_ = false, is_utf8_ = false, ended_ = false, after_cr_ = false;
};

Encoding EncodingOf(const v1::Dialect& dialect) {
  return FindEncoding(dialect.encoding()).value_or(Encoding::kUtf8);
}

// The reader passes over such rows.
absl::Status NoHeader(uint32_t row) {
  return absl::InvalidArgumentError(
      absl::StrCat("row ", row, ", in which the dialect says that the header is (headerRows), is ",
                   "empty or a comment; name the row of the header"));
}

// The source, refused at its first bytes where they are those of no text.
ByteSource TextSource(ByteSource source) {
  return [source = std::move(source), first = true](char* out,
                                                    size_t size) mutable -> absl::StatusOr<size_t> {
    ASSIGN_OR_RETURN(const size_t count, source(out, size));
    if (!std::exchange(first, false)) return count;
    std::string why = NoTextHint(absl::string_view(out, count));
    if (!why.empty()) return absl::InvalidArgumentError(std::move(why));
    return count;
  };
}

char CharOf(const std::string& text, char otherwise) { return text.empty() ? otherwise : text[0]; }

}  // namespace

CsvMarks MarksOf(const v1::Dialect& dialect) {
  CsvMarks marks;
  marks.delimiter = CharOf(dialect.delimiter(), marks.delimiter);
  if (dialect.has_quote_char()) marks.quote = CharOf(dialect.quote_char(), '\0');
  marks.doubled = !dialect.quotes_not_doubled();
  marks.comment = CharOf(dialect.comment_char(), '\0');
  marks.initial_spaces = dialect.skip_initial_space();
  return marks;
}

absl::string_view EncodingSaid(const v1::Dialect& dialect) {
  return dialect.encoding().empty() ? "" : EncodingName(EncodingOf(dialect));
}

bool IsRecoded(const v1::Dialect& dialect) {
  return EncodingOf(dialect) != Encoding::kUtf8 || dialect.cr_line_ends();
}

ByteSource DecodedSource(ByteSource source, const v1::Dialect& dialect) {
  source = TextSource(std::move(source));
  if (!IsRecoded(dialect)) return source;
  auto decoding = std::make_shared<DecodingSource>(std::move(source), EncodingOf(dialect),
                                                   dialect.cr_line_ends());
  return [decoding](char* out, size_t size) { return decoding->Read(out, size); };
}

absl::StatusOr<bool> ReadHeaderRecord(CsvReader& csv, const v1::Dialect& dialect,
                                      CsvRecord* record) {
  const uint32_t named = dialect.header_row();
  for (bool first = true;; first = false) {
    ASSIGN_OR_RETURN(const bool more, csv.Next(record));
    if (!more) return false;
    if (first && (named <= 1 || IsRejectRowHeader(record->fields[0]))) return true;
    if (record->row == named) return true;
    if (record->row > named) return NoHeader(named);
  }
}

}  // namespace commons::records
