#include "governance/standard/roles.h"

#include <set>
#include <string>

namespace commons::governance {

std::vector<const v1::Code*> LabelsThatAreCodes(const v1::Column& column) {
  std::set<std::string> values;
  for (const v1::Code& code : column.codes()) values.insert(code.value());
  std::vector<const v1::Code*> found;
  for (const v1::Code& code : column.codes()) {
    if (code.label() != code.value() && values.contains(code.label())) found.push_back(&code);
  }
  return found;
}

std::vector<std::string> TextsOfCodes(const v1::Column& column) {
  std::vector<std::string> texts;
  for (const v1::Code& code : column.codes()) texts.push_back(code.value());
  return texts;
}

}  // namespace commons::governance
