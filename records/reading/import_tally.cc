#include "records/reading/import_tally.h"

#include <algorithm>
#include <optional>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text/decimal.h"

namespace commons::records {
namespace {

constexpr size_t kTextsTold = 10;
constexpr int64_t kStandIns[] = {-9, -99, -999, 999};

// What people type differently without noticing.
std::string Folded(absl::string_view text) {
  std::string folded = absl::AsciiStrToLower(absl::StrReplaceAll(text, {{"\xc2\xa0", " "}}));
  absl::RemoveExtraAsciiWhitespace(&folded);
  return folded;
}

// By code; the first text of one is its own.
std::vector<absl::string_view> NamesOf(const ColumnLayout& column) {
  std::vector<absl::string_view> names(column.code_count);
  for (auto code = column.codes.rbegin(); code != column.codes.rend(); ++code) {
    names[code->second] = code->first;
  }
  return names;
}

}  // namespace

ImportTally::ImportTally(const TableLayout& layout, const ReadingOptions& options)
    : options_(options) {
  for (const ColumnLayout& layout_column : layout.columns) {
    Column& column = columns_.emplace_back();
    column.layout = &layout_column;
    column.texts_told = !absl::c_linear_search(options.identifiers, layout_column.name);
    // What no file has is told by the column that it is made from.
    const bool read = !options.prioritised.contains(layout_column.name);
    if (layout_column.code_count > 0 && read) {
      codes_.push_back(columns_.size() - 1);
      column.accepted.resize(layout_column.code_count + 1);
      column.rejected.resize(layout_column.code_count + 1);
    }
    if (absl::c_linear_search(options.rounded, layout_column.name))
      rounded_.push_back(columns_.size() - 1);
    const auto clip = absl::c_find_if(
        options.clips, [&](const Clip& one) { return one.column == layout_column.name; });
    if (layout_column.kind != ColumnKind::kInteger || clip == options.clips.end()) continue;
    numbers_.push_back(columns_.size() - 1);
    column.clip = &*clip;
    for (int64_t number : kStandIns) {
      for (int i = 0; i < layout_column.decimals; ++i) number *= 10;
      column.stand_ins.push_back(number);
    }
  }
}

void ImportTally::NoteCodes(const ColumnLayout& column, const ColumnValue& value,
                            std::vector<uint8_t>* rows) {
  AnyCode(column, value, [&](uint32_t code) {
    (*rows)[code] += (*rows)[code] < kManyRows;
    return false;
  });
}

// The code that a text was probably meant as; nothing: none.
std::optional<uint32_t> ImportTally::NearCode(const Column& column, absl::string_view text) {
  const auto near = column.folded.find(Folded(text));
  return near == column.folded.end() ? std::nullopt : std::optional(near->second);
}

void ImportTally::Accepted(const ImportRow& row) {
  for (const size_t i : codes_) {
    NoteCodes(*columns_[i].layout, row.values[i], &columns_[i].accepted);
  }
  for (const size_t i : rounded_) columns_[i].rounded += row.values[i].rounded;
  for (const size_t i : numbers_) {
    const ColumnValue value = row.values[i];
    if (value.null) continue;
    Column& column = columns_[i];
    column.beyond += value.number < column.clip->low || value.number > column.clip->high;
    column.stood_in += absl::c_linear_search(column.stand_ins, value.number);
  }
}

void ImportTally::NoteUnknown(const Fault& fault) {
  Column& column = columns_[fault.field->column];
  if (column.folded.empty()) {
    for (const auto& [text, code] : column.layout->codes) column.folded.emplace(Folded(text), code);
  }
  if (const std::optional<uint32_t> near = NearCode(column, fault.text)) {
    column.rejected[*near] += column.rejected[*near] < kManyRows;
  }
  if (!column.texts_told || fault.text.size() > kTextBytes) return;
  if (const auto known = column.unknown.find(fault.text); known != column.unknown.end()) {
    ++known->second;
  } else if (column.unknown.size() < kTextsMax) {
    column.unknown.emplace(fault.text, 1);
  }
}

void ImportTally::Rejected(const CsvRecord& record, const ImportRow& row) {
  std::vector<bool> at_fault(columns_.size());
  bool whole = false;
  for (const Fault& fault : row.faults) {
    const absl::string_view header =
        fault.field == nullptr ? absl::string_view() : absl::string_view(fault.field->header);
    Rejection& rejection = rejections_[{fault.reason, header}];
    if (rejection.rows++ == 0) {
      rejection.reason = fault.reason;
      rejection.column = std::string(header);
      rejection.first_row = record.row;
    }
    whole |= fault.field == nullptr;
    if (fault.field == nullptr || fault.field->column == CsvField::kNotStored) continue;
    at_fault[fault.field->column] = true;
    if (fault.reason == Reject::kUnknownCode) NoteUnknown(fault);
  }
  if (whole) return;
  for (const size_t i : codes_) {
    if (!at_fault[i]) NoteCodes(*columns_[i].layout, row.values[i], &columns_[i].rejected);
  }
}

std::vector<Rejection> ImportTally::Rejections() const {
  std::vector<Rejection> sorted;
  for (const auto& [key, rejection] : rejections_) sorted.push_back(rejection);
  absl::c_stable_sort(sorted,
                      [](const Rejection& a, const Rejection& b) { return a.rows > b.rows; });
  return sorted;
}

std::vector<ColumnAndCode> ImportTally::LostWith(bool (*stops)(const ColumnLayout& column,
                                                               uint8_t rows)) const {
  std::vector<ColumnAndCode> lost;
  for (const size_t i : codes_) {
    const Column& column = columns_[i];
    const std::vector<absl::string_view> names = NamesOf(*column.layout);
    for (size_t code = 0; code < names.size(); ++code) {
      if (column.rejected[code] == 0 || column.accepted[code] > 0) continue;
      if (!stops(*column.layout, column.rejected[code])) continue;
      lost.emplace_back(column.layout->name, names[code]);
    }
  }
  return lost;
}

std::vector<ColumnAndCode> ImportTally::LostCodes() const {
  return LostWith([](const ColumnLayout&, uint8_t) { return true; });
}

std::vector<ColumnAndCode> ImportTally::LostCodesThatStop() const {
  return LostWith([](const ColumnLayout& column, uint8_t rows) {
    return column.code_count <= kFewCodes || rows > kRareRows;
  });
}

std::vector<ColumnAndCode> ImportTally::LostGroups() const {
  std::vector<ColumnAndCode> lost;
  for (const CodeGroups& grouping : options_.groups) {
    const auto column = absl::c_find_if(
        columns_, [&](const Column& one) { return one.layout->name == grouping.column; });
    if (column == columns_.end() || column->rejected.empty()) continue;  // not held
    std::vector<bool> rejected(grouping.groups.size()), accepted(grouping.groups.size());
    for (size_t code = 0; code < grouping.group_of.size(); ++code) {
      const uint32_t group = grouping.group_of[code];
      if (column->rejected[code] > 0) rejected[group] = true;
      if (column->accepted[code] > 0) accepted[group] = true;
    }
    for (size_t group = 0; group < grouping.groups.size(); ++group) {
      if (rejected[group] && !accepted[group]) {
        lost.emplace_back(grouping.name, grouping.groups[group]);
      }
    }
  }
  return lost;
}

std::vector<UnknownText> ImportTally::UnknownTexts() const {
  std::vector<UnknownText> all;
  for (const size_t i : codes_) {
    const Column& column = columns_[i];
    std::vector<UnknownText> texts;
    for (const auto& [text, rows] : column.unknown) {
      texts.push_back({column.layout->name, text, rows});
    }
    absl::c_sort(texts, [](const UnknownText& a, const UnknownText& b) {
      return std::pair(b.rows, a.text) < std::pair(a.rows, b.text);
    });
    texts.resize(std::min(texts.size(), kTextsTold));
    const std::vector<absl::string_view> names = NamesOf(*column.layout);
    for (UnknownText& text : texts) {
      if (const auto near = NearCode(column, text.text)) {
        text.near_code = std::string(names[*near]);
      }
      all.push_back(std::move(text));
    }
  }
  return all;
}

std::vector<std::string> ImportTally::OddNumbers() const {
  std::vector<std::string> words;
  for (const size_t i : rounded_) {
    const Column& column = columns_[i];
    if (column.rounded == 0) continue;
    words.push_back(absl::StrCat(column.rounded, " values of \"", column.layout->name,
                                 "\" had more than ", column.layout->decimals,
                                 " decimals and were rounded (commons:round)"));
  }
  for (const size_t i : numbers_) {
    const Column& column = columns_[i];
    const int decimals = column.layout->decimals;
    if (column.beyond > 0) {
      words.push_back(absl::StrCat(column.beyond, " values of \"", column.layout->name,
                                   "\" lie beyond commons:clip (",
                                   FormatDecimal(column.clip->low, decimals), " to ",
                                   FormatDecimal(column.clip->high, decimals),
                                   "): protected sums count them as the nearer end"));
    }
    if (column.stood_in > 0) {
      words.push_back(absl::StrCat(
          column.stood_in, " values of \"", column.layout->name,
          "\" are -9, -99, -999 or 999: if these stand for \"not known\", the definition should "
          "name them as missingValues"));
    }
  }
  return words;
}

}  // namespace commons::records
