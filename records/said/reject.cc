#include "records/said/reject.h"

namespace commons::records {

absl::string_view RejectText(Reject reason) {
  switch (reason) {
    case Reject::kNone:
      return "accepted";
    case Reject::kTooFewFields:
      return "fewer fields than the header";
    case Reject::kTooManyFields:
      return "more fields than the header";
    case Reject::kNulByte:
      return "a NUL byte";
    case Reject::kInvalidUtf8:
      return "not valid UTF-8";
    case Reject::kFieldTooLong:
      return "a field is too long";
    case Reject::kBadQuote:
      return "a quote in the wrong place";
    case Reject::kMissing:
      return "a value is required";
    case Reject::kMissingPerson:
      return "the person is not given";
    case Reject::kUnknownCode:
      return "not one of the declared codes";
    case Reject::kTooManyCodes:
      return "more codes than one row may have";
    case Reject::kOthersCode:
      return "a code that only another member holds";
    case Reject::kNotANumber:
      return "not a number";
    case Reject::kTooManyDecimals:
      return "more decimals than declared";
    case Reject::kOutOfRange:
      return "outside the declared range";
    case Reject::kNotADate:
      return "not a date of the declared unit; a day is written 2024-03-15";
    case Reject::kNotAMoment:
      return "not a date and time; write it like 2024-03-15T10:30:00+12:00";
    case Reject::kNotInFormat:
      return "not a date as the dialect's format says";
    case Reject::kAnotherUnit:
      return "another currency or unit than in the rows before";
  }
  return "unknown";
}

}  // namespace commons::records
