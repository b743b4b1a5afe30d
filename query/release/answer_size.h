// Whether an answer is small enough to be made and handed over: known before anybody is asked or
// charged. Pure.
#ifndef COMMONS_QUERY_RELEASE_ANSWER_SIZE_H_
#define COMMONS_QUERY_RELEASE_ANSWER_SIZE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "privacy/noise.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// Countersigning: each member is sent all contributions, and the total, in one message.
// MESSAGE_TOO_LARGE when the answers of so many owners to a valid question would exceed
// limits::kPeerMessageBytes.
absl::Status CheckAnswerSize(const v1::Question& question, const v1::Standard& standard,
                             size_t owners);

// Handing over: the cells, `copies` times (each member's own beside the total). MESSAGE_TOO_LARGE
// when they could exceed what a local message holds.
absl::Status CheckCellsSize(const Plan& plan, const v1::Standard& standard, size_t copies);

// The coins that each of so many members throws: cells times F_share, over all partials; 0 when
// open. TOO_MANY_CELLS beyond limits::kNoiseCoins, which a member could not throw in time.
uint64_t CoinsOf(const v1::Question& question, const v1::Standard& standard, uint32_t members,
                 uint32_t colluders);
absl::Status CheckCoins(const v1::Question& question, const v1::Standard& standard,
                        uint32_t members, uint32_t colluders);

// How many ordinary scans a question is like (member/scan_gate.h): memory to tell people apart (64
// MiB, or some bytes a row), groups of several responses, each read for itself, each column to take
// percentiles of, coins that take a good part of a second, and more than four passes over the rows
// (FILTER) weigh one more each; at most limits::kConcurrentQuestions.
size_t WeightOf(const v1::Question& question, const v1::Standard& standard, uint64_t coins);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_ANSWER_SIZE_H_
