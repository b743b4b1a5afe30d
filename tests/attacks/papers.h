// Documents that a hostile member writes into its own log.
#ifndef COMMONS_TESTS_ATTACKS_PAPERS_H_
#define COMMONS_TESTS_ATTACKS_PAPERS_H_

#include <string>
#include <vector>

#include "clients/office/papers.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {

// What a member's own people read at their node.
clients::Papers PapersOf(const Lab& lab, const std::string& member);

v1::Envelope Unsigned(const char* kind, const google::protobuf::Message& message);
v1::Envelope SignedByBoard(const Intruder& intruder, const char* kind,
                           const google::protobuf::Message& message);

// The next version of a member's rule, as the intruder would like it: open to everybody.
v1::OwnerPolicy OpenRuleOf(const Intruder& intruder, const std::string& member,
                           const std::string& dataset);
// The intruder's own rule for a dataset, signed by its board.
v1::Envelope OwnRuleFor(const Intruder& intruder, const std::string& dataset);
// Number `version` (from 1) of a chain of rules of its own, signed, that act in ten years.
v1::Envelope RuleThatNeverMatures(const Intruder& intruder, const std::string& dataset,
                                  uint64_t version, const DocId& previous);

// An unsigned yes in a member's name.
struct FalseYes {
  std::string member;
  CommonsId commons;
  uint64_t version = 0;
  DocId document;
};
v1::Envelope YesOf(const Intruder& intruder, const FalseYes& yes);
// A whole commons of the same members, in which `proposal` has been decided; nothing of it signed.
std::vector<v1::Envelope> FalseCommons(const Intruder& intruder, const clients::Papers& held,
                                       v1::Resolution proposal);

}  // namespace commons::attacks

#endif  // COMMONS_TESTS_ATTACKS_PAPERS_H_
