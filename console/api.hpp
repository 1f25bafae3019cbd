// The server's REST and admin API as calls with an operator's rights: what went wrong is an exit
// status and a sentence, lists page by themselves.
#pragma once

#include "console/exit_status.hpp"
#include "console/http_client.hpp"
#include "json/json.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::console {

/// What a call came to.
struct answer {
  exit_status status = exit_status::unreachable;
  /// HTTP's; 0 if there was no answer.
  unsigned http_status = 0;
  /// Why it failed, for people; may hold what users wrote.
  std::string sentence;
  /// The server's JSON as it came, null if none came. `value` points into it.
  std::shared_ptr<const std::string> body;
  json::slice value{"{}"};

  [[nodiscard]] bool is_ok() const { return status == exit_status::ok; }
};

/// An answer made of a response: `success` and the HTTP status say whether it is one to rely on.
/// `has_token`: without one a 401 says how to give it.
[[nodiscard]] answer judged(http_response response, bool has_token);

/// A successful answer with this JSON, which is valid.
[[nodiscard]] answer made_of(std::string json);

/// Names and values of a query; those with an empty value are left out.
using query = std::vector<std::pair<std::string_view, std::string>>;

/// `/api/rooms/` + the room's name as one segment + `rest`; and so for other parents.
[[nodiscard]] std::string path_of(std::string_view parent, std::string_view name,
                                  std::string_view rest = "");
/// `path?name=value&…`, everything spelled as a URL asks.
[[nodiscard]] std::string target_of(std::string_view path, const query& q);

struct api_options {
  server_url url;
  std::string token;
  std::string ca_file;
  /// Who acts, for the audit list; empty: not said.
  std::string operator_name;
  std::chrono::milliseconds timeout{10'000};
};

class api {
public:
  explicit api(api_options options);

  [[nodiscard]] answer get(std::string_view path, const query& q = {});
  /// `json` is the body: `{}` where there is nothing to say.
  [[nodiscard]] answer post(std::string_view path, std::string_view json);
  [[nodiscard]] answer put(std::string_view path, std::string_view json);
  [[nodiscard]] answer remove(std::string_view path);

  /// A list that goes by `cursor`: pages until there are `most` items of the array `items`, or no
  /// more. One page is the server's JSON as it came; of several the items are put together, `count`
  /// is their number, and `cursor` is the last page's.
  [[nodiscard]] answer list(std::string_view path, query q, std::string_view items,
                            std::size_t most);

  /// A stream of NDJSON, which then is read from `stream()`; the answer says whether there is one.
  /// It has a connection of its own.
  [[nodiscard]] answer open_stream(std::string_view path);
  [[nodiscard]] http_client& stream() { return stream_; }

  [[nodiscard]] const api_options& options() const { return options_; }

private:
  [[nodiscard]] http_request request(std::string_view method, std::string_view target,
                                     std::string_view json = "") const;
  [[nodiscard]] answer call(const http_request& r);

  api_options options_;
  http_client client_;
  http_client stream_;
};

/// The pages of a list as one document; see `api::list`. Precondition: at least one page, all
/// objects.
[[nodiscard]] std::string joined_pages(const std::vector<json::slice>& pages,
                                       std::string_view items);

} // namespace atrium::console
