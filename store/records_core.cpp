// Records of users in Redis.
//
// Order: with each new connection first what earlier lives left is taken away, `ws:clients` and
// `ws:online_users` at once and connected members room by room, before the first is written anew or
// a portion per turn; then everybody who knows is asked for everything, and what waits goes out. So
// a store that is new, empty or from yesterday comes to say what is true now, however long it was
// away. This works because one actor writes these keys for the whole process.
// What waits is coalesced per user. All of it may be written twice without harm but for counters of
// activity: those that a broken connection swallowed are not raised again.
// A store that is away or refuses for now is tried with the usual pauses; what finds no place in
// the backlog meanwhile is forgotten, and everything asked for again as soon as the backlog is
// empty. Any other error is a defect of that one record: logged, counted, given up.
#include "store/records_core.hpp"

#include "log/log.hpp"

#include <algorithm>
#include <thread>

namespace atrium::store {

namespace {

// Some seventy users: a fraction of a millisecond for Redis, and for whoever shares its core.
constexpr std::size_t portion_bytes = 16'000;
constexpr std::size_t walk_portion = 500;
// An idle connection is looked at this often, so that a store that came back empty is noticed.
constexpr milliseconds idle_look{250};
// While it finishes it looks this often whether the store is back.
constexpr milliseconds finish_look{50};

milliseconds until(records_core::clock::time_point when) {
  if (when == records_core::clock::time_point::max()) return milliseconds::max();
  const auto rest = std::chrono::ceil<milliseconds>(when - records_core::clock::now());
  return std::max(milliseconds{0}, rest);
}

} // namespace

records_core::records_core(const settings& config, counters& counts, std::function<void()> want_all)
    : config_{config.redis}, counts_{counts}, want_all_{std::move(want_all)},
      keys_{config.redis.prefix}, link_{config.redis, counts, "redis_records"},
      backlog_{config.redis.queue_bytes} {}

void records_core::note_taken(bool has_place) {
  if (!has_place && !std::exchange(has_forgotten_, true)) {
    log::warn("redis_records_full", {{"bytes", backlog_.bytes()}});
  }
  due_ = std::min(due_, clock::now() + config_.gather);
}

milliseconds records_core::rest() const {
  return is_finished_ ? milliseconds::max() : std::max(until(due_), until(try_at_));
}

milliseconds records_core::pause() {
  const auto steps = static_cast<milliseconds::rep>(std::min<std::size_t>(++refusals_, 1'000'000));
  return std::min(config_.retry_max, config_.retry_step * steps);
}

milliseconds records_core::turn() {
  if (is_finished_) return milliseconds::max();
  if (const auto rest = until(try_at_); rest.count() > 0) return rest;
  const bool is_open = connect() && (!is_behind() || start_over());
  if (!is_open) return std::max({milliseconds{1}, link_.next_attempt(), until(try_at_)});
  bool goes_on = true;
  if (!backlog_.empty() && until(due_).count() == 0) goes_on = send();
  if (goes_on && is_behind()) goes_on = start_over();
  if (goes_on) goes_on = send_audit();
  if (goes_on) goes_on = walk_on();
  if (goes_on) look_again();
  if (link_.failed()) is_ready_ = false;
  return goes_on ? next_turn() : std::max(milliseconds{1}, until(try_at_));
}

milliseconds records_core::next_turn() const {
  if (!walk_.is_over()) return milliseconds{0};
  return std::min(idle_look, until(due_));
}

bool records_core::connect() {
  const bool is_open = link_.begin();
  if (!is_open) is_ready_ = false;
  return is_open;
}

bool records_core::is_behind() const {
  if (started_ != link_.connections()) return true;
  // Not at once: if all of it has no place, asking for it time and again would be all that is done.
  return has_forgotten_ && backlog_.empty() && clock::now() - started_at_ >= config_.retry_max;
}

bool records_core::start_over() {
  command_buffer commands;
  commands.add("UNLINK", keys_.clients());
  commands.add("UNLINK", keys_.online_users());
  const auto replies = link_.ask_all(commands);
  if (link_.failed()) {
    is_ready_ = false;
    return false;
  }
  for (const auto& reply : replies) {
    if (reply->classify() == reply_class::ok) continue;
    if (refusals_ == 0) log::warn("redis_records_refused", {{"reply", reply->first_error()}});
    counts_.add(counter::store_errors_transient);
    counts_.add(fault_of(reply->first_error()));
    try_at_ = clock::now() + pause();
    return false;
  }
  started_ = link_.connections();
  started_at_ = clock::now();
  refusals_ = 0;
  has_forgotten_ = false;
  walk_ = {};
  renewed_.clear();
  is_ready_ = true;
  want_all_();
  return true;
}

// False: some of it was not done and goes on waiting.
bool records_core::send() {
  auto changes = backlog_.take(portion_bytes);
  command_buffer commands;
  const auto items = spell(changes, commands);
  if (link_.failed()) {
    // Nothing of it was sent, so nothing of it is in doubt.
    backlog_.put_back(std::move(changes));
    return false;
  }
  const auto replies = link_.ask_all(commands);
  bool all = true;
  for (const auto& item : items) {
    const auto own = std::span{replies}.subspan(item.first, item.count);
    const auto found = judge(item, own);
    const bool has_raised = found == verdict::unanswered || (own[0] && !own[0]->is_error());
    settle(item, found, has_raised, changes);
    all &= found == verdict::done;
  }
  if (all)
    refusals_ = 0;
  else
    try_at_ = clock::now() + pause();
  backlog_.put_back(std::move(changes));
  due_ = backlog_.empty() ? clock::time_point::max() : clock::now();
  return all;
}

std::vector<records_core::sent_item> records_core::spell(const record_changes& changes,
                                                         command_buffer& out) {
  command_buffer listed;
  for (const auto& [user, change] : changes.friends) {
    listed.add("HKEYS", keys_.friends(user.value));
  }
  const auto lists = link_.ask_all(listed);
  std::vector<sent_item> items;
  const auto end_item = [&](sent_item::kind what, const std::string& name, std::size_t first) {
    items.push_back({what, name, first, out.count() - first});
  };
  if (!changes.online.empty()) {
    append_online_commands(out, keys_, changes.online);
    end_item(sent_item::kind::online, {}, 0);
  }
  for (const auto& [room, change] : changes.connected) {
    const auto first = out.count();
    const bool starts_anew = !walk_.is_over() && !renewed_.contains(room.value);
    append_connected_commands(out, keys_, room, change, starts_anew);
    end_item(sent_item::kind::connected, room.value, first);
  }
  std::size_t at = 0;
  for (const auto& [user, change] : changes.friends) {
    const auto first = out.count();
    append_friends_commands(out, keys_, user, change, lists[at++]->texts());
    end_item(sent_item::kind::friends, user.value, first);
  }
  for (const auto& [user, sum] : changes.activity) {
    const auto first = out.count();
    append_activity_commands(out, keys_, user, sum);
    end_item(sent_item::kind::activity, user.value, first);
  }
  return items;
}

records_core::verdict records_core::judge(const sent_item& item,
                                          std::span<const redis_reply> replies) {
  auto worst = reply_class::ok;
  std::string_view error;
  for (const auto& reply : replies) {
    if (!reply) return verdict::unanswered;
    worst = std::max(worst, reply->classify());
    if (error.empty()) error = reply->first_error();
  }
  if (worst == reply_class::ok) return verdict::done;
  const bool passes = worst == reply_class::transient;
  counts_.add(passes ? counter::store_errors_transient : counter::store_errors_defect);
  counts_.add(fault_of(error));
  if (!passes) log::error("redis_records_refused", {{"of", item.name}, {"reply", error}});
  if (passes && refusals_ == 0) log::warn("redis_records_refused", {{"reply", error}});
  return passes ? verdict::refused : verdict::done;
}

// What is done leaves `changes`.
void records_core::settle(const sent_item& item, verdict found, bool has_raised,
                          record_changes& changes) {
  if (item.what == sent_item::kind::activity && has_raised) {
    auto& sum = changes.activity.at(user_id{item.name});
    sum.events = 0;
    sum.messages = 0;
  }
  if (found != verdict::done) return;
  switch (item.what) {
  case sent_item::kind::online: changes.online.clear(); break;
  case sent_item::kind::activity: changes.activity.erase(user_id{item.name}); break;
  case sent_item::kind::connected:
    changes.connected.erase(room_id{item.name});
    if (!walk_.is_over()) renewed_.insert(item.name);
    break;
  case sent_item::kind::friends: changes.friends.erase(user_id{item.name}); break;
  }
}

// False: the store refuses, or is away.
bool records_core::walk_on() {
  if (walk_.is_over()) return true;
  command_buffer next;
  walk_.append_next(next, keys_, walk_portion);
  const auto entries = link_.ask_all(next);
  if (link_.failed()) return false;
  if (entries[0]->is_error()) {
    try_at_ = clock::now() + pause();
    return false;
  }
  auto further = walk_;
  command_buffer commands;
  for (const auto& id : further.take(entries[0].view(), walk_portion)) {
    if (!renewed_.contains(id)) commands.add("UNLINK", keys_.connected_members(id));
  }
  (void)link_.ask_all(commands);
  if (link_.failed()) return false;
  walk_ = std::move(further);
  if (walk_.is_over()) renewed_.clear();
  return true;
}

void records_core::finish(clock::time_point deadline) {
  const auto waits = [this] { return !backlog_.empty() || !audit_.empty(); };
  while (!is_finished_ && waits() && clock::now() < deadline) {
    due_ = clock::now();
    const auto rest = turn();
    // Its own thread, and nothing new can come in: waiting is all there is.
    if (rest.count() > 0 && waits()) {
      std::this_thread::sleep_for(std::min(rest, finish_look));
    }
  }
  if (is_finished_) return;
  is_finished_ = true;
  is_ready_ = false;
  link_.finish();
  log::info("redis_records_finished", {{"left_behind_bytes", backlog_.bytes()}});
  backlog_ = records_backlog{0};
  doubtful_.clear();
  audit_.clear();
}

} // namespace atrium::store
