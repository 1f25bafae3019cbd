// See right_answers.hpp. Each call takes the same short time, however much is remembered.
#include "secrets/right_answers.hpp"

namespace atrium::secrets {

bool right_answers::has(const fingerprint& f) {
  auto place = places_.find(f);
  if (place == places_.end()) return false;
  by_use_.splice(by_use_.begin(), by_use_, place->second);
  return true;
}

void right_answers::add(const fingerprint& f) {
  if (has(f)) return;
  by_use_.push_front(f);
  places_.emplace(f, by_use_.begin());
  if (places_.size() <= most_) return;
  places_.erase(by_use_.back());
  by_use_.pop_back();
}

} // namespace atrium::secrets
