// How the parts do, asked anew for each /health: a ping through each reader, then one writer after the
// other. A part that does not answer in time counts as away; the answer never takes long.
#include "actors/directory_impl.hpp"

#include <algorithm>

namespace atrium {

namespace {

constexpr std::chrono::milliseconds ping_patience{1'500};
constexpr std::chrono::milliseconds writer_patience{500};

} // namespace

void directory::on(const health_request& h) {
  health_view view;
  view.store_kind = env_.config.store.kind == store_kind::redis ? "redis" : "memory";
  view.draining = draining_;
  view.rooms_loaded = rooms_.size();
  view.writers = store_.writers.size();
  for (const auto& [id, e] : rooms_) view.rooms_dirty += e.dirty ? 1 : 0;
  view.store_up = true;
  ask_readers(h.from, std::move(view), 0);
}

void directory::ask_readers(caller from, health_view view, std::size_t next) {
  if (next == store_.readers.size()) return ask_writers(std::move(from), std::move(view), 0);
  self_->request(store_.readers[next], ping_patience, ping_store{})
      .then(
          [this, from, view, next](const store_health& s) mutable {
            bool up = s.status == store_status::ok;
            view.store_up &= up;
            view.store_latency = std::max(view.store_latency, s.latency);
            store_answered_ |= up;
            ask_readers(from, std::move(view), next + 1);
          },
          [this, from, view, next](const caf::error&) mutable {
            view.store_up = false;
            ask_readers(from, std::move(view), next + 1);
          });
}

void directory::ask_writers(caller from, health_view view, std::size_t next) {
  if (next == store_.writers.size()) return finish_health(from, std::move(view));
  self_->request(store_.writers[next], writer_patience, get_writer_status{})
      .then(
          [this, from, view, next](const writer_status& w) mutable {
            view.writers_connected += w.connected ? 1 : 0;
            view.writes_queued += w.queued;
            ask_writers(from, std::move(view), next + 1);
          },
          [this, from, view, next](const caf::error&) { ask_writers(from, view, next + 1); });
}

void directory::finish_health(const caller& from, health_view view) const {
  using state = health_view::state;
  view.ready = store_answered_ && !draining_;
  bool whole = view.store_up && view.writers_connected == view.writers && view.rooms_dirty == 0;
  view.overall = whole && !draining_ ? state::healthy : state::degraded;
  answer(from, std::move(view));
}

} // namespace atrium
