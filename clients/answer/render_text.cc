#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "clients/answer/not_holding.h"
#include "clients/answer/render.h"
#include "clients/answer/status_words.h"
#include "clients/answer/table.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

std::string CellText(const v1::CellValue& value) {
  if (value.status() == v1::CellValue::SUPPRESSED) {
    return value.reason() == "SMALL_CELL" ? "too small to show" : "below the noise";
  }
  if (value.margin95() == "0" || value.margin95().empty()) return value.value();
  const std::string margin = value.low95().empty()
                                 ? absl::StrCat(" ± ", value.margin95())
                                 : absl::StrCat(" (", value.low95(), " to ", value.high95(), ")");
  const bool banded = !value.band().empty() && value.band() != value.value();
  return absl::StrCat(value.value(), margin, banded ? absl::StrCat(" in ", value.band()) : "",
                      value.status() == v1::CellValue::UNRELIABLE ? " (unreliable)" : "");
}

constexpr absl::string_view kMissing = "(missing)", kAll = "(all)";

// A label that reads like one of these two, however many times over, has parentheses around it, so
// that each text means one thing.
std::string LabelText(const std::string& label) {
  absl::string_view inner = label;
  while (inner != kMissing && inner != kAll && absl::ConsumePrefix(&inner, "(") &&
         absl::ConsumeSuffix(&inner, ")")) {
  }
  return inner == kMissing || inner == kAll ? absl::StrCat("(", label, ")") : label;
}

std::string KeyText(const v1::Cell& cell, const std::string& dimension) {
  for (const v1::KeyPart& part : cell.key()) {
    if (part.dimension() != dimension) continue;
    return part.kind() == v1::KeyPart::MISSING ? std::string(kMissing) : LabelText(part.label());
  }
  return std::string(kAll);
}

bool IsBanded(const v1::Answer& answer, const std::string& measure) {
  return std::find(answer.banded().begin(), answer.banded().end(), measure) !=
         answer.banded().end();
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

std::string WhyText(const std::string& reason, const std::string& message) {
  v1::Reason parsed = v1::REASON_UNSPECIFIED;
  v1::Reason_Parse(reason, &parsed);
  const std::string words(message.empty() ? governance::PlainWords(parsed) : message);
  return governance::OneLine(words.empty() ? reason : absl::StrCat(reason, ": ", words),
                             kWordsBytes);
}

std::string MembersText(const v1::Answer& answer) {
  const auto answered = std::count_if(
      answer.members().begin(), answer.members().end(),
      [](const v1::MemberState& member) { return member.status() == v1::MemberState::ANSWERED; });
  std::string out =
      absl::StrCat("\n", answered, " of ", answer.members_size(), " members answered.\n");
  for (const v1::MemberState& member : answer.members()) {
    if (member.status() == v1::MemberState::ANSWERED) {
      if (member.forces_size() == 0) continue;
      absl::StrAppend(&out, "  ", member.member(), " forces ", absl::StrJoin(member.forces(), ", "),
                      "\n");
      continue;
    }
    absl::StrAppend(&out, "  ", member.member(), " ", StatusWord(member.status()), " (",
                    WhyText(member.reason(), member.message()), ")\n");
  }
  return out + NotHoldingText(answer.not_holding());
}

// Only of who would answer: the others did not say.
std::string BudgetLeft(const v1::ExplainReply::Member& member) {
  const bool told = member.status() == v1::ExplainReply::Member::WOULD_ANSWER;
  return told ? absl::StrCat(member.budget_left_micro_rho()) : "";
}

// What is left where it is least.
std::string LeastBudgetLeft(const v1::ExplainReply& reply) {
  const v1::ExplainReply::Member* least = nullptr;
  for (const v1::ExplainReply::Member& member : reply.members()) {
    if (member.status() != v1::ExplainReply::Member::WOULD_ANSWER) continue;
    if (least == nullptr || member.budget_left_micro_rho() < least->budget_left_micro_rho()) {
      least = &member;
    }
  }
  if (least == nullptr) return "";
  return absl::StrCat(" Least budget left: ", BudgetLeft(*least), " micro-rho, at ",
                      governance::OneLine(least->member(), kWordsBytes), ".");
}

std::string MarginsText(const v1::ExplainReply& reply) {
  std::string out;
  if (reply.smallest_shown() > 0) {
    out = absl::StrCat("No count below ", reply.smallest_shown(), " can be shown.\n");
  }
  for (const v1::MeasureMargin& margin : reply.margins()) {
    // Counts, said above, and what nobody can tell.
    if (margin.values() == 0 || margin.margin95() == "null") continue;
    absl::StrAppend(&out, "  ", margin.measure(), " ± ", margin.margin95(), " where ",
                    margin.values(), " values are counted\n");
  }
  return out;
}

}  // namespace

std::string AnswerCsv(const v1::Answer& answer) {
  Row header(answer.dimensions().begin(), answer.dimensions().end());
  for (const std::string& name : answer.measures()) {
    header.insert(header.end(), {name, name + "_margin95", name + "_status"});
    if (IsBanded(answer, name)) header.push_back(name + "_band");
  }
  std::string out = CsvLine(header);
  for (const v1::Cell& cell : answer.cells()) {
    Row row;
    for (const std::string& name : answer.dimensions()) row.push_back(KeyText(cell, name));
    for (const v1::CellValue& value : cell.values()) {
      const bool shown = value.status() != v1::CellValue::SUPPRESSED;
      const bool none = value.value() == "null";  // an open sum of no values
      row.insert(row.end(), {shown && !none ? value.value() : "", shown ? value.margin95() : "",
                             shown ? StatusWord(value.status()) : value.reason()});
      if (IsBanded(answer, value.measure())) row.push_back(value.band());
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
    absl::StrAppend(&out, "Each ± covers what the rows counted come to, 19 times out of 20. Cost: ",
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
    rows.push_back({member.member(), StatusWord(member.status()), member.reason(), member.message(),
                    absl::StrJoin(member.forces(), " "), BudgetLeft(member)});
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
                    ". Cost: ", reply.cost_micro_rho(), " micro-rho.", LeastBudgetLeft(reply), "\n",
                    MarginsText(reply));
  }
  std::vector<Row> rows = {{"member", "would", "why, or what it decides"}};
  for (const v1::ExplainReply::Member& member : reply.members()) {
    const bool answers = member.status() == v1::ExplainReply::Member::WOULD_ANSWER;
    rows.push_back({member.member(), answers ? "answer" : StatusWord(member.status()),
                    answers ? absl::StrJoin(member.forces(), ", ")
                            : WhyText(member.reason(), member.message())});
  }
  absl::StrAppend(&out, "\n", Align(rows, 3), NotHoldingText(reply.not_holding()));
  for (const std::string& note : reply.notes())
    absl::StrAppend(&out, "Note: ", governance::OneLine(note, kWordsBytes), "\n");
  return out;
}

}  // namespace commons::clients
