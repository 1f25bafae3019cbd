// One HTTP connection: the class, private to http_session.cpp (reading and writing) and
// http_requests.cpp (what is asked, and who answers).
#pragma once

#include "net/http_request.hpp"
#include "net/http_response.hpp"
#include "net/http_session.hpp"
#include "net/io_thread.hpp"
#include "net/rest.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

class http_session final : public session {
public:
  http_session(io_thread& thread, tcp_socket socket, counted socket_count);

  void run();

  void on_result(std::uint32_t request, command_result&& outcome) override;
  void deliver(room_key, const frame&, delivery, seq_t) override {}
  bool deliver_batch(room_key, const merged_frames&) override { return true; }
  void offer_latest(room_key, const frame&, std::uint64_t) override {}
  void resume(room_key) override {}
  void close(std::uint16_t, std::string_view) override { end(); }
  /// The request under way is answered; the next one is told that the server leaves.
  void drain() override {}
  void abort() override { end(); }
  void on_timer(time_point now) override;

private:
  using boost_error = boost::system::error_code;
  using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  static constexpr auto never = time_point::max();

  // Reading.
  void begin_request();
  void read_head();
  void on_head_bytes(boost_error ec, std::size_t bytes);
  void on_head();
  void read_body();
  void on_body_bytes(boost_error ec);
  void send_continue();
  void on_read_error(boost_error ec);

  // Asking and answering.
  [[nodiscard]] std::optional<head_refusal> check() const;
  void on_request();
  [[nodiscard]] bool may_ask(const std::string& ip);
  void ask(rest_call& call);
  void ask_room(room_call& call);
  void answer_metrics();
  void upgrade_to_websocket();
  void answer(rest_answer a, std::string_view allow = {});
  void refuse(unsigned status, failure why, std::string_view allow = {});
  [[nodiscard]] caller caller_of(std::string room);
  [[nodiscard]] std::string_view header(boost::beast::http::field name) const;
  [[nodiscard]] std::string address() const;
  [[nodiscard]] bool may_see_metrics() const;

  // Writing and ending.
  void write(std::string bytes);
  void on_written(boost_error ec);
  void linger();
  void end();
  void set_deadline(std::chrono::milliseconds from_now);

  [[nodiscard]] const settings& config() const noexcept { return thread_.home().config; }
  [[nodiscard]] counters& counts() const noexcept { return thread_.home().counts; }
  [[nodiscard]] std::shared_ptr<http_session> self() {
    return std::static_pointer_cast<http_session>(shared_from_this());
  }

  io_thread& thread_;
  tcp_socket socket_;
  counted socket_count_;
  std::string peer_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;
  std::optional<request_target> target_;
  inbound_share share_;
  rest_call call_;
  counted request_count_;
  std::string out_;
  time_point due_ = never;
  std::size_t body_seen_ = 0;
  std::uint32_t request_ = 0;
  bool is_waiting_ = false;
  bool has_begun_ = false;
  bool closes_after_ = false;
  bool has_ended_ = false;
};

} // namespace atrium::net
