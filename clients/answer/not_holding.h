// Members that no question about a dataset goes to, as an answer and the catalogue write them.
// Pure.
#ifndef COMMONS_CLIENTS_ANSWER_NOT_HOLDING_H_
#define COMMONS_CLIENTS_ANSWER_NOT_HOLDING_H_

#include <string>

#include "google/protobuf/repeated_field.h"
#include "proto/local.pb.h"

namespace commons::clients {

using NotHoldings = google::protobuf::RepeatedPtrField<v1::NotHolding>;

// [{"member","why"}]
std::string NotHoldingJson(const NotHoldings& members);
// "  not asked (no notice of holdings in force): lakes, west-coast", a line for each reason.
std::string NotHoldingText(const NotHoldings& members);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_NOT_HOLDING_H_
