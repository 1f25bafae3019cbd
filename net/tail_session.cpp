// One stream of an operator.
//
//   watch_…       to the room or the user's shard; the answer decides about the status line
//   lines         events in the order in which they came, as the queue of any session has them
//   unwatch_…     the last word, unless the room is gone
//
// A reader that is too slow loses events, never the line that says so, and goes on; one that takes
// nothing for `limits.stalled` is ended. Memory: the bounds of the queue and one part of 64 KB. The
// client may say what it likes; only its going away is looked for. Never waits.
#include "net/tail_session.hpp"

#include "actors/room_meta.hpp"
#include "log/log.hpp"
#include "net/admin_spelling.hpp"
#include "net/event_spelling.hpp"
#include "net/http_response.hpp"
#include "net/line_stream.hpp"
#include "net/queued_session.hpp"
#include "net/websocket_frame.hpp"
#include "json/json.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

namespace atrium::net {
namespace {

/// Longer than anything behind the directory may take.
constexpr std::chrono::seconds answer_patience{30};
/// For the last lines, and for the client to close.
constexpr std::chrono::seconds closing_patience{2};
constexpr std::chrono::seconds longest_silence{15};
constexpr std::uint32_t watch_request = 1;
constexpr std::string_view media_type = "application/x-ndjson";

const frame& alive_line() {
  static const frame shared = make_text_frame(R"({"type":"tail:alive"})");
  return shared;
}

const frame& skipped_line() {
  static const frame shared = make_text_frame(R"({"type":"tail:skipped"})");
  return shared;
}

template <class Watched>
frame first_line(const Watched& what) {
  text_frame f;
  json::object_writer w{f.text()};
  w.text("type", "tail");
  append_members(w, what);
  w.end();
  return f.finish();
}

class tail_session final : public queued_session {
public:
  tail_session(io_thread& thread, tail_opening o);

  void run();

  void on_result(std::uint32_t request, command_result&& outcome) override;
  void on_forgotten(room_key room) override;
  void close(std::uint16_t, std::string_view) override { finish(); }
  void drain() override;
  void abort() override { end("aborted"); }
  void flush() override;
  void on_timer(time_point now) override;

private:
  using boost_error = boost::system::error_code;

  // For the queue.
  bool is_sealed() const noexcept override { return is_ending_ || has_ended_; }
  bool is_blocked() const noexcept override { return is_blocked_; }
  /// Nobody repeats what a reader was too slow for: from here on it hears the room again.
  void ask_truth(room_key room, seq_t) override { resume(room); }
  void on_fallen_behind() override { put(skipped_line(), entry_kind::result); }
  void on_stalled() override { end("too slow"); }

  void watch();
  void unwatch();
  [[nodiscard]] caller caller_of(std::uint32_t request);
  [[nodiscard]] answer_context context_of_answer() const;
  void begin(frame first);
  void refuse(const failure& why);

  void read();
  [[nodiscard]] bool fill();
  void wait_writable();
  void break_off();
  void set_deadline(std::chrono::milliseconds from_now);
  [[nodiscard]] std::chrono::milliseconds silence() const noexcept;
  /// The stream ends behind what is queued.
  void finish();
  void end(std::string_view why);

  [[nodiscard]] std::shared_ptr<tail_session> self() {
    return std::static_pointer_cast<tail_session>(shared_from_this());
  }

