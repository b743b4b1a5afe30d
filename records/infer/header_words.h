// What the heading of a column says of it.
#ifndef COMMONS_RECORDS_INFER_HEADER_WORDS_H_
#define COMMONS_RECORDS_INFER_HEADER_WORDS_H_

#include "absl/strings/string_view.h"

namespace commons::records {

bool NamesSomethingPersonal(absl::string_view heading);  // a name, an address, a note
bool NamesPeople(absl::string_view heading);             // patient, client, NHI
bool NamesAnId(absl::string_view heading);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_HEADER_WORDS_H_
