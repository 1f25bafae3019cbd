// What a command works with: the server, the terminal, and the options that hold for every command.
#pragma once

#include "console/api.hpp"
#include "console/terminal.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace atrium::console {

struct global_options {
  std::string url = "http://127.0.0.1:4000";
  std::string token;
  std::string token_file;
  std::string ca_file;
  std::string operator_name;
  double timeout_seconds = 10;
  /// The server's JSON instead of tables.
  bool is_json = false;
  /// Nothing is asked.
  bool is_yes = false;
};

/// Reads the token's file and the URL. On success the result is empty; else it is a sentence.
[[nodiscard]] std::optional<std::string> to_api_options(const global_options& g, api_options& out);

struct context {
  global_options options;
  api server;
  terminal screen;

  /// Shows an answer: the server's JSON with --json, else what `view` makes of it. A failure is
  /// told on standard error (with --json its JSON is shown, too). Returns the command's exit
  /// status.
  exit_status show(const answer& a,
                   const std::function<std::string(json::slice, const look&)>& view);
  /// The same for requests that only succeed or fail: `done` is the sentence of success.
  exit_status show_done(const answer& a, std::string_view done);
  /// Tells why an answer is none, as `show` does.
  exit_status tell_failure(const answer& a);

  /// Whether the operator wants that: asks, unless with --yes. Without anybody to ask it is
  /// refused, and told.
  [[nodiscard]] bool may(std::string_view question);
};

} // namespace atrium::console
