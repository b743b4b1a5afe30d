// In which cells of what is shown those of a question's dimensions lie.
#ifndef COMMONS_QUERY_RELEASE_OUTPUT_LEVELS_H_
#define COMMONS_QUERY_RELEASE_OUTPUT_LEVELS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// Of one output dimension.
class OutputLevels {
 public:
  OutputLevels(const OutputDimension& output, const v1::Question& question,
               const v1::Standard& standard);

  // Its cell for one of a grouping set, whose dimensions and bins these are; nullopt: it is rolled
  // up there.
  std::optional<size_t> CellOf(const google::protobuf::RepeatedField<uint32_t>& set,
                               const std::vector<size_t>& bins) const;

 private:
  const uint32_t first_;                      // of its column's dimensions
  std::vector<std::vector<uint32_t>> cells_;  // by level, the finest first
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_OUTPUT_LEVELS_H_
