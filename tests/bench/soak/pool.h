// The rows of all members, the questions that are asked of them, and the slow reference: a plain
// loop over the pooled rows.
#ifndef COMMONS_TESTS_BENCH_SOAK_POOL_H_
#define COMMONS_TESTS_BENCH_SOAK_POOL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "proto/local.pb.h"

namespace commons::soak {

// The same rows are held twice: exact figures of one are for everybody, the other is protected.
inline constexpr char kOpen[] = "visits";
inline constexpr char kProtected[] = "stays";

struct Row {
  int sex = 0;     // index of kSexes
  int region = 0;  // index of kRegions; the last is missing
  int age = 0;
  std::optional<int64_t> cents;
};

class Question {
 public:
  static Question Random(bool is_protected, std::mt19937_64& random);

  std::string Sql() const;
  bool is_protected() const { return protected_; }
  // The labels of the groups that it falls in, "" for missing; nothing when it is filtered out.
  std::optional<std::vector<std::string>> GroupOf(const Row& row) const;
  bool sums() const { return sum_; }

 private:
  bool protected_ = false, by_sex_ = false, by_region_ = false, by_age_ = false, sum_ = false;
  int only_region_ = -1;  // of kRegions
  int from_age_ = 0;      // a declared edge
};

struct Figures {
  int64_t rows = 0, cents = 0;
};
// How far a protected figure may lie from the truth, in its own margins of 95 %: beyond three and a
// half of them is one in a hundred thousand million.
inline constexpr double kMarginsMost = 3.5;

struct Comparison {
  std::string wrong;          // what does not agree, in words; "": nothing
  int within = 0, shown = 0;  // protected figures of large groups: within their margin, of so many
};

class Pool {
 public:
  Pool(const std::vector<std::string>& members, int rows_each, uint64_t seed);

  // datapackage.json of one dataset, and a member's rows for it.
  static std::string PackageOf(const std::string& dataset);
  std::string CsvOf(const std::string& member) const;

  // `answered`: whose rows an answer says it holds.
  std::map<std::vector<std::string>, Figures> TruthOf(
      const Question& question, const std::vector<std::string>& answered) const;
  Comparison Compare(const Question& question, const v1::Answer& answer) const;

 private:
  std::map<std::string, std::vector<Row>> rows_;
};

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_POOL_H_
