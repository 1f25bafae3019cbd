// Long-polling: GETs that wait for packets, POSTs that bring some (protocols.md §3.5, §3.6).
//
// One of each at a time. A payload's packets are handed over in order, and what they cause in this
// turn is queued, before its own answer and before a GET that came later. A client that is owed too
// much waits for the answer to its POST, which is all that holds it back. Memory: an answer takes at
// most `max_answer_bytes` out of the queue and one frame, unless it has to be whole.
#include "net/engineio_session.hpp"
#include "net/frame_header.hpp"

#include "log/log.hpp"

#include <array>

#include <sys/uio.h>

namespace atrium::net {
namespace {

constexpr std::size_t max_answer_bytes = 1'000'000;
constexpr std::size_t max_packet_count = 16'384;
/// Python's client takes no more in one answer.
constexpr std::size_t max_answer_packets = 16;
constexpr std::chrono::milliseconds noop_pause{100};

/// A poll's answer in the making: packets out of whole frames of a server.
struct poll_answer {
  std::string text;
  std::size_t packet_count = 0;
  bool is_bounded = true;

  [[nodiscard]] bool is_full() const noexcept {
    return is_bounded && (text.size() >= max_answer_bytes || packet_count == max_answer_packets);
  }
  /// Appends as many as fit; the bytes of their frames.
  std::size_t append(std::string_view frames) {
    std::size_t taken = 0;
    while (!is_full()) {
      auto rest = frames.substr(taken);
      auto h = read_frame_header(rest);
      if (!h) break;
      auto data = rest.substr(h->header_bytes, h->payload_bytes);
      taken += h->bytes();
      if (++packet_count > 1) text += engineio::packet_separator;
      if (h->opcode == frame_header::binary)
        engineio::append_payload_packet(text, {engineio::packet_type::message, true, data});
      else
        text += data;
    }
    return taken;
  }
};

} // namespace

void engineio_session::open(std::shared_ptr<held_request> get) {
  thread_.add(shared_from_this());
  begin();
  take_poll(std::move(get));
}

void engineio_session::take_poll(std::shared_ptr<held_request> get) {
  if (poll_) {
    get->answer({400, {}});
    return end("two polls at once");
  }
  poll_ = std::move(get);
  // The client waits for this poll to end before it changes its transport.
  if (is_probed_) {
    if (noops_left_-- > 0)
      release_poll();
    else
      noop_due_ = thread_.now() + noop_pause;
    arm();
  }
  thread_.mark_dirty(*this);
}

std::string engineio_session::take_payload_out() {
  poll_answer answer;
  answer.is_bounded = !std::exchange(is_answered_whole_, false);
  std::array<iovec, max_answer_packets> parts;
  do {
    auto count = lanes_.gather(parts.data(), parts.size());
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i)
      bytes += answer.append({static_cast<const char*>(parts[i].iov_base), parts[i].iov_len});
    thread_.note_sent(lanes_.consume(bytes, thread_.now()), bytes);
  } while (!answer.is_bounded && !lanes_.empty());
  return std::move(answer.text);
}

// What left the queue is on its way only; the client may have joined the namespace anew meanwhile.
std::function<void()> engineio_session::receipts_of_answer() {
  if (!lanes_.has_receipts()) return {};
  auto me = std::static_pointer_cast<engineio_session>(shared_from_this());
  return [me, told = id(), receipts = lanes_.take_receipts()] {
    if (me->has_ended_ || me->id() != told) return;
    for (auto receipt : receipts) me->tell_written(receipt);
  };
}

void engineio_session::answer_poll() {
  if (has_ended_) return;
  // An answer takes few packets: behind others, what is volatile would be old when its turn comes.
  if (!is_sealed() && poll_ && lanes_.empty()) lanes_.append_latest(thread_.now());
  if (lanes_.empty()) return;
  if (!poll_) return thread_.watch(*this);
  noop_due_ = never;
  polling_answer a{200, take_payload_out()};
  a.on_written = receipts_of_answer();
  std::exchange(poll_, nullptr)->answer(std::move(a));
  if (!lanes_.empty()) return;
  if (is_closing_) return end("closed");
  ask_for_missed_truth();
}

void engineio_session::release_poll() {
  noop_due_ = never;
  // What is queued releases it as well.
  if (poll_ && lanes_.empty()) std::exchange(poll_, nullptr)->answer({200, "6"});
}

bool engineio_session::begin_payload() {
  if (!std::exchange(has_payload_begun_, true)) return true;
  end("two payloads at once");
  return false;
}

void engineio_session::take_payload(std::shared_ptr<held_request> post,
                                    std::string_view content_type, std::string_view body) {
  payload_ = std::move(post);
  thread_.note_read(body.size(), 0);
  if (content_type.starts_with("application/octet-stream")) {
    answer_payload(400);
    return end("a payload of another protocol");
  }
  engineio::payload_reader packets{body, {config().limits.payload_bytes, max_packet_count}};
  engineio::packet p;
  while (!is_sealed() && packets.next(p)) take_packet(p);
  if (auto error = packets.error(); error && !has_ended_) {
    log::debug("payload_refused", {{"connection", id()}, {"why", engineio::to_string(*error)}});
    counts().add(counter::frames_malformed);
    if (*error == engineio::packet_error::payload_too_large) counts().add(limit::payload_bytes);
    answer_payload(400);
    return end("a bad payload");
  }
  if (is_sealed() || takes_messages()) answer_payload(200);
}

void engineio_session::answer_payload(unsigned status) {
  if (!payload_) return;
  has_payload_begun_ = false;
  polling_answer a{status, status == 200 ? "ok" : "", "text/html"};
  std::exchange(payload_, nullptr)->answer(std::move(a));
}

void engineio_session::resume_input() {
  if (takes_messages()) answer_payload(200);
  if (ws_) ws_->resume_reading();
}

void engineio_session::on_request_lost(const held_request& lost) {
  for (auto* held : {&poll_, &payload_})
    if (held->get() == &lost) *held = nullptr;
  end("the transport broke");
}

} // namespace atrium::net
