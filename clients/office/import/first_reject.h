// The first row of a file of rejected rows, for the steward's own terminal.
#ifndef COMMONS_CLIENTS_OFFICE_IMPORT_FIRST_REJECT_H_
#define COMMONS_CLIENTS_OFFICE_IMPORT_FIRST_REJECT_H_

#include <string>

#include "proto/dialect.pb.h"

namespace commons::clients {

// `; for example row 2, column "visited": "31/12/2021"` with the value cut to 60 bytes and made
// printable; "" when the file says nothing of a column, or can't be read. Holds a value of a row:
// show it to the steward, never log or send it.
// `dialect`: of the file that was imported, and so of this one.
std::string FirstReject(const std::string& path, const v1::Dialect& dialect = {});

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_IMPORT_FIRST_REJECT_H_
