// Requests and answers over a connection that is opened when needed.
//
// A kept connection that the server has closed meanwhile is noticed by the failure of the next GET,
// which is then asked once more on a new one; nothing but a GET is ever asked twice.
#include "console/http_client.hpp"

#include "console/http_connection.hpp"

#include <charconv>

namespace atrium::console {

namespace http = boost::beast::http;

namespace {

/// A line of a stream: a whole board is one, and nothing is longer.
constexpr std::size_t line_bytes = 64'000'000;

std::optional<int> retry_after(std::string_view field) {
  int seconds = 0;
  auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), seconds);
  bool is_whole = error == std::errc{} && end == field.data() + field.size() && seconds >= 0;
  return is_whole ? std::optional{seconds} : std::nullopt;
}

} // namespace

http_client::http_client(server_url url, std::string ca_file, std::chrono::milliseconds timeout)
    : url_{std::move(url)}, ca_file_{std::move(ca_file)}, timeout_{timeout} {}

http_client::~http_client() = default;

std::optional<std::string> http_client::connect() {
  connection_ = std::make_unique<connection>();
  auto problem = connection_->open(url_, ca_file_, timeout_);
  if (problem) connection_.reset();
  return problem;
}

std::optional<std::string> http_client::send(const http_request& request) {
  http::request<http::string_body> message{http::string_to_verb(request.method), request.target,
                                           11};
  message.set(http::field::host, authority(url_));
  message.set(http::field::user_agent, "atriumctl/" ATRIUM_VERSION);
  message.set(http::field::accept, "application/json, application/x-ndjson");
  for (const auto& [name, value] : request.headers) message.set(name, value);
  if (!request.body.empty()) {
    message.set(http::field::content_type, "application/json");
    message.body() = request.body;
  }
  if (request.method != "GET") message.keep_alive(false);
  message.prepare_payload();
  if (auto problem = connection_->write(message, timeout_)) return problem;
  return connection_->read_head(timeout_);
}

std::optional<std::string> http_client::exchange(const http_request& request, http_response& out) {
  bool is_kept = connection_ && request.method == "GET";
  if (!is_kept) {
    if (auto problem = connect()) return problem;
  }
  auto problem = send(request);
  if (problem && is_kept) {
    if (auto again = connect()) return again;
    problem = send(request);
  }
  if (!problem) problem = connection_->read_whole(timeout_);
  if (problem) {
    connection_.reset();
    return problem;
  }
  auto& answer = connection_->parser().get();
  out = {answer.result_int(), std::move(answer.body()),
         retry_after(answer[http::field::retry_after])};
  if (!answer.keep_alive() || request.method != "GET") connection_.reset();
  return std::nullopt;
}

std::optional<std::string> http_client::open_stream(const http_request& request,
                                                    http_response& out) {
  if (auto problem = connect()) return problem;
  if (auto problem = send(request)) return problem;
  out.status = connection_->parser().get().result_int();
  if (out.status == 200) return std::nullopt;
  auto problem = connection_->read_whole(timeout_);
  if (!problem) out.body = std::move(connection_->parser().get().body());
  connection_.reset();
  return problem;
}

http_client::line_outcome http_client::next_line(std::string& line,
                                                 std::chrono::milliseconds silence) {
  if (!connection_) return line_outcome::end;
  auto& rest = connection_->rest;
  for (;;) {
    if (auto end = rest.find('\n'); end != std::string::npos) {
      line = rest.substr(0, end);
      rest.erase(0, end + 1);
      return line_outcome::line;
    }
    auto& parser = connection_->parser();
    if (parser.is_done()) return line_outcome::end;
    auto e = connection_->read_some(silence);
    rest += parser.get().body();
    parser.get().body().clear();
    if (e == boost::asio::error::operation_aborted) return line_outcome::interrupted;
    if (e || rest.size() > line_bytes) return line_outcome::lost;
  }
}

} // namespace atrium::console
