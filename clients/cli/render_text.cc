#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/render.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

using Row = std::vector<std::string>;

constexpr size_t kCellBytes = 64 << 10;  // a column's codes may fill one
constexpr size_t kWordsBytes = 4 << 10;

std::string CellText(const v1::CellValue& value) {
  if (value.status() == "suppressed") {
    return value.reason() == "SMALL_CELL" ? "too small to show" : "below the noise";
  }
  if (value.margin95() == "0" || value.margin95().empty()) return value.value();
  return absl::StrCat(value.value(), " ± ", value.margin95(),
                      value.status() == "unreliable" ? " (unreliable)" : "");
}

std::string KeyText(const v1::Cell& cell, const std::string& dimension) {
  for (const v1::KeyPart& part : cell.key()) {
    if (part.dimension() != dimension) continue;
    return part.kind() == v1::KeyPart::MISSING ? "(missing)" : part.label();
  }
  return "(all)";
}

std::vector<Row> RowsOf(const v1::Answer& answer) {
  std::vector<Row> rows(1);
  for (const std::string& name : answer.dimensions()) rows[0].push_back(name);
  for (const std::string& name : answer.measures()) rows[0].push_back(name);
  for (const v1::Cell& cell : answer.cells()) {
    Row row;
    for (const std::string& name : answer.dimensions()) row.push_back(KeyText(cell, name));
    for (const v1::CellValue& value : cell.values()) row.push_back(CellText(value));
    rows.push_back(std::move(row));
  }
  return rows;
}

// Text columns to the left, numbers (from `numbers_from` on) to the right.
std::string Align(std::vector<Row> rows, size_t numbers_from) {
  // Another organisation's words are in them: none may look like a row of its own.
  for (Row& row : rows) {
    for (std::string& cell : row) cell = governance::OneLine(cell, kCellBytes);
  }
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - DisplayWidth(row[i]), ' ');
      absl::StrAppend(&line, i ? "  " : "", i < numbers_from ? row[i] + pad : pad + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&out, line, "\n");
  }
  return out;
}

std::string WhyText(const std::string& reason, const std::string& message) {
  v1::Reason parsed = v1::REASON_UNSPECIFIED;
  v1::Reason_Parse(reason, &parsed);
  const std::string words(message.empty() ? governance::PlainWords(parsed) : message);
  return governance::OneLine(words.empty() ? reason : absl::StrCat(reason, ": ", words),
                             kWordsBytes);
}

std::string MembersText(const v1::Answer& answer) {
  const auto answered =
      std::count_if(answer.members().begin(), answer.members().end(),
                    [](const v1::MemberState& member) { return member.status() == "answered"; });
  std::string out =
      absl::StrCat("\n", answered, " of ", answer.members_size(), " members answered.\n");
  for (const v1::MemberState& member : answer.members()) {
    if (member.status() == "answered") continue;
    absl::StrAppend(&out, "  ", member.member(), " ", member.status(), " (",
                    WhyText(member.reason(), member.message()), ")\n");
  }
  return out;
}

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string CsvLine(const Row& row) {
  return absl::StrJoin(row, ",",
                       [](std::string* out, const std::string& field) {
                         absl::StrAppend(out, CsvField(field));
                       }) +
         "\r\n";
}

bool Placed(const v1::Refusal& refusal, absl::string_view sql) {
  return refusal.position() >= 0 && static_cast<size_t>(refusal.position()) <= sql.size();
}

// What a text starts with: a quoted name or text, a word, or one sign; "" when that is long.
std::string WordAt(absl::string_view text) {
  constexpr size_t kShown = 40;
  if (text.empty()) return "";
  size_t end = 0;
  if (text[0] == '"' || text[0] == '\'') {
    const size_t close = text.find(text[0], 1);
    end = close == absl::string_view::npos ? text.size() : close + 1;
  } else {
    const auto inside = [](char c) {
      return absl::ascii_isalnum(c) || c == '_' || c == '.' || (c & 0x80) != 0;
    };
    while (end < text.size() && inside(text[end])) ++end;
    end = std::max<size_t>(end, 1);
  }
  return end > kShown ? "" : std::string(absl::StripAsciiWhitespace(text.substr(0, end)));
}

}  // namespace

absl::StatusOr<Format> ParseFormat(absl::string_view name) {
  if (name == "table") return Format::kTable;
  if (name == "csv") return Format::kCsv;
  if (name == "json") return Format::kJson;
  return absl::InvalidArgumentError(
      absl::StrCat("--format '", name, "' is not one of table, csv, json"));
}

