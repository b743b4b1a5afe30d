// Import and warm group-by over a synthetic table (seeded), the shapes of docs/performance.md.
//   table_bench DIR [ROWS]     DIR must not exist; it is left behind
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "storage/import/importer.h"
#include "storage/table/table_store.h"

namespace commons::storage {
namespace {

double Seconds() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

ColumnLayout Codes(const char* name, const char* prefix, uint32_t count) {
  ColumnLayout column{
      .name = name, .kind = ColumnKind::kCode, .required = true, .code_count = count};
  for (uint32_t i = 0; i < count; ++i) {
    column.codes.emplace_back(absl::StrFormat("%s%u", prefix, i), i);
  }
  return column;
}

TableLayout Layout() {
  return {.columns = {Codes("sex", "sex-", 3),
                      Codes("age", "age-", 18),
                      Codes("district", "D", 20),
                      {.name = "day",
                       .kind = ColumnKind::kDate,
                       .required = true,
                       .min_value = 18'000,
                       .max_value = 19'999},
                      {.name = "cost",
                       .kind = ColumnKind::kInteger,
                       .required = true,
                       .decimals = 2,
                       .max_value = 10'000'000},
                      {.name = "visits", .kind = ColumnKind::kInteger, .max_value = 1'000}}};
}

void WriteCsv(const std::string& path, uint64_t rows) {
  std::mt19937_64 random(42);
  std::ofstream out(path, std::ios::binary);
  out << "sex,age,district,day,cost,visits\n";
  for (uint64_t i = 0; i < rows; ++i) {
    const uint64_t r = random();
    const std::chrono::year_month_day day{
        std::chrono::sys_days(std::chrono::days(18'000 + r % 2'000))};
    out << absl::StrFormat("sex-%u,age-%u,D%u,%04d-%02d-%02d,%u.%02u,%s\n", r % 3, r / 3 % 18,
                           r / 54 % 20, static_cast<int>(day.year()),
                           static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                           r >> 40 & 0xffff, r >> 20 & 63,
                           r % 7 == 0 ? std::string() : absl::StrFormat("%u", r >> 32 & 31));
  }
}

void Time(const TableStore& store, uint64_t rows, const char* name, const ScanSpec& spec) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const double start = CpuSeconds();
    const auto result = store.Scan("t", 1, spec);
    if (!result.ok()) {
      std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
      std::exit(1);
    }
    best = std::min(best, CpuSeconds() - start);
  }
  std::printf("%-34s %6.2f ns per row\n", name, best * 1e9 / rows);
}

int Run(const std::string& dir, uint64_t rows) {
  std::filesystem::create_directory(dir);
  const std::string csv = dir + "/t.csv";
  WriteCsv(csv, rows);
  const double megabytes = std::filesystem::file_size(csv) / 1e6;
  auto db = Database::Open(dir + "/db");
  if (!db.ok()) return 1;
  const crypto::AeadKey master = crypto::AeadKey::Generate(crypto::SystemRandom());
  auto store = TableStore::Open(db->get(), &master, &crypto::SystemRandom(), {});
  if (!store.ok()) return 1;
  ImportOptions options;
  options.csv_path = csv;
  const double start = Seconds();
  const double cpu = CpuSeconds();
  const auto report = ImportCsv(**store, "t", Layout(), options);
  if (!report.ok() || report->accepted != rows) {
    std::fprintf(stderr, "%s\n", report.status().ToString().c_str());
    return 1;
  }
  const double wall = Seconds() - start;
  const double used = CpuSeconds() - cpu;
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("import %.0f MB: %.0f MB/s wall, %.0f MB/s CPU, %.1f bytes per row, peak %ld MiB\n",
              megabytes, megabytes / wall, megabytes / used,
              static_cast<double>((*store)->Describe("t")->bytes) / rows, usage.ru_maxrss / 1024);
  const ScanMeasure sum{.kind = ScanMeasure::kSum, .column = 4};
  const ScanMeasure squares{.kind = ScanMeasure::kSumSquares, .column = 4};
  const std::vector<ScanGroup> three = {{.column = 0}, {.column = 1}, {.column = 2}};
  std::vector<bool> half(20);
  std::fill_n(half.begin(), 10, true);
  Time(**store, rows, "1 dimension", {.groups = {{.column = 0}}, .measures = {{}}});
  Time(**store, rows, "filter + 3 dimensions",
       {.groups = three, .filters = {{.column = 2, .codes = half}}, .measures = {{}}});
  Time(**store, rows, "3 dimensions + sums",
       {.groups = three, .measures = {{}, sum, {.kind = ScanMeasure::kSum, .column = 5}}});
  Time(**store, rows, "mean and stddev over a date filter",
       {.filters = {{.column = 3, .ranges = {{18'300, 19'000}}}}, .measures = {{}, sum, squares}});
  Time(**store, rows, "protected sum over 3 dimensions",
       {.groups = three,
        .measures = {
            {}, {.kind = ScanMeasure::kQuantizedSum, .column = 4, .low = 0, .high = 5'000'000}}});
  return 0;
}

}  // namespace
}  // namespace commons::storage

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "table_bench DIR [ROWS]\n");
    return 2;
  }
  return commons::storage::Run(argv[1],
                               argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000);
}
