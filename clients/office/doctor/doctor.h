// What a sysadmin would check by hand about a node, each with what to do about it.
#ifndef COMMONS_CLIENTS_OFFICE_DOCTOR_DOCTOR_H_
#define COMMONS_CLIENTS_OFFICE_DOCTOR_DOCTOR_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/office/doctor/finding.h"
#include "proto/local.pb.h"

namespace commons::clients {

// Looks only; changes nothing. Never fails: what can't be checked is a finding.
std::vector<Finding> Examine(const std::string& dir, absl::Time now);

inline constexpr char kForkedWords[] = "shows two histories, which is proved";
// What to do while a node has not caught up, after what it says that it waits for.
std::string AdviceFor(const v1::StatusReply& status);
// "holds 2 documents that count for nothing": in a member's log.
std::string WorthlessWords(const v1::StatusReply::Worthless& worthless);
// "version 2 since 2026-03-01, ends 2027-03-01". In UTC.
std::string CardWords(const v1::StatusReply::Card& card);
// What there is to do about a card that ends: within 90 days, or at once.
Finding CardFinding(const v1::StatusReply::Card& card, bool own, absl::Time now);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DOCTOR_DOCTOR_H_
