#include <map>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text/unicode.h"
#include "records/infer/entity_score.h"
#include "records/infer/inference.h"
#include "records/infer/responses_profile.h"

namespace commons::records {
namespace {

constexpr size_t kAlikeNamed = 5;
constexpr int kScoreOfAName = 2;  // of EntityScore: its heading says so
constexpr absl::string_view kSeparators[] = {";", "|", ",", "/"};

// Whether a code is others of the list with this between them.
bool IsDivided(absl::string_view code, absl::string_view separator,
               const std::vector<std::string>& codes) {
  const std::vector<absl::string_view> parts = ResponsesIn(code, separator);
  return parts.size() > 1 && absl::c_all_of(parts, [&](absl::string_view part) {
           return absl::c_linear_search(codes, part);
         });
}

// Of a column of several responses: another separator, which divides some of its codes; "": none.
absl::string_view OtherSeparator(const ProposedField& field) {
  for (const absl::string_view separator : kSeparators) {
    if (field.separator.empty() || separator == field.separator) continue;
    if (absl::c_any_of(field.codes, [&](const std::string& code) {
          return IsDivided(code, separator, field.codes);
        })) {
      return separator;
    }
  }
  return "";
}

}  // namespace

const ProposedField* Inference::GroupedBy(const Proposal& proposal, size_t at) const {
  const ProposedField* by = nullptr;
  const ProposedField& groups = proposal.fields[at];
  for (size_t from = 0; from < proposal.fields.size(); ++from) {
    const ProposedField& field = proposal.fields[from];
    const bool fewer = groups.codes.size() < field.codes.size() &&
                       (by == nullptr || field.codes.size() < by->codes.size());
    if (fewer && field.separator.empty() && follow_.Follows(at, from)) by = &field;
  }
  return by;
}

// Names alone: which codes are one person's is not known of those that were left out.
void Inference::NoteGroupings(Proposal& proposal) const {
  for (size_t at = 0; at < proposal.fields.size(); ++at) {
    const ProposedField& groups = proposal.fields[at];
    if (groups.codes.size() < 2 || !groups.separator.empty()) continue;
    const ProposedField* by = GroupedBy(proposal, at);
    if (by == nullptr) continue;
    proposal.notes.push_back(absl::StrCat(
        groups.name, " is the same for every code of ", by->name, ": to group by it without a ",
        "column of its own, declare it as groups of ", by->name, ": \"commons:groups\": {\"",
        groups.name, "\": {\"groups\": [{\"value\": ..., \"codes\": [...]}, ...]}}"));
  }
}

void Inference::NoteOddValues(Proposal& proposal) const {
  for (size_t at = 0; at < proposal.fields.size(); ++at) {
    const ProposedField& field = proposal.fields[at];
    if (field.role == ProposedRole::kSkip || field.role == ProposedRole::kIdentifier) continue;
    if (const auto odd = columns_[at].profile.StandIn()) {
      proposal.notes.push_back(absl::StrCat(
          field.name, ": ", odd->second, " values are ", odd->first, ", away from all others: if ",
          "that stands for \"not known\", name it in missingValues, and look at bands and clip ",
          "again"));
    }
    if (const absl::string_view other = OtherSeparator(field); !other.empty()) {
      proposal.notes.push_back(absl::StrCat(
          field.name, ": some codes are others with \"", other, "\" between them: in a file that ",
          "divides its responses so, say it in its owner's --dialect: {\"fields\": [{\"name\": \"",
          field.name, "\", \"commons:separator\": \"", other, "\"}]}"));
    }
    std::map<std::string, std::vector<std::string>> alike;  // but for capitals
    for (const std::string& code : field.codes) alike[absl::AsciiStrToLower(code)].push_back(code);
    size_t named = 0;
    for (const auto& [folded, codes] : alike) {
      if (codes.size() < 2 || ++named > kAlikeNamed) continue;
      proposal.notes.push_back(absl::StrCat(
          field.name, ": ", absl::StrJoin(codes, ", "), " differ by capitals alone: if they mean ",
          "the same, keep one code, and say so in a dialect (commons:map)"));
    }
  }
}

// Of different files, that people would take for one.
void Inference::NoteHeadings(Proposal& proposal) const {
  std::map<std::string, std::string> seen;
  for (const Column& column : columns_) {
    if (column.files == files_) continue;
    const auto [first, added] = seen.emplace(AsRead(column.name), column.name);
    if (added) continue;
    proposal.notes.push_back(absl::StrCat(
        "\"", first->second, "\" and \"", column.name, "\" are headings of different files: if ",
        "they are one column, say so in the --dialect of an owner: {\"fields\": [{\"name\": \"",
        first->second, "\", \"commons:header\": \"", column.name, "\"}]}"));
  }
}

void Inference::NoteRows(Proposal& proposal) const {
  if (odd_rows_ > 0) {
    proposal.notes.push_back(
        absl::StrCat(odd_rows_, " rows have more or fewer fields than the header"));
  }
  if (same_files_ > 0) {
    proposal.notes.push_back(absl::StrCat(same_files_, same_files_ == 1 ? " file is" : " files are",
                                          " the same, byte by byte, as ",
                                          "another one: name each owner's file once"));
  }
  if (totals_ > 0) {
    proposal.notes.push_back(absl::StrCat(
        "the last row of ", totals_, totals_ == 1 ? " file" : " files", " reads as the total of ",
        "the others and was not looked at; an import counts it if it can: take it out of the "
        "file"));
  }
  for (const Column& column : columns_) {
    const bool lacks = column.files == files_ && !LacksFewPersons(column.profile);
    if (!lacks || EntityScore(column.name, column.profile) < kScoreOfAName) continue;
    proposal.notes.push_back(absl::StrCat(
        column.name, " may tell persons apart, and ", column.profile.missing(), " rows have none: ",
        "rows without a person are rejected; give them one, and name it in commons:entity"));
  }
}

}  // namespace commons::records
