// What the desk asks the store on behalf of operators.
#include "actors/desk_impl.hpp"

namespace atrium {

void desk::on(operator_acted&) {}

void desk::run(const caller& from, list_writers&) {
  answer(from, failure{errc::unknown_event, "not yet"});
}
void desk::run(const caller& from, ask_store_info&) {
  answer(from, failure{errc::unknown_event, "not yet"});
}
void desk::run(const caller& from, clean_store&) {
  answer(from, failure{errc::unknown_event, "not yet"});
}
void desk::run(const caller& from, list_audit&) {
  answer(from, failure{errc::unknown_event, "not yet"});
}

} // namespace atrium
