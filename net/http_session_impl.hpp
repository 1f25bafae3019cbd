// One HTTP connection: the class, private to http_session.cpp (reading and writing) and
// http_requests.cpp (what is asked, and who answers), http_admin.cpp (by operators), http_files.cpp (pages),
// http_export.cpp (downloads) and engineio_requests.cpp (long-polling).
#pragma once

#include "net/engineio_session.hpp"
#include "net/held_request.hpp"
#include "net/http_request.hpp"
#include "net/http_response.hpp"
#include "net/http_session.hpp"
#include "net/io_thread.hpp"
#include "net/rest.hpp"
#include "net/static_files.hpp"
#include "net/upgrade.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace atrium::net {

class http_session final : public session, private held_request {
public:
  http_session(io_thread& thread, tcp_socket socket, counted socket_count);

  void run();

  void on_result(std::uint32_t request, command_result&& outcome) override;
  void deliver(const op::event&) override {}
  bool deliver_batch(room_key, const merged_frames&) override { return true; }
  void offer_latest(room_key, const frame&, std::uint64_t) override {}
  void resume(room_key) override {}
  void close(std::uint16_t, std::string_view) override { end(); }
  /// The request under way is answered; the next one is told that the server leaves.
  void drain() override;
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
  void read_rest();
  void read_body();
  void on_body_bytes(boost_error ec);
  void send_continue();
  void on_read_error(boost_error ec);
  void refuse_body();

  // Asking and answering.
  [[nodiscard]] std::optional<head_refusal> check() const;
  void on_request();
  [[nodiscard]] bool may_ask(const std::string& ip);
  void ask(rest_call& call);
  /// Whoever guesses at rooms and passwords is kept out.
  [[nodiscard]] bool may_enter(const std::string& ip, const std::string& room);
  void weigh(command_result& outcome);
  void ask_room(room_call& call);
  void ask_user(user_call& call);
  void ask_online_users(list_online_users& call);
  void answer_metrics();
  void upgrade_to_websocket();
  /// A place among the connections; nothing: the refusal is written.
  [[nodiscard]] std::optional<connection_slot> take_place();
  /// The socket and all that came over it; the session has ended by that.
  [[nodiscard]] upgrade hand_over(connection_slot place);
  void refuse_connection(unsigned status, failure why);
  void answer(rest_answer a, std::string_view allow = {});
  void refuse(unsigned status, failure why, std::string_view allow = {});
  [[nodiscard]] caller caller_of(std::string room);
  void wait_for_answer();
  /// False: nobody waits for the answer to this request any more.
  [[nodiscard]] bool settle(std::uint32_t request);
  [[nodiscard]] std::string_view target_text() const;
  [[nodiscard]] std::string_view method_text() const;
  [[nodiscard]] std::string_view header(boost::beast::http::field name) const;
  [[nodiscard]] std::string address() const;
  [[nodiscard]] rest_asker asker() const;
  /// Empty: it shows none, or nobody asks for one.
  [[nodiscard]] std::string_view shown_token() const;
  [[nodiscard]] answer_context context_of_answer() const;

  // What operators ask: http_admin.cpp.
  /// Whoever guesses at operators' tokens is kept out: `call_` is a refusal then.
  void weigh_token(const rest_request& asked, const std::string& ip);
  void ask_admin(admin_call& call);
  void ask_shard(user_order& order);
  void survey(list_connections& wanted);
  void announce_to(const announce_to_all& what);
  void cut(cut_connection& order);
  void begin_drain();
  void answer_log_level();
  void hand_over_to_tail(open_tail what);
  void on_admin_result(command_result&& outcome);
  void show_seats(room_inspection&& room);
  void show_sessions(user_view&& user);
  /// Answers with what operators are shown, and records what was done.
  void conclude(const command_result& outcome);
  void conclude(rest_answer a);
  /// Once for each request that acts; `outcome` "ok" or a code.
  void record_deed(std::string_view outcome);
  /// What is to be called when the answer to this request is there: `answer(http_session&, what)`.
  template <class Answer>
  [[nodiscard]] auto when_answered(Answer answer);

  // Files of pages: http_files.cpp.
  /// A body that is being written from where it is kept.
  struct file_body {
    std::string_view bytes;
    /// Of head and body.
    std::size_t written_bytes = 0;
  };
  /// Answers what asks for a file of the operators' page, or of the web app; false: nothing does.
  [[nodiscard]] bool answer_console_file();
  [[nodiscard]] bool answer_app_file();
  [[nodiscard]] std::optional<static_answer> find_file(const static_table& files) const;
  void answer_file(const static_answer& found);
  void write_file();

  // Downloads: http_export.cpp.
  /// One that is under way.
  struct room_export {
    std::string room;
    export_format format;
    std::string file_name{};
    /// Of the last message that was there when it began.
    seq_t until = 0;
    /// Of the last message written; everything up to it was.
    seq_t last = 0;
    /// The client has its first bytes.
    bool has_begun = false;
    /// The last bytes are being written.
    bool is_whole = false;
    /// Of `out_`.
    std::size_t written_bytes = 0;
  };
  void begin_export(const export_call& call);
  void on_export_result(command_result&& outcome);
  void ask_page();
  void take_page(const history_result& page);
  void write_part(std::string text);
  void write_on();
  void on_part_written(boost_error ec, std::size_t bytes);

  // Engine.IO: engineio_requests.cpp.
  /// A request at a path of Engine.IO.
  struct engine_call {
    const engineio_route* route;
    std::variant<engineio::request, engineio::refusal> asked;
    /// Whom it is for, unless it is a handshake or refused.
    std::shared_ptr<engineio_session> session;
  };
  [[nodiscard]] const engineio_route* engine_route() const;
  void on_engine_head(const engineio_route& route);
  void find_engine_session(const std::string& sid);
  void move_to(io_thread& target);
  void answer_engine();
  void refuse_engine(const engineio::refusal& no);
  void shake_hands(const engineio::request& r);
  void upgrade_engine();
  void hold(std::shared_ptr<engineio_session> session);
  void watch_peer();
  /// The session is owed this request no more, though it goes on.
  void release_engine();
  void answer(polling_answer a) override;
  [[nodiscard]] std::shared_ptr<held_request> as_held();

  // Writing and ending.
  void write(std::string bytes);
  void on_written(boost_error ec);
  void linger();
  void end();
  void set_deadline(std::chrono::milliseconds from_now);

  [[nodiscard]] const settings& config() const noexcept { return thread_->home().config; }
  [[nodiscard]] counters& counts() const noexcept { return thread_->home().counts; }
  [[nodiscard]] std::shared_ptr<http_session> self() {
    return std::static_pointer_cast<http_session>(shared_from_this());
  }

  io_thread* thread_;
  tcp_socket socket_;
  counted socket_count_;
  std::string peer_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_;
  std::optional<request_target> target_;
  std::optional<engine_call> engine_;
  /// The session that will answer this request, or be told that nobody waits for the answer.
  std::shared_ptr<engineio_session> owed_by_;
  inbound_share share_;
  rest_asker who_;
  rest_call call_;
  std::optional<room_export> export_;
  std::optional<file_body> file_;
  counted request_count_;
  /// Of the answer to a poll.
  std::function<void()> when_written_;
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