  tail_opening opened_;
  line_stream lines_;
  /// Of `part_` so much is sent.
  std::string part_;
  std::size_t sent_bytes_ = 0;
  std::array<char, 256> ignored_{};
  time_point due_{};
  room_key watched_ = 0;
  /// The status line is written.
  bool has_begun_ = false;
  bool is_blocked_ = false;
  bool is_broken_ = false;
  /// Nothing is queued any more.
  bool is_ending_ = false;
  /// The last byte was taken out of the queue.
  bool is_last_ = false;
  bool has_unwatched_ = false;
  bool has_ended_ = false;
};

tail_session::tail_session(io_thread& thread, tail_opening o)
    : queued_session{thread}, opened_{std::move(o)}, lines_{opened_.version != 10} {}

void tail_session::run() {
  thread_.add(shared_from_this());
  set_deadline(answer_patience);
  watch();
  read();
}

caller tail_session::caller_of(std::uint32_t request) {
  caller from = opened_.from;
  from.out = {&thread_, id(), wire::native};
  from.request = request;
  from.room_name = opened_.what.room;
  return from;
}

void tail_session::watch() {
  const auto& home = thread_.home();
  const auto& what = opened_.what;
  if (!what.room.empty())
    return thread_.tell(home.directory, routed_request{caller_of(watch_request), watch_room{}});
  if (!home.shards) return refuse({errc::unknown_event, "nobody knows users here"});
  thread_.tell(home.shards->of(what.user),
               operator_user_request{caller_of(watch_request), what.user, watch_user{}});
}

// Has no result; a room that is gone is not to be loaded for it.
void tail_session::unwatch() {
  if (std::exchange(has_unwatched_, true)) return;
  const auto& home = thread_.home();
  const auto& what = opened_.what;
  if (!what.room.empty())
    thread_.tell(home.directory, routed_request{caller_of(0), unwatch_room{}});
  else if (home.shards)
    thread_.tell(home.shards->of(what.user),
                 operator_user_request{caller_of(0), what.user, unwatch_user{}});
}

void tail_session::on_result(std::uint32_t request, command_result&& outcome) {
  if (request != watch_request || has_begun_ || is_sealed()) return;
  if (const auto* why = std::get_if<failure>(&outcome)) {
    has_unwatched_ = true;
    return refuse(*why);
  }
  if (const auto* room = std::get_if<room_watched>(&outcome)) {
    watched_ = room->key;
    return begin(first_line(*room));
  }
  if (const auto* user = std::get_if<user_watched>(&outcome)) begin(first_line(*user));
}

answer_context tail_session::context_of_answer() const {
  answer_context context;
  context.version = opened_.version;
  context.keep_alive = false;
  context.origin = opened_.origin;
  return context;
}

void tail_session::begin(frame first) {
  has_begun_ = true;
  lines_.add_raw(spell_stream_head(media_type, context_of_answer(), config().cors.origins));
  // What was queued before the answer came stands behind it.
  (void)lines_.add_frames(*first);
  set_deadline(silence());
  thread_.mark_dirty(*this);
}

void tail_session::refuse(const failure& why) {
  counts().add(why);
  lanes_.drop_all();
  lines_ = line_stream{false};
  lines_.add_raw(
      spell_response(answer_failure(why), {}, context_of_answer(), config().cors.origins));
  has_begun_ = true;
  finish();
}

std::chrono::milliseconds tail_session::silence() const noexcept {
  // Whoever wants a shorter heartbeat has proxies in between that are impatient.
  auto beat = config().heartbeat.interval;
  return beat.count() == 0 ? longest_silence
                           : std::min<std::chrono::milliseconds>(beat, longest_silence);
}

void tail_session::set_deadline(std::chrono::milliseconds from_now) {
  due_ = thread_.now() + from_now;
  thread_.arm(*this, due_);
}

void tail_session::on_timer(time_point now) {
  if (now < due_) return thread_.arm(*this, due_);
  if (is_ending_) return end("closed");
  if (!has_begun_) return refuse({errc::internal, "the server did not find an answer in time"});
  if (lanes_.empty()) put(alive_line(), entry_kind::result);
  set_deadline(silence());
}

// ---- writing ---------------------------------------------------------------------------------

bool tail_session::fill() {
  if (is_last_) return false;
  if (!is_sealed()) lanes_.append_latest(thread_.now());
  std::array<iovec, 64> parts;
  bool was_empty = lanes_.empty();
  while (!lanes_.empty() && !lines_.is_full()) {
    auto count = lanes_.gather(parts.data(), parts.size());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i)
      bytes += lines_.add_frames({static_cast<const char*>(parts[i].iov_base), parts[i].iov_len});
    thread_.note_sent(lanes_.consume(bytes, thread_.now()), bytes);
  }
  is_last_ = is_ending_ && lanes_.empty();
  part_ = lines_.take(is_last_);
  sent_bytes_ = 0;
  if (!was_empty && !is_ending_) set_deadline(silence());
  return !part_.empty();
}

void tail_session::flush() {
  if (!has_begun_ || is_blocked_ || is_broken_ || has_ended_) return;
  while (sent_bytes_ < part_.size() || fill()) {
    auto n = ::send(opened_.socket.native_handle(), part_.data() + sent_bytes_,
                    part_.size() - sent_bytes_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? wait_writable() : break_off();
    sent_bytes_ += static_cast<std::size_t>(n);
  }
  part_ = {};
  sent_bytes_ = 0;
  if (!is_ending_) return ask_for_missed_truth();
  boost_error ignored;
  opened_.socket.shutdown(tcp_socket::shutdown_send, ignored);
  // Nothing is owed any more; the client only has to close.
  opened_.request_count = counted{};
}

void tail_session::wait_writable() {
  is_blocked_ = true;
  thread_.watch(*this);
  opened_.socket.async_wait(tcp_socket::wait_write, [me = self()](boost_error ec) {
    me->is_blocked_ = false;
    if (!ec) me->flush();
  });
}

void tail_session::break_off() {
  is_broken_ = true;
  // Not here: a broadcast may be walking over the sessions.
  boost::asio::post(thread_.context(), [me = self()] { me->end("the socket broke"); });
}

// ---- the end ---------------------------------------------------------------------------------

void tail_session::read() {
  opened_.socket.async_read_some(boost::asio::buffer(ignored_),
                                 [me = self()](boost_error ec, std::size_t n) {
                                   if (me->has_ended_) return;
                                   if (ec) return me->end("the client went away");
                                   me->thread_.note_read(n);
                                   me->read();
                                 });
}

void tail_session::on_forgotten(room_key room) {
  if (room != watched_ || is_sealed()) return;
  has_unwatched_ = true;
  finish();
}

void tail_session::drain() {
  // Before its answer it has nothing to end.
  if (!has_begun_)
    return refuse(
        {errc::shutting_down, "the server is shutting down", config().server.retry_after});
  put(encode_shutdown(draw(config().server.retry_after), wire::native), entry_kind::result);
  finish();
}

void tail_session::finish() {
  if (is_sealed()) return;
  is_ending_ = true;
  set_deadline(closing_patience);
  thread_.mark_dirty(*this);
}

void tail_session::end(std::string_view why) {
  if (std::exchange(has_ended_, true)) return;
  log::debug("tail_ended", {{"connection", id()}, {"why", why}});
  unwatch();
  thread_.rooms().leave_all(*this);
  boost_error ignored;
  opened_.socket.close(ignored);
  opened_.request_count = counted{};
  opened_.socket_count = counted{};
  opened_.place = counted{};
  thread_.remove(*this);
}

} // namespace

void start_tail(io_thread& thread, tail_opening o) {
  std::make_shared<tail_session>(thread, std::move(o))->run();
}

} // namespace atrium::net
