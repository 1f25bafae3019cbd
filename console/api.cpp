// Calls of the server. Every answer is checked to be JSON before anybody looks into it. A call is
// made once: what the server refuses is told, never tried again.
#include "console/api.hpp"

#include "console/field.hpp"
#include "console/interruption.hpp"

#include <algorithm>
#include <thread>

namespace atrium::console {

namespace {

/// As deep as the server takes it from clients, and then some.
constexpr std::size_t max_depth = 256;
constexpr std::size_t page_items = 200;
/// Seconds; what takes longer, the operator may decide.
constexpr int longest_wait = 3;
constexpr int most_attempts = 10;

std::string hint(unsigned http_status, std::string_view sentence, bool has_token) {
  if (http_status == 401 && !has_token)
    return "; give the operator's token by ATRIUM_ADMIN_TOKEN or --token-file";
  // What every server says about a path that it has not; where operators are unknown, all of theirs.
  if (http_status == 404 && sentence == "there is nothing at this path")
    return "; a server without ATRIUM_ADMIN_TOKEN and without tokens has no admin API";
  return "";
}

} // namespace

answer made_of(std::string json) {
  answer out;
  out.status = exit_status::ok;
  out.http_status = 200;
  out.body = std::make_shared<const std::string>(std::move(json));
  out.value = {*out.body};
  return out;
}

answer judged(http_response response, bool has_token) {
  auto out = made_of(std::move(response.body));
  out.http_status = response.status;
  json::slice value{"{}"};
  if (json::check(*out.body, max_depth, value) || !value.is(json::kind::object)) {
    out.status = exit_status::unreachable;
    out.sentence = "what answers there is no Atrium (HTTP " + std::to_string(response.status) + ")";
    out.body.reset();
    out.value = {"{}"};
    return out;
  }
  out.value = value;
  auto success = member(value, "success", json::kind::boolean);
  if (response.status < 400 && (!success || json::to_bool(*success))) return out;
  auto code = text_in(value, "code");
  out.status = response.status == 401 || response.status == 403 ? exit_status::unauthorized
                                                                : exit_status::refused;
  out.sentence = text_in(value, "error");
  if (out.sentence.empty()) out.sentence = "HTTP " + std::to_string(response.status);
  auto advice = hint(response.status, out.sentence, has_token);
  if (!code.empty()) out.sentence += " (" + code + ")";
  out.sentence += advice;
  return out;
}

std::string path_of(std::string_view parent, std::string_view name, std::string_view rest) {
  return std::string{parent} + percent_encoded(name) + std::string{rest};
}

std::string target_of(std::string_view path, const query& q) {
  std::string out{path};
  char before = '?';
  for (const auto& [name, value] : q) {
    if (value.empty()) continue;
    out += before;
    out += name;
    out += '=';
    out += percent_encoded(value);
    before = '&';
  }
  return out;
}

std::string joined_pages(const std::vector<json::slice>& pages, std::string_view items) {
  std::string array;
  std::int64_t count = 0;
  for (const auto& page : pages) {
    for (const auto& item : items_in(page, items)) {
      array += count++ == 0 ? "[" : ",";
      array += item.raw;
    }
  }
  array += count == 0 ? "[]" : "]";
  std::string out;
  json::object_writer writer{out};
  json::object_reader first{pages.front()};
  for (json::member m; first.next(m);) {
    if (m.key == items)
      writer.raw(items, array);
    else if (m.key == "count")
      writer.number("count", count);
    else if (m.key != "cursor")
      writer.raw(m.key, m.value.raw);
  }
  if (auto cursor = json::find(pages.back(), "cursor")) writer.raw("cursor", cursor->raw);
  writer.end();
  return out;
}

api::api(api_options options)
    : options_{std::move(options)}, client_{options_.url, options_.ca_file, options_.timeout},
      stream_{options_.url, options_.ca_file, options_.timeout} {}

http_request api::request(std::string_view method, std::string_view target,
                          std::string_view json) const {
  http_request out{method, options_.url.base + std::string{target}, {}, std::string{json}};
  if (!options_.token.empty())
    out.headers.emplace_back("Authorization", "Bearer " + options_.token);
  if (!options_.operator_name.empty())
    out.headers.emplace_back("X-Operator", options_.operator_name);
  return out;
}

answer api::call(const http_request& r) {
  http_response response;
  for (int attempt = 1;; ++attempt) {
    if (auto problem = client_.exchange(r, response)) {
      answer out;
      out.sentence = std::move(*problem);
      return out;
    }
    bool is_too_often = response.status == 429 && response.retry_after.value_or(60) <= longest_wait;
    if (!is_too_often || attempt == most_attempts || is_interrupted()) break;
    std::this_thread::sleep_for(std::chrono::seconds{std::max(*response.retry_after, 1)});
  }
  return judged(std::move(response), !options_.token.empty());
}

answer api::get(std::string_view path, const query& q) {
  return call(request("GET", target_of(path, q)));
}

answer api::post(std::string_view path, std::string_view json) {
  return call(request("POST", path, json));
}

answer api::put(std::string_view path, std::string_view json) {
  return call(request("PUT", path, json));
}

answer api::remove(std::string_view path) {
  return call(request("DELETE", path));
}

answer api::list(std::string_view path, query q, std::string_view items, std::size_t most) {
  std::vector<answer> pages;
  std::size_t have = 0;
  q.emplace_back("limit", "");
  auto& limit = q.back().second;
  std::string cursor;
  do {
    limit = std::to_string(std::clamp<std::size_t>(most - have, 1, page_items));
    auto with_cursor = q;
    with_cursor.emplace_back("cursor", cursor);
    auto page = get(path, with_cursor);
    if (!page.is_ok()) return page;
    have += items_in(page.value, items).size();
    auto next = text_in(page.value, "cursor");
    pages.push_back(std::move(page));
    // A cursor that stands still would lead round in circles.
    if (next == cursor) break;
    cursor = std::move(next);
  } while (!cursor.empty() && have < most);
  if (pages.size() == 1) return std::move(pages.front());
  std::vector<json::slice> values;
  for (const auto& page : pages) values.push_back(page.value);
  return made_of(joined_pages(values, items));
}

answer api::open_stream(std::string_view path) {
  http_response response;
  if (auto problem = stream_.open_stream(request("GET", path), response)) {
    answer out;
    out.sentence = std::move(*problem);
    return out;
  }
  if (response.status == 200) return made_of("{}");
  return judged(std::move(response), !options_.token.empty());
}

} // namespace atrium::console
