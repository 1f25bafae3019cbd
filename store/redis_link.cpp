// Replies come in the order of the commands, a portion at a time: no portion is so large that both
// sides could wait for each other's buffers.
// When the store is away, a request fails at once; one request per pause (`retry_step` × attempt,
// at most `retry_max`) is the one that tries to connect. An idle connection that the other side
// closed is noticed before it is used, so that a restarted store costs no request.
// Never sends anything twice: whether a request may be repeated is for its owner to say.
#include "store/redis_link.hpp"

#include "log/log.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::chrono::minutes settling_time{1};

} // namespace

redis_link::redis_link(const redis_settings& config, counters& counts, std::string name)
    : config_{config}, counts_{counts}, name_{std::move(name)}, connection_{config} {}

bool redis_link::begin() {
  failed_ = false;
  broke_in_use_ = false;
  was_open_ = connection_.is_open() && connection_.looks_alive();
  if (is_finished_) return false;
  return was_open_ || connect();
}

bool redis_link::connect() {
  if (connection_.is_open()) {
    log::info(name_ + "_lost", {{"at", connection_.name()}});
    connection_.close();
  }
  if (clock::now() < connect_at_) return false;
  const auto failed = connection_.open();
  if (!failed) {
    on_connected();
    return true;
  }
  ++attempts_;
  counts_.add(store_fault::unreachable);
  const auto steps = static_cast<milliseconds::rep>(std::min<std::size_t>(attempts_, 1'000'000));
  connect_at_ = clock::now() + std::min(config_.retry_max, config_.retry_step * steps);
  if (attempts_ == 1) {
    log::warn(name_ + "_away", {{"at", connection_.name()}, {"reason", *failed}});
  }
  return false;
}

void redis_link::on_connected() {
  if (connections_ > 0 || attempts_ > 0) settled_at_ = clock::now() + settling_time;
  ++connections_;
  attempts_ = 0;
  connect_at_ = {};
  log::debug(name_ + "_connected", {{"at", connection_.name()}});
}

milliseconds redis_link::next_attempt() const {
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(connect_at_ - clock::now()));
}

std::vector<redis_reply> redis_link::ask_all(const command_buffer& commands) {
  std::vector<redis_reply> replies(commands.count());
  if (failed_) return replies;
  connection_.send(commands);
  for (auto& reply : replies) {
    reply = connection_.receive();
    if (reply) continue;
    break_off();
    break;
  }
  return replies;
}

std::vector<redis_reply> redis_link::call_all(const command_buffer& commands) {
  auto replies = ask_all(commands);
  for (const auto& reply : replies) {
    if (!failed_ && reply && reply->classify() != reply_class::ok) refuse(reply.view());
  }
  return replies;
}

void redis_link::refuse(const reply_view& error) {
  const bool passes = error.classify() == reply_class::transient;
  counts_.add(passes ? counter::store_errors_transient : counter::store_errors_defect);
  counts_.add(fault_of(error.first_error()));
  log::write(passes ? log::level::warn : log::level::error, name_ + "_refused",
             {{"reply", error.first_error()}});
  failed_ = true;
}

void redis_link::break_off() {
  failed_ = true;
  broke_in_use_ = was_open_;
  counts_.add(counter::store_errors_transient);
  counts_.add(store_fault::broken);
  log::warn(name_ + "_lost", {{"at", connection_.name()}});
}

void redis_link::finish() {
  connection_.quit();
  is_finished_ = true;
}

} // namespace atrium::store
