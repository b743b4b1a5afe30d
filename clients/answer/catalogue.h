// What the commons holds and how it is defined, for people and programs. Pure.
#ifndef COMMONS_CLIENTS_ANSWER_CATALOGUE_H_
#define COMMONS_CLIENTS_ANSWER_CATALOGUE_H_

#include <string>

#include "clients/answer/table.h"
#include "proto/local.pb.h"

namespace commons::clients {

// {"dataset", "columns": [...], "holders": [...]}; skipped columns are left out.
std::string DatasetJson(const v1::CatalogueReply::Dataset& dataset);
std::string CatalogueJson(const v1::CatalogueReply& reply);
std::string CatalogueTable(const v1::CatalogueReply& reply, Format format);
// The common definition in plain words, a line per column. all: every label of long lists, of which
// else the first few are shown.
std::string DescribeStandard(const v1::Standard& standard, bool all = false);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_CATALOGUE_H_
