// Something that people of an organisation should know, and what to do about it.
#ifndef COMMONS_GOVERNANCE_REVIEW_NOTE_H_
#define COMMONS_GOVERNANCE_REVIEW_NOTE_H_

#include <string>

namespace commons::governance {

// Plain sentences without a full stop; safe for a terminal.
struct Note {
  std::string what, remedy;  // remedy "": nothing is to be done
  bool ours = false;         // it waits for this organisation's own people
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_NOTE_H_
