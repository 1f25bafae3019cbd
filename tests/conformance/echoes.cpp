// Echoes, each as small as its protocol lets it be.
#include "conformance/echoes.hpp"

#include "net/socketio_session.hpp"
#include "net/websocket_frame.hpp"

namespace atrium::test {
namespace {

using namespace atrium::net;

constexpr std::size_t echo_message_bytes = 16 * 1'024 * 1'024;

frame make_binary_frame(std::string_view bytes) {
  std::string out;
  append_binary_frame(out, bytes);
  return std::make_shared<const std::string>(std::move(out));
}

/// A WebSocket that sends back what it gets.
class websocket_echo final : public queued_session, private websocket_user {
public:
  websocket_echo(io_thread& thread, upgrade& u)
      : queued_session{thread}, place_{std::move(u.place)}, count_{thread.shared().sessions},
        ws_{std::make_shared<websocket>(thread, static_cast<websocket_user&>(*this), lanes_, u,
                                        echo_message_bytes)} {}

  void run(const upgrade_request& request) {
    thread_.add(shared_from_this());
    if (ws_->accept(request)) ws_->start();
  }

  void on_result(std::uint32_t, command_result&&) override {}
  void close(std::uint16_t code, std::string_view reason) override { ws_->close(code, reason); }
  void drain() override { close(1001, {}); }
  void abort() override { ws_->end("aborted"); }
  void flush() override { ws_->write(); }
  void on_timer(time_point now) override {
    ws_->on_timer(now);
    if (!ws_->has_ended()) thread_.arm(*this, ws_->closing_due());
  }

private:
  session& owner() noexcept override { return *this; }
  bool may_read() const noexcept override { return true; }
  void on_message(websocket&, std::string_view text, bool is_text) override {
    put(is_text ? make_text_frame(text) : make_binary_frame(text), entry_kind::result);
  }
  void on_sealed(websocket&) override {}
  void on_end(websocket&, std::string_view) override {
    count_ = counted{};
    thread_.remove(*this);
  }
  bool is_sealed() const noexcept override { return ws_->is_sealed(); }
  bool is_blocked() const noexcept override { return ws_->is_blocked(); }
  void ask_truth(room_key, seq_t) override {}
  void on_stalled() override { ws_->end("stalled"); }

  connection_slot place_;
  counted count_;
  std::shared_ptr<websocket> ws_;
};

/// Engine.IO that sends back what it gets.
class engineio_echo final : public engineio_session {
public:
  engineio_echo(io_thread& thread, engineio_opening o)
      : engineio_session{thread, std::move(o.place)} {}

  void on_result(std::uint32_t, command_result&&) override {}
  void drain() override { close(1001, {}); }

private:
  void on_data(std::string_view data, bool is_binary) override {
    put(is_binary ? make_binary_frame(data) : make_text_frame("4" + std::string{data}),
        entry_kind::result);
  }
  void on_gone() override {}
  void ask_truth(room_key, seq_t) override {}
};

/// The application of the Socket.IO suite.
class socketio_echo final : public socketio_session {
public:
  socketio_echo(io_thread& thread, engineio_opening o)
      : socketio_session{thread, std::move(o.place)} {}

  void on_result(std::uint32_t, command_result&&) override {}
  void drain() override { close(1001, {}); }

private:
  bool has_namespace(std::string_view name) const override {
    return name == "/" || name == "/custom";
  }
  void on_connect(const std::string& name, json::slice auth) override {
    accept_namespace(name, engineio::make_sid());
    std::string text;
    socketio::append_event(text, name, std::nullopt, "auth",
                           auth.raw.empty() ? std::string_view{"{}"} : auth.raw);
    put_packet(text);
  }
  void on_event(const std::string& name, const socketio::packet& p) override {
    auto event = socketio::read_event(p);
    std::string arguments;
    json::slice argument;
    while (event->arguments.next(argument)) {
      if (!arguments.empty()) arguments += ',';
      arguments += argument.raw;
    }
    std::string text;
    auto count = p.attachments().size();
    if (event->name == "message")
      socketio::append_event(text, name, std::nullopt, "message-back", arguments, count);
    else if (event->name == "message-with-ack" && p.ack_id)
      socketio::append_ack(text, name, *p.ack_id, arguments, count);
    else
      return;
    put_with_attachments(text, p.attachments());
  }
  void put_with_attachments(std::string_view text, std::span<const std::string> attachments) {
    std::string frames;
    append_text_frame(frames, "4" + std::string{text});
    for (const auto& a : attachments) append_binary_frame(frames, a);
    put(std::make_shared<const std::string>(std::move(frames)), entry_kind::result);
  }
  void on_disconnect(const std::string&) override {}
  void on_gone() override {}
  void ask_truth(room_key, seq_t) override {}
};

} // namespace

routes echo_routes() {
  auto start_echo = [](io_thread& thread, upgrade u) {
    std::make_shared<websocket_echo>(thread, u)->run(u.request);
  };
  auto make_engineio = [](io_thread& t, engineio_opening o) -> std::shared_ptr<engineio_session> {
    return std::make_shared<engineio_echo>(t, std::move(o));
  };
  auto make_socketio = [](io_thread& t, engineio_opening o) -> std::shared_ptr<engineio_session> {
    return std::make_shared<socketio_echo>(t, std::move(o));
  };
  return {{{"/echo", start_echo}},
          {{"/engine.io/", make_engineio}, {"/socket.io/", make_socketio}}};
}

} // namespace atrium::test