size_t DisplayWidth(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string Rows(const std::vector<Row>& rows, Format format) {
  if (format != Format::kCsv) return Align(rows, rows[0].size());
  return absl::StrJoin(
      rows, "", [](std::string* out, const Row& row) { absl::StrAppend(out, CsvLine(row)); });
}

std::string AnswerCsv(const v1::Answer& answer) {
  Row header(answer.dimensions().begin(), answer.dimensions().end());
  for (const std::string& name : answer.measures()) {
    header.insert(header.end(), {name, name + "_margin95", name + "_status"});
  }
  std::string out = CsvLine(header);
  for (const v1::Cell& cell : answer.cells()) {
    Row row;
    for (const std::string& name : answer.dimensions()) row.push_back(KeyText(cell, name));
    for (const v1::CellValue& value : cell.values()) {
      const bool shown = value.status() != "suppressed" && value.value() != "null";
      row.insert(row.end(), {shown ? value.value() : "", shown ? value.margin95() : "",
                             shown ? value.status() : value.reason()});
    }
    absl::StrAppend(&out, CsvLine(row));
  }
  return out;
}

std::string AnswerTable(const v1::Answer& answer) {
  std::string out;
  if (answer.practice()) out = "PRACTICE: a federation for trying things out.\n\n";
  absl::StrAppend(&out, Align(RowsOf(answer), answer.dimensions_size()), MembersText(answer));
  if (!answer.noise_class().empty()) {
    absl::StrAppend(&out, "Each ± covers the true number 19 times out of 20. Cost: ",
                    answer.cost_micro_rho(), " micro-rho of each owner's yearly budget.\n");
  }
  for (const std::string& caveat : answer.caveats())
    absl::StrAppend(&out, "Note: ", governance::OneLine(caveat, kWordsBytes), "\n");
  return out;
}

std::string ExplainCsv(const v1::ExplainReply& reply) {
  std::vector<Row> rows = {
      {"member", "status", "reason", "message", "forces", "budget_left_micro_rho"}};
  for (const v1::ExplainReply::Member& member : reply.members()) {
    rows.push_back({member.member(), member.status(), member.reason(), member.message(),
                    absl::StrJoin(member.forces(), " "),
                    absl::StrCat(member.budget_left_micro_rho())});
  }
  return Rows(rows, Format::kCsv);
}

std::string ExplainTable(const v1::ExplainReply& reply) {
  std::string out = absl::StrCat("Question: ", reply.sql(), "\nCells: ", reply.cells(),
                                 ". Release: ", reply.release(), ".\n");
  if (!reply.noise_class().empty()) {
    // Nobody would answer: there is no margin to tell.
    const std::string margin =
        reply.margin95() == 0 ? "" : absl::StrCat(", so a count is shown ± ", reply.margin95());
    absl::StrAppend(&out, "Noise: ", reply.noise_class(), margin,
                    ". Cost: ", reply.cost_micro_rho(), " micro-rho.\n");
  }
  std::vector<Row> rows = {{"member", "would", "why, or what it decides"}};
  for (const v1::ExplainReply::Member& member : reply.members()) {
    const bool answers = member.status() == "would_answer";
    rows.push_back({member.member(), answers ? "answer" : member.status(),
                    answers ? absl::StrJoin(member.forces(), ", ")
                            : WhyText(member.reason(), member.message())});
  }
  absl::StrAppend(&out, "\n", Align(rows, 3));
  for (const std::string& note : reply.notes())
    absl::StrAppend(&out, "Note: ", governance::OneLine(note, kWordsBytes), "\n");
  return out;
}

std::string RefusalLine(const v1::Refusal& refusal, absl::string_view sql) {
  std::string out = absl::StrCat("refused (", governance::ReasonName(refusal.reason()),
                                 "): ", governance::OneLine(refusal.message(), kWordsBytes));
  if (refusal.reason() == v1::BUDGET_EXHAUSTED) {
    absl::StrAppend(&out, "; commons explain says what the question costs and what is left");
  }
  if (Placed(refusal, sql)) {
    const size_t position = static_cast<size_t>(refusal.position());
    const std::string word = WordAt(sql.substr(position));
    absl::StrAppend(&out, " (at character ", DisplayWidth(sql.substr(0, position)) + 1,
                    word.empty() ? "" : ": ", word, ")");
  }
  return absl::StrReplaceAll(out, {{"\n", " "}, {"\r", " "}});
}

std::string Caret(const v1::Refusal& refusal, absl::string_view sql) {
  const bool one_line = sql.size() <= 200 && sql.find('\n') == absl::string_view::npos;
  if (!Placed(refusal, sql) || !one_line) return "";
  const absl::string_view before = sql.substr(0, static_cast<size_t>(refusal.position()));
  return absl::StrCat("  ", sql, "\n  ", std::string(DisplayWidth(before), ' '), "^\n");
}

}  // namespace commons::clients
