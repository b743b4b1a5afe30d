#include "clients/cli/check_text.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/answer/json_text.h"
#include "clients/office/import/import_choice.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

// "1: 62.5 %, 2: 91 %, 5: 100 %": which share of the rows counts.
std::vector<std::pair<uint32_t, uint64_t>> KeptBy(const records::RowsByRank& by_rank) {
  constexpr uint32_t kSteps[] = {1, 2, 3, 5, 10, 20, 50, 100, 255};
  uint64_t all = 0;
  for (const uint64_t rows : by_rank) all += rows;
  std::vector<std::pair<uint32_t, uint64_t>> kept;
  for (const uint32_t step : kSteps) {
    uint64_t rows = 0;
    for (uint32_t rank = 0; rank < step; ++rank) rows += by_rank[rank];
    kept.emplace_back(step, rows);
    if (rows == all) break;
  }
  return kept;
}

std::string Percent(uint64_t part, uint64_t whole) {
  const uint64_t permille = part * 1000 / whole;  // down: nothing is called 100 % that is not all
  return absl::StrCat(permille / 10, permille % 10 == 0 ? "" : absl::StrCat(".", permille % 10),
                      " %");
}

std::string KeptWords(const char* of, const records::RowsByRank& by_rank, uint64_t rows,
                      uint32_t defined) {
  if (rows == 0) return "";
  std::string words = absl::StrCat("rows that count ", of, ": ");
  const char* between = "";
  for (const auto& [most, kept] : KeptBy(by_rank)) {
    absl::StrAppend(&words, between, most, " keeps ", Percent(kept, rows));
    between = ", ";
  }
  return absl::StrCat(words, " of the rows; the definition says ", defined, "\n");
}

std::string QuestionWords(const ForecastedQuestion& question) {
  std::string words = question.question;
  if (!question.refused.empty()) {
    return absl::StrCat(words, ": never answered (TOO_SENSITIVE): ", question.refused);
  }
  if (!question.margin95.empty()) absl::StrAppend(&words, " +/- ", question.margin95);
  if (question.cost_micro_rho == 0) return absl::StrCat(words, "; costs nothing");
  return absl::StrCat(words, question.a_year == 0
                                 ? "; costs more than a year's budget"
                                 : absl::StrCat("; 1 of ", question.a_year, " a year"));
}

// Headers and paths may hold anything.
std::string Line(absl::string_view line) { return governance::Printable(line) + "\n"; }

// An import says no more than that a row may be the total of the others, and then counts it.
std::string LastWords(const Findings& findings) {
  size_t warnings = findings.warnings.size();
  for (const CheckedFile& file : findings.files) warnings += file.check.report.warnings.size();
  if (findings.mend) return "something has to be mended first\n";
  if (warnings == 0) return "nothing has to be mended\n";
  return absl::StrCat("nothing stops an import; look at ",
                      warnings == 1 ? "the warning" : absl::StrCat("the ", warnings, " warnings"),
                      " above first\n");
}

v1::ImportReply UnknownOf(const records::FileCheck& check) {
  v1::ImportReply reply;
  for (const records::UnknownText& text : check.unknown) {
    auto* unknown = reply.add_unknown_texts();
    unknown->set_column(text.column);
    unknown->set_text(text.text);
    unknown->set_rows(text.rows);
    unknown->set_near_code(text.near_code);
  }
  return reply;
}

std::string FileText(const CheckedFile& file, bool values) {
  const auto& [path, check] = file;
  std::string text =
      Line(absl::StrCat(path, ": ",
                        check.status.ok() ? absl::StrCat(check.report.accepted, " rows accepted, ",
                                                         check.report.rejected, " rejected")
                                          : absl::StrCat("refused: ", check.status.message())));
  for (const std::string& warning : check.report.warnings) {
    text += Line(absl::StrCat(path, ": ", warning));
  }
  if (values && !check.unknown.empty()) {
    text += Line(absl::StrCat(path, UnknownTextsOf(UnknownOf(check))));
  }
  return text;
}

std::string FileJson(const CheckedFile& file) {
  const records::ImportReport& report = file.check.report;
  JsonObject json;
  json.Text("file", file.path).Bool("refused", !file.check.status.ok());
  if (!file.check.status.ok()) json.Text("message", file.check.status.message());
  return json.Number("accepted", report.accepted)
      .Number("rejected", report.rejected)
      .Number("persons", report.persons)
      .Raw("warnings", JsonArray(report.warnings, JsonString))
      .Build();
}

std::string KeptJson(const records::RowsByRank& by_rank) {
  return JsonArray(KeptBy(by_rank), [](const auto& kept) {
    return JsonObject().Number("rows", kept.first).Number("kept", kept.second).Build();
  });
}

std::string QuestionJson(const ForecastedQuestion& question) {
  return JsonObject()
      .Text("question", question.question)
      .Text("refused", question.refused)
      .Number("cost_micro_rho", question.cost_micro_rho)
      .Number("a_year", question.a_year)
      .Text("margin95", question.margin95)
      .Build();
}

}  // namespace

std::string CheckText(const Findings& findings, const std::string& package, bool values) {
  std::string text;
  for (const CheckedFile& file : findings.files) text += FileText(file, values);
  for (const std::string& warning : findings.warnings) {
    text += Line(absl::StrCat(package, ": ", warning));
  }
  if (findings.refused > 0) {
    absl::StrAppend(&text, "of ", findings.refused, findings.refused == 1 ? " file" : " files",
                    " that would be refused no row is in what follows\n");
  }
  if (findings.entity) {
    text += KeptWords("of a person", findings.by_person, findings.rows, findings.rows_per_person);
    text += KeptWords("of a person and cell of the table below", findings.by_cell, findings.rows,
                      findings.rows_per_cell);
  }
  absl::StrAppend(&text, "with ", findings.files.size(), " members:\n");
  for (const ForecastedQuestion& question : findings.questions) {
    text += Line(absl::StrCat("  ", QuestionWords(question)));
  }
  return text + LastWords(findings);
}

std::string CheckJson(const Findings& findings) {
  return JsonObject()
             .Bool("mend", findings.mend)
             .Raw("files", JsonArray(findings.files, FileJson))
             .Raw("warnings", JsonArray(findings.warnings, JsonString))
             .Raw("by_person", KeptJson(findings.by_person))
             .Raw("by_person_and_cell", KeptJson(findings.by_cell))
             .Raw("questions", JsonArray(findings.questions, QuestionJson))
             .Build() +
         "\n";
}

}  // namespace commons::clients
