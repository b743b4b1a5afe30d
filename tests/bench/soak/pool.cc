#include "tests/bench/soak/pool.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace commons::soak {
namespace {

const std::vector<std::string> kSexes = {"Female", "Male", "Another"};
const std::vector<std::string> kRegions = {"Te Tai Tokerau", "Waikato", "Ōtākou", ""};
const std::vector<int> kEdges = {0, 15, 25, 45, 65, 120};
constexpr int64_t kCentsMost = 50'000;

std::string BandOf(int age) {
  size_t band = 0;
  while (age >= kEdges[band + 1]) ++band;
  return absl::StrCat("[", kEdges[band], ",", kEdges[band + 1], ")");
}

std::vector<std::string> LabelsOf(const v1::Cell& cell) {
  std::vector<std::string> labels;
  for (const v1::KeyPart& part : cell.key()) {
    labels.push_back(part.kind() == v1::KeyPart::MISSING ? "" : part.label());
  }
  return labels;
}

double NumberOf(const std::string& text) {
  double number = std::nan("");
  return absl::SimpleAtod(text, &number) ? number : std::nan("");
}

// One figure of an answer beside what it should be.
void CompareFigure(const v1::CellValue& figure, double truth, bool is_protected,
                   Comparison& comparison) {
  if (is_protected && figure.status() == v1::CellValue::SUPPRESSED) return;
  const double value = NumberOf(figure.value());
  const double margin = is_protected ? NumberOf(figure.margin95()) : 0;
  const double off = std::abs(value - truth);
  if (!(off <= kMarginsMost * margin + 1e-6)) {
    comparison.wrong = absl::StrCat(figure.measure(), " ", figure.value(), " ± ", figure.margin95(),
                                    " where it is ", truth);
  }
  // Which smaller ones are shown depends on their noise.
  if (!is_protected || truth < 4 * margin) return;
  ++comparison.shown;
  comparison.within += off <= margin;
}

}  // namespace

Question Question::Random(bool is_protected, std::mt19937_64& random) {
  const auto one_in = [&](uint64_t n) { return random() % n == 0; };
  Question question;
  question.protected_ = is_protected;
  question.by_sex_ = one_in(2);
  question.by_region_ = one_in(3);
  question.by_age_ = one_in(3);
  question.sum_ = one_in(3);
  if (one_in(3)) question.only_region_ = static_cast<int>(random() % (kRegions.size() - 1));
  if (one_in(3)) question.from_age_ = kEdges[1 + random() % 3];
  return question;
}

std::string Question::Sql() const {
  std::vector<std::string> by, selected, where;
  if (by_sex_) by.push_back("sex");
  if (by_region_) by.push_back("region");
  if (by_age_) by.push_back("age");
  selected = by;
  selected.push_back("COUNT(*) AS n");
  if (sum_) selected.push_back("SUM(cost) AS total");
  if (only_region_ >= 0) {
    where.push_back(absl::StrCat("region = '", kRegions[static_cast<size_t>(only_region_)], "'"));
  }
  if (from_age_ > 0) where.push_back(absl::StrCat("age >= ", from_age_));
  std::string sql = absl::StrCat("SELECT ", absl::StrJoin(selected, ", "), " FROM ",
                                 protected_ ? kProtected : kOpen);
  if (!where.empty()) absl::StrAppend(&sql, " WHERE ", absl::StrJoin(where, " AND "));
  if (!by.empty()) absl::StrAppend(&sql, " GROUP BY ", absl::StrJoin(by, ", "));
  return sql;
}

std::optional<std::vector<std::string>> Question::GroupOf(const Row& row) const {
  if (only_region_ >= 0 && row.region != only_region_) return std::nullopt;
  if (row.age < from_age_) return std::nullopt;
  std::vector<std::string> labels;
  if (by_sex_) labels.push_back(kSexes[static_cast<size_t>(row.sex)]);
  if (by_region_) labels.push_back(kRegions[static_cast<size_t>(row.region)]);
  if (by_age_) labels.push_back(BandOf(row.age));
  return labels;
}

