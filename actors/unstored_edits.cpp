// See unstored_edits.hpp.
#include "actors/unstored_edits.hpp"

#include <utility>

namespace atrium {

void unstored_edits::add(stored_message m, seq_t changed_at) {
  auto posted = m.seq;
  edits_.insert_or_assign(posted, edit{std::move(m), changed_at});
}

std::size_t unstored_edits::settle(seq_t persisted, seq_t posted) {
  std::size_t older = 0;
  std::erase_if(edits_, [&](const auto& e) {
    if (e.second.changed_at > persisted) return false;
    older += e.first < posted ? 1 : 0;
    return true;
  });
  return older;
}

const stored_message* unstored_edits::find(seq_t posted) const {
  auto found = edits_.find(posted);
  return found == edits_.end() ? nullptr : &found->second.message;
}

std::vector<stored_message> unstored_edits::below(seq_t posted) const {
  std::vector<stored_message> out;
  for (auto e = edits_.begin(); e != edits_.end() && e->first < posted; ++e)
    out.push_back(e->second.message);
  return out;
}

} // namespace atrium
