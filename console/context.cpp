// How commands answer. JSON on standard output is the server's own, one document; sentences for
// people about what went wrong go to standard error.
#include "console/context.hpp"

#include "console/display.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

namespace atrium::console {

namespace {

/// A header's value: no control characters, so that a file with Windows' line ends is noticed.
bool is_token(std::string_view text) {
  return !text.empty()
         && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::optional<std::string> read_token(const std::string& file, std::string& out) {
  std::ifstream in{file};
  if (!in || !std::getline(in, out)) return "cannot read the token in " + file;
  while (!out.empty() && (out.back() == ' ' || out.back() == '\r')) out.pop_back();
  return std::nullopt;
}

} // namespace

std::optional<std::string> to_api_options(const global_options& g, api_options& out) {
  constexpr double longest_seconds = 3600;
  if (auto problem = read_url(g.url, out.url)) return "--url: " + *problem;
  out.token = g.token;
  if (!g.token_file.empty()) {
    if (auto problem = read_token(g.token_file, out.token)) return "--token-file: " + *problem;
  }
  if ((!out.token.empty() || !g.token_file.empty()) && !is_token(out.token))
    return "the operator's token holds characters that no token has";
  if (!(g.timeout_seconds > 0 && g.timeout_seconds <= longest_seconds))
    return "--timeout: seconds, up to 3600";
  out.timeout = std::chrono::milliseconds{std::llround(std::ceil(g.timeout_seconds * 1000))};
  out.ca_file = g.ca_file;
  constexpr std::size_t name_characters = 64;
  bool is_name = is_token(g.operator_name) && g.operator_name.size() <= name_characters;
  out.operator_name = is_name ? g.operator_name : "";
  return std::nullopt;
}

exit_status context::tell_failure(const answer& a) {
  if (options.is_json && a.body) screen.print_json(*a.body);
  screen.complain(a.sentence);
  return a.status;
}

exit_status context::show(const answer& a,
                          const std::function<std::string(json::slice, const look&)>& view) {
  if (!a.is_ok()) return tell_failure(a);
  if (options.is_json)
    screen.print_json(*a.body);
  else
    screen.print(view(a.value, screen.current_look()));
  return exit_status::ok;
}

exit_status context::show_done(const answer& a, std::string_view done) {
  return show(a, [&](json::slice, const look& l) {
    return painted(printable(done), style::good, l) + "\n";
  });
}

bool context::may(std::string_view question) {
  if (options.is_yes) return true;
  if (!screen.can_ask()) {
    screen.complain("this asks for a yes, and there is no terminal to ask at: give --yes");
    return false;
  }
  if (screen.confirm(question)) return true;
  screen.complain("nothing was done");
  return false;
}

} // namespace atrium::console