Pool::Pool(const std::vector<std::string>& members, int rows_each, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (const std::string& member : members) {
    std::vector<Row>& rows = rows_[member];
    rows_each += 61;  // no two members alike
    for (int i = 0; i < rows_each; ++i) {
      Row row = {static_cast<int>(random() % kSexes.size()),
                 static_cast<int>(random() % kRegions.size()),
                 static_cast<int>(random() % static_cast<uint64_t>(kEdges.back())),
                 {}};
      if (random() % 5 != 0) row.cents = static_cast<int64_t>(random() % kCentsMost);
      rows.push_back(row);
    }
  }
}

std::string Pool::PackageOf(const std::string& dataset) {
  using nlohmann::json;
  const auto codes = [](const char* name, std::vector<std::string> values, bool required) {
    if (!required) values.pop_back();
    return json{{"name", name},
                {"type", "string"},
                {"commons:role", "dimension"},
                {"constraints", {{"required", required}, {"enum", values}}}};
  };
  const json age = {{"name", "age"},
                    {"type", "integer"},
                    {"commons:role", "dimension"},
                    {"commons:breaks", kEdges},
                    {"constraints", {{"required", true}}}};
  const json cost = {{"name", "cost"},
                     {"type", "number"},
                     {"commons:role", "measure"},
                     {"commons:decimals", 2},
                     {"commons:clip", {0, kCentsMost / 100}}};
  const json fields =
      json::array({codes("sex", kSexes, true), codes("region", kRegions, false), age, cost});
  return json{
      {"name", "soak"},
      {"resources",
       {{{"name", dataset}, {"commons:purpose", {"planning"}}, {"schema", {{"fields", fields}}}}}}}
      .dump();
}

std::string Pool::CsvOf(const std::string& member) const {
  std::string csv = "sex,region,age,cost\n";
  for (const Row& row : rows_.at(member)) {
    absl::StrAppend(&csv, kSexes[static_cast<size_t>(row.sex)], ",",
                    kRegions[static_cast<size_t>(row.region)], ",", row.age, ",");
    if (row.cents) absl::StrAppendFormat(&csv, "%d.%02d", *row.cents / 100, *row.cents % 100);
    csv += "\n";
  }
  return csv;
}

std::map<std::vector<std::string>, Figures> Pool::TruthOf(
    const Question& question, const std::vector<std::string>& answered) const {
  std::map<std::vector<std::string>, Figures> truth;
  for (const std::string& member : answered) {
    for (const Row& row : rows_.at(member)) {
      const auto group = question.GroupOf(row);
      if (!group) continue;
      Figures& figures = truth[*group];
      ++figures.rows;
      figures.cents += row.cents.value_or(0);
    }
  }
  return truth;
}

Comparison Pool::Compare(const Question& question, const v1::Answer& answer) const {
  std::vector<std::string> answered;
  for (const v1::MemberState& member : answer.members()) {
    if (member.status() == v1::MemberState::ANSWERED) answered.push_back(member.member());
  }
  auto truth = TruthOf(question, answered);
  Comparison comparison;
  for (const v1::Cell& cell : answer.cells()) {
    const auto found = truth.find(LabelsOf(cell));
    const Figures figures = found == truth.end() ? Figures() : found->second;
    if (found != truth.end()) truth.erase(found);
    CompareFigure(cell.values(0), static_cast<double>(figures.rows), question.is_protected(),
                  comparison);
    if (question.sums() && figures.cents > 0) {
      CompareFigure(cell.values(1), static_cast<double>(figures.cents) / 100,
                    question.is_protected(), comparison);
    }
  }
  if (!truth.empty()) comparison.wrong = absl::StrCat(truth.size(), " groups are missing");
  return comparison;
}

}  // namespace commons::soak
