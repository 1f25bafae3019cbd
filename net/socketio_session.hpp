// One Engine.IO session that speaks Socket.IO (protocols.md §4): packets and namespaces. What is said
// in a namespace is a derived class's business. Main namespace and others alike.
#pragma once

#include "net/engineio_session.hpp"
#include "net/socketio_codec.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::net {

class socketio_session : public engineio_session {
public:
  socketio_session(io_thread& thread, connection_slot place);

protected:
  // What a derived class does.
  [[nodiscard]] virtual bool has_namespace(std::string_view name) const = 0;
  /// A client wants into a namespace: to be answered by `accept_namespace` or `refuse_namespace`,
  /// now or later. `auth` is an object, or no text if the client sent none.
  virtual void on_connect(const std::string& name, json::slice auth) = 0;
  /// An event with a payload, of a namespace that the client is in.
  virtual void on_event(const std::string& name, const socketio::packet& p) = 0;
  /// The client left a namespace by its own word.
  virtual void on_disconnect(const std::string& name) = 0;

  void accept_namespace(const std::string& name, std::string_view sid, std::string_view pid = {});
  /// `data` is JSON or empty.
  void refuse_namespace(const std::string& name, std::string_view message,
                        std::string_view data = {});
  /// DISCONNECT by the server's word. The transport stays; packets that the client had already sent
  /// to the namespace are passed over.
  void dismiss_namespace(const std::string& name);
  [[nodiscard]] bool is_connected(std::string_view name) const noexcept;
  /// Queues the packet that `text` spells, without the Engine.IO type.
  void put_packet(std::string_view text);

  void on_open() override;
  void on_data(std::string_view data, bool is_binary) override;
  [[nodiscard]] time_point own_deadline() const noexcept override { return connect_due_; }
  void on_own_deadline() override;

private:
  enum class membership { asked, connected, dismissed };

  void take(const socketio::packet& p);
  void take_connect(const socketio::packet& p);
  [[nodiscard]] std::optional<membership> membership_of(std::string_view name) const noexcept;
  void move(std::string_view name, membership to) noexcept;
  void forget(std::string_view name);

  socketio::decoder decoder_;
  inbound_share attachments_;
  /// Namespaces that the client is in, wants into or was dismissed from.
  std::vector<std::pair<std::string, membership>> namespaces_;
  time_point connect_due_ = never;
};

} // namespace atrium::net
