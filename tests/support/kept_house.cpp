// Everything is read anew on each call; nothing is remembered between two looks.
#include "support/kept_house.hpp"

#include "support/http_client.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace atrium::test {
namespace {

constexpr std::chrono::milliseconds look_pause{5};

std::vector<nlohmann::json> parse_all(const std::vector<std::string>& texts) {
  std::vector<nlohmann::json> out;
  out.reserve(texts.size());
  for (const auto& text : texts) out.push_back(nlohmann::json::parse(text));
  return out;
}

} // namespace

bool eventually(const std::function<bool()>& reached, std::chrono::milliseconds limit) {
  auto deadline = std::chrono::steady_clock::now() + limit;
  while (!reached()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(look_pause);
  }
  return true;
}

std::vector<std::string> always_on_disk() {
  return {"--appendonly", "yes", "--appendfsync", "always"};
}

atriumd_process::environment house_environment(const redis_server& redis,
                                               atriumd_process::environment extra) {
  atriumd_process::environment env{{"REDIS_URL", redis.url()},
                                   {"ATRIUM_LIMITS_EVENTS_PER_SECOND", "0"},
                                   {"ATRIUM_LIMITS_REQUESTS_PER_SECOND", "0"},
                                   {"ATRIUM_LIMITS_ROOMS_CREATED_PER_MINUTE", "0"},
                                   {"ATRIUM_LIMITS_JOIN_FAILURES_PER_MINUTE", "0"},
                                   {"ATRIUM_LIMITS_CONNECTIONS_PER_IP", "0"}};
  for (auto& [name, value] : extra) env[name] = value;
  return env;
}

kept_house::kept_house(atriumd_process::environment env, std::vector<std::string> redis_arguments)
    : redis{std::move(redis_arguments)}, server{{}, house_environment(redis, std::move(env))} {}

nlohmann::json kept_house::get(const std::string& target) const {
  auto answer = http_get(port(), target);
  if (answer.status != 200)
    throw std::runtime_error{target + ": " + std::to_string(answer.status) + " " + answer.body};
  return answer.json();
}

std::string kept_house::health() const {
  return get("/health").at("status");
}

bool kept_house::becomes_healthy() const {
  return eventually([this] { return health() == "healthy"; });
}

double kept_house::metric(const std::string& name) const {
  auto text = "\n" + http_get(port(), "/metrics").body;
  auto at = text.find("\n" + name + " ");
  if (at == std::string::npos) throw std::runtime_error{"no metric " + name};
  return std::stod(text.substr(at + name.size() + 2));
}

std::vector<nlohmann::json> kept_house::messages(const std::string& room) const {
  std::vector<json> out;
  std::string before;
  while (true) {
    auto page = get("/api/rooms/" + room + "/messages?limit=200" + before);
    std::vector<json> part = page.at("messages");
    out.insert(out.begin(), part.begin(), part.end());
    if (!page.at("hasMore") || part.empty()) return out;
    before = "&before=" + part.front().at("id").get<std::string>();
  }
}

nlohmann::json kept_house::board(const std::string& room) const {
  return get("/api/rooms/" + room + "/whiteboard").at("whiteboard").at("elements");
}

std::vector<nlohmann::json> kept_house::hot_messages(const std::string& room) {
  auto texts = redis.command({"LRANGE", "room:" + room + ":messages", "0", "-1"});
  std::reverse(texts.begin(), texts.end());
  return parse_all(texts);
}

std::vector<nlohmann::json> kept_house::archived_messages(const std::string& room) {
  auto ids = redis.command({"ZRANGE", "room_messages:" + room, "0", "-1"});
  if (ids.empty()) return {};
  std::vector<std::string> get{"MGET"};
  for (const auto& id : ids) get.push_back("message:" + id);
  return parse_all(redis.command(get));
}

nlohmann::json kept_house::stored_board(const std::string& room) {
  auto text = redis.ask({"GET", "room:" + room + ":whiteboard"});
  return json::parse(text, nullptr, false);
}

std::string kept_house::field(const std::string& room, const std::string& name) {
  return redis.ask({"HGET", "room:" + room, name});
}

bool is_gapless(const std::vector<std::int64_t>& numbers) {
  return std::adjacent_find(numbers.begin(), numbers.end(),
                            [](auto a, auto b) { return b != a + 1; })
         == numbers.end();
}

} // namespace atrium::test
