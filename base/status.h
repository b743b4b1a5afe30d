// Status macros: an error leaves the function that met it, with its code, thing and reason.
#ifndef COMMONS_BASE_STATUS_H_
#define COMMONS_BASE_STATUS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define COMMONS_CONCAT_INNER(a, b) a##b
#define COMMONS_CONCAT(a, b) COMMONS_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expr)                                           \
  do {                                                                  \
    if (absl::Status commons_status_ = (expr); !commons_status_.ok()) { \
      return commons_status_;                                           \
    }                                                                   \
  } while (false)

// ASSIGN_OR_RETURN(auto x, F()): a declaration or an existing variable on the left.
#define ASSIGN_OR_RETURN(lhs, expr) \
  COMMONS_ASSIGN_OR_RETURN_(COMMONS_CONCAT(commons_statusor_, __LINE__), lhs, expr)
#define COMMONS_ASSIGN_OR_RETURN_(statusor, lhs, expr)     \
  auto statusor = (expr);                                  \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = std::move(statusor).value()

#endif  // COMMONS_BASE_STATUS_H_
