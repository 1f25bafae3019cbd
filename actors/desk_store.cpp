// What the desk asks the store on behalf of operators, and what it keeps of what they did.
//
// Order: what an operator did goes to the records before any list that is asked for afterwards.
// Never waits: writers are asked together, and one that says nothing in time (it waits for its store)
// shows as not connected. Whatever else has no answer is `store_unavailable`.
#include "actors/desk_impl.hpp"
#include "actors/tell.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <charconv>

namespace atrium {

namespace {

constexpr std::chrono::seconds writer_patience{1};
/// Beyond what a store actor's own time limits add up to: only a defect lets it run out.
constexpr std::chrono::seconds store_patience{30};

const failure no_store{errc::store_unavailable, "the store cannot be reached; try again"};
const failure no_cursor{errc::bad_request, "`cursor` is none that this list gave"};

/// Writers that are being asked, and who asked.
struct writers_round {
  caller from;
  writers_view view;
  std::size_t awaited;
};

writer_view shown(const writer_status& s) {
  return {s.connected,   s.breaker_open, s.queued,  s.queued_bytes, s.lag,       s.in_flight,
          s.dirty_rooms, s.reconnects,   s.batches, s.writes,       s.last_error};
}

std::optional<std::size_t> read_offset(const std::optional<std::string>& cursor) {
  if (!cursor) return 0;
  std::size_t offset = 0;
  const auto* end = cursor->data() + cursor->size();
  auto [at, error] = std::from_chars(cursor->data(), end, offset);
  if (error != std::errc{} || at != end) return std::nullopt;
  return offset;
}

} // namespace

void desk::on(operator_acted& a) {
  const auto& what = a.what;
  log::info("operator_acted", {{"who", what.who},
                               {"action", what.action},
                               {"target", what.target},
                               {"detail", what.detail},
                               {"from", what.from},
                               {"outcome", what.outcome}});
  tell(self_->context(), store_.records.front(), put_audit{std::move(a.what)});
}

void desk::run(const caller& from, list_writers&) {
  auto round = std::make_shared<writers_round>(writers_round{from, {}, store_.writers.size()});
  round->view.writers.resize(store_.writers.size());
  auto settle = [this, round] {
    if (--round->awaited == 0) answer(round->from, std::move(round->view));
  };
  for (std::size_t i = 0; i < store_.writers.size(); ++i)
    self_->request(store_.writers[i], writer_patience, get_writer_status{})
        .then(
            [round, settle, i](const writer_status& s) {
              round->view.writers[i] = shown(s);
              settle();
            },
            [settle](const caf::error&) { settle(); });
}

void desk::run(const caller& from, ask_store_info&) {
  self_->request(store_.readers.front(), store_patience, get_store_info{})
      .then(
          [this, from](store_info& i) {
            if (i.status == store_status::unavailable) return answer(from, no_store);
            answer(from, store_info_view{std::move(i.kind), std::move(i.lines)});
          },
          [this, from](const caf::error&) { answer(from, no_store); });
}

void desk::run(const caller& from, clean_store& c) {
  clean_keys portion{c.is_dry_run, c.cursor.value_or(std::string{})};
  self_->request(store_.readers.front(), store_patience, std::move(portion))
      .then(
          [this, from](keys_cleaned& k) {
            if (k.status == store_status::unavailable) return answer(from, no_store);
            clean_portion out{std::move(k.keys), k.removed, std::nullopt};
            if (!k.cursor.empty()) out.cursor = std::move(k.cursor);
            answer(from, std::move(out));
          },
          [this, from](const caf::error&) { answer(from, no_store); });
}

void desk::run(const caller& from, list_audit& c) {
  auto offset = read_offset(c.cursor);
  if (!offset) return answer(from, no_cursor);
  self_->request(store_.records.front(), store_patience, read_audit{c.limit, *offset})
      .then(
          [this, from, next = *offset + c.limit](audit_entries& e) {
            if (e.status == store_status::unavailable) return answer(from, no_store);
            audit_page page{std::move(e.entries), std::nullopt};
            if (e.has_more) page.cursor = std::to_string(next);
            answer(from, std::move(page));
          },
          [this, from](const caf::error&) { answer(from, no_store); });
}

} // namespace atrium
