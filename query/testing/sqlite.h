// The oracle of tests that count rows: the same rows in SQLite.
#ifndef COMMONS_QUERY_TESTING_SQLITE_H_
#define COMMONS_QUERY_TESTING_SQLITE_H_

#include <sqlite3.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace commons::query::testing {

// In memory. Not thread-safe.
class Sqlite {
 public:
  Sqlite() { sqlite3_open(":memory:", &db_); }
  ~Sqlite() { sqlite3_close(db_); }

  // Rows of the answer as text, NULL as "null".
  std::vector<std::vector<std::string>> Run(const std::string& sql) {
    std::vector<std::vector<std::string>> rows;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(db_);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      rows.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const unsigned char* text = sqlite3_column_text(statement, i);
        rows.back().push_back(text == nullptr ? "null" : reinterpret_cast<const char*>(text));
      }
    }
    sqlite3_finalize(statement);
    return rows;
  }

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace commons::query::testing

#endif  // COMMONS_QUERY_TESTING_SQLITE_H_
