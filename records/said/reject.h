// Why a row of a file is not accepted, and the plain words for it.
#ifndef COMMONS_RECORDS_SAID_REJECT_H_
#define COMMONS_RECORDS_SAID_REJECT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace commons::records {

enum class Reject : uint8_t {
  kNone,
  kTooFewFields,
  kTooManyFields,
  kNulByte,
  kInvalidUtf8,
  kFieldTooLong,
  kBadQuote,
  kMissing,        // NULL in a required column
  kMissingPerson,  // no value in the entity column
  kUnknownCode,
  kTooManyCodes,  // of a column that may have several
  kOthersCode,    // that only another member may hold
  kNotANumber,
  kTooManyDecimals,
  kOutOfRange,
  kNotADate,
  kNotAMoment,
  kNotInFormat,  // of the owner's dialect
  kAnotherUnit,
};

absl::string_view RejectText(Reject reason);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_SAID_REJECT_H_
