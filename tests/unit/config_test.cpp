// Configuration: where settings come from, which wins, what stops the start, and that the table of
// settings and config/atrium.toml say the same.
#include "config/loader.hpp"
#include "config/shapes.hpp"
#include "config/value.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

using namespace atrium;
using namespace atrium::config;
using Catch::Contains;

namespace {

using words = std::vector<std::string>;
using outcome = std::variant<loaded, problem>;

/// atriumd's start with these arguments and these variables.
outcome start(const words& arguments, const words& environment = {}) {
  std::vector<const char*> argv{"atriumd"};
  for (const auto& word : arguments) argv.push_back(word.c_str());
  std::vector<const char*> variables;
  for (const auto& word : environment) variables.push_back(word.c_str());
  variables.push_back(nullptr);
  return load(static_cast<int>(argv.size()), argv.data(), variables.data());
}

settings good(const outcome& o) {
  if (const auto* p = std::get_if<problem>(&o)) FAIL(p->where << ": " << p->sentence);
  return std::get<loaded>(o).values;
}

problem bad(const outcome& o) {
  REQUIRE(std::holds_alternative<problem>(o));
  return std::get<problem>(o);
}

std::string answer(const outcome& o) {
  REQUIRE(std::holds_alternative<loaded>(o));
  return std::get<loaded>(o).answer.value_or("no answer");
}

/// A file that is gone at the end of the test.
class temporary_file {
public:
  explicit temporary_file(const std::string& text) {
    const int file = mkstemp(path_);
    REQUIRE(file >= 0);
    REQUIRE(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(file);
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { ::unlink(path_); }
  [[nodiscard]] std::string path() const { return path_; }

private:
  char path_[32] = "/tmp/atrium-config-XXXXXX";
};

const std::string manual = ATRIUM_SOURCE_DIR "/config/atrium.toml";

} // namespace

TEST_CASE("without file, variables and flags the defaults hold") {
  const auto s = good(start({}));
  CHECK(s.server.port == 4000);
  CHECK(s.server.host == "127.0.0.1");
  CHECK(s.store.kind == store_kind::redis);
  CHECK(s.redis.url == "redis://127.0.0.1:6379/0");
  CHECK(s.limits.payload_bytes == 4'000'000);
}

TEST_CASE("the environment overrides the file and flags override both") {
  const temporary_file file{"[server]\nport = 5001\nhost = \"0.0.0.0\"\n[log]\nlevel = \"warn\"\n"};
  CHECK(good(start({"--config", file.path()})).server.port == 5001);
  CHECK(good(start({}, {"ATRIUM_CONFIG=" + file.path()})).server.port == 5001);
  CHECK(good(start({"--config", file.path()}, {"PORT=5002"})).server.port == 5002);
  const auto s = good(start({"--config", file.path(), "--port", "5003"}, {"PORT=5002"}));
  CHECK(s.server.port == 5003);
  CHECK(s.server.host == "0.0.0.0");
  CHECK(s.log.level == "warn");
}

TEST_CASE("the flag --config is preferred to ATRIUM_CONFIG") {
  const temporary_file one{"[server]\nport = 5001\n"};
  const temporary_file two{"[server]\nport = 5002\n"};
  CHECK(good(start({"--config", one.path()}, {"ATRIUM_CONFIG=" + two.path()})).server.port == 5001);
}

TEST_CASE("short variables and flags reach their settings") {
  const auto s = good(
      start({}, {"HOST=::1", "PORT=0", "REDIS_URL=unix:///run/redis.sock?db=3",
                 "ATRIUM_STORE=memory", "ATRIUM_ADMIN_TOKEN=abc", "ATRIUM_JWT_SECRET=xyz"}));
  CHECK(s.server.host == "::1");
  CHECK(s.server.port == 0);
  CHECK(s.redis.url == "unix:///run/redis.sock?db=3");
  CHECK(s.store.kind == store_kind::memory);
  CHECK(s.admin.token == "abc");
  CHECK(s.auth.jwt_secret == "xyz");

  const auto f = good(start(
      {"--host", "0.0.0.0", "--redis=redis://r:1/2", "--store", "memory", "--log-level", "debug"}));
  CHECK(f.server.host == "0.0.0.0");
  CHECK(f.redis.url == "redis://r:1/2");
  CHECK(f.store.kind == store_kind::memory);
  CHECK(f.log.level == "debug");
}

TEST_CASE("the seeds' Redis variables make a URL unless REDIS_URL is set") {
  const words parts{"REDIS_HOST=cache", "REDIS_PORT=7000", "REDIS_PASSWORD=a/b@c", "REDIS_DB=4"};
  CHECK(good(start({}, parts)).redis.url == "redis://:a%2Fb%40c@cache:7000/4");
  CHECK(good(start({}, {"REDIS_HOST=cache"})).redis.url == "redis://cache:6379/0");
  CHECK(good(start({}, {"REDIS_HOST=cache", "REDIS_URL=redis://x"})).redis.url == "redis://x");
  const auto p = bad(start({}, {"REDIS_PASSWORD=hidden", "REDIS_PORT=many"}));
  CHECK_THAT(p.where, Contains("REDIS_PORT"));
  CHECK_THAT(p.sentence, !Contains("hidden"));
}

TEST_CASE("any setting can be given as a variable") {
  const auto s = good(start({}, {"ATRIUM_LIMITS_EVENTS_PER_SECOND=0", "ATRIUM_ROOMS_GRACE_MS=50",
                                 "ATRIUM_ROOMS_CREATE_ON_JOIN=true", "ATRIUM_ROOMS_TTL_SECONDS=60",
                                 "ATRIUM_SERVER_TRUSTED_PROXIES=10.0.0.0/8, ::1",
                                 "ATRIUM_REDIS_PREFIX=", "ATRIUM_SERVER_PORT=5", "PORT=6"}));
  CHECK(s.limits.events_per_second == 0);
  CHECK(s.rooms.grace == milliseconds{50});
  CHECK(s.rooms.create_on_join);
  CHECK(s.rooms.ttl == seconds{60});
  CHECK(s.server.trusted_proxies == words{"10.0.0.0/8", "::1"});
  CHECK(s.redis.prefix.empty());
  CHECK(s.server.port == 5);
}

TEST_CASE("an unknown variable of a section stops the start, others are nobody's business") {
  const auto p = bad(start({}, {"ATRIUM_LIMITS_CONECTIONS=5"}));
  CHECK(p.where == "ATRIUM_LIMITS_CONECTIONS");
  CHECK_THAT(p.sentence, Contains("[limits]") && Contains("connections_per_ip"));
  CHECK(bad(start({}, {"ATRIUM_STORE_URL=x"})).where == "ATRIUM_STORE_URL");
  CHECK(good(start({}, {"ATRIUM_HOME=/x", "PATH=/bin", "ATRIUM_LOGS=1"})).server.port == 4000);
}

TEST_CASE("a bad value of a variable or flag names it and what was expected") {
  const auto variable = bad(start({}, {"ATRIUM_LIMITS_LANE_MS=soon"}));
  CHECK(variable.where == "ATRIUM_LIMITS_LANE_MS");
  CHECK(variable.sentence
        == "limits.lane_ms: expected an integer from 0 to 3600000, found \"soon\"");
  CHECK(bad(start({}, {"PORT=65536"})).where == "PORT");
  CHECK(bad(start({}, {"PORT=4000x"})).where == "PORT");
  CHECK(bad(start({}, {"PORT=-1"})).where == "PORT");
  CHECK(bad(start({"--port", "99999999999999999999"})).where == "--port");
  CHECK(bad(start({"--store", "disk"})).sentence
        == "store.kind: expected \"redis\" or \"memory\", found \"disk\"");
  CHECK_THAT(bad(start({"--prot", "1"})).sentence, Contains("--prot"));
}

TEST_CASE("a file is taken whole or not at all, with the line of what is wrong") {
  struct example {
    std::string text;
    std::string line;
    std::string says;
  };
  const auto e = GENERATE(values<example>({
      {"[server]\nport = \"4000\"\n", ":2", "expected an integer from 0 to 65535, found \"4000\""},
      {"[server]\n\nport = 70000\n", ":3", "found 70000"},
      {"[server]\nprot = 1\n", ":2", "unknown key \"prot\" in section [server]"},
      {"\n[sever]\nport = 1\n", ":2", "unknown section or key \"sever\""},
      {"port = 1\n", ":1", "unknown section or key \"port\""},
      {"server = 1\n", ":1", "expected [server] to be a section"},
      {"[server]\ntrusted_proxies = [\"10.0.0.0/8\", 7]\n", ":2", "a list that holds more than"},
      {"[server]\ntrusted_proxies = [\"proxy.example\"]\n", ":2", "IP addresses and networks"},
      {"[limits]\nallowed_origins = [\"https://a.example/path\"]\n", ":2", "https://host:port"},
      {"[rooms]\ncreate_on_join = 1\n", ":2", "expected true or false, found 1"},
      {"[heartbeat]\ninterval_ms = 2.5\n", ":2", "found a fraction"},
      {"[server]\nport = = 1\n", ":2", "not TOML"},
      {"[auth]\nmode = \"jwt\"\n", ":2", "needs a key: auth.jwt_secret or auth.jwt_keys"},
      {"[auth]\njwt_keys = [\"k:none:file\"]\n", ":2", "<kid>:<HS256, RS256 or ES256>:<file>"},
      {"[auth]\njwt_keys = [\":HS256:file\"]\n", ":2", "a list of keys"},
      {"[auth]\njwt_keys = [\"k:HS256:\"]\n", ":2", "a list of keys"},
      {"[auth]\nmode = \"other\"\n", ":2", "expected \"none\""},
      {"[admin]\nmetrics = \"token\"\n", ":2", "needs an admin.token"},
      {"[redis]\nretry_step_ms = 900\nretry_max_ms = 100\n", ":3", "at least redis.retry_step_ms"},
  }));
  const temporary_file file{e.text};
  const auto p = bad(start({"--config", file.path()}));
  CHECK(p.where == file.path() + e.line);
  CHECK_THAT(p.sentence, Contains(e.says));
}

TEST_CASE("a file that is not there stops the start") {
  const auto p = bad(start({"--config", "/nowhere/atrium.toml"}));
  CHECK(p.where == "/nowhere/atrium.toml");
  CHECK_THAT(p.sentence, Contains("No such file"));
}

TEST_CASE("the flag --check-config prints what holds, where it comes from, and no secret") {
  const auto text = answer(start({"--check-config", "--port", "4100"},
                                 {"ATRIUM_ADMIN_TOKEN=hidden1", "ATRIUM_JWT_SECRET=hidden2",
                                  "REDIS_URL=redis://me:hidden3@cache:6379/1"}));
  CHECK_THAT(text, Contains("[server]\nhost = \"127.0.0.1\"\nport = 4100  # from --port\n"));
  CHECK_THAT(text, Contains("token = \"***\"  # from ATRIUM_ADMIN_TOKEN"));
  CHECK_THAT(text, Contains("url = \"redis://me:***@cache:6379/1\""));
  CHECK_THAT(text, !Contains("hidden"));

  const temporary_file file{text};
  CHECK(good(start({"--config", file.path()})).server.port == 4100);
}

TEST_CASE("secrets are not quoted in problems") {
  const auto url = bad(start({}, {"REDIS_URL=http://me:hidden@cache"}));
  CHECK_THAT(url.sentence, Contains("redis://[user:password@]host:port/db") && !Contains("hidden"));
  const temporary_file file{"[admin]\ntoken = [\"hidden\"]\n"};
  CHECK_THAT(bad(start({"--config", file.path()})).sentence, !Contains("hidden"));
}

TEST_CASE("the flags --help and --version answer and read nothing else") {
  CHECK_THAT(answer(start({"--help"}, {"PORT=bad"})), Contains("--check-config"));
  CHECK_THAT(answer(start({"--version"}, {"PORT=bad"})), Contains("atriumd "));
}

TEST_CASE("config/atrium.toml holds every setting with its default, and nothing else") {
  CHECK(good(start({"--config", manual})).server.port == 4000);
  const auto text = answer(start({"--check-config", "--config", manual}));
  settings from_file = good(start({"--config", manual}));
  settings defaults;
  for (const setting& s : table()) {
    INFO(name_of(s));
    CHECK(to_toml(s, from_file, false) == to_toml(s, defaults, false));
  }
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('[')) continue;
    INFO(line);
    CHECK_THAT(line, Contains("# from " + manual + ':'));
  }
}

TEST_CASE("every setting has a name of its own, a sentence, and a default that it would take") {
  std::set<std::string> names;
  settings defaults;
  for (const setting& s : table()) {
    INFO(name_of(s));
    CHECK(names.insert(variable_of(s)).second);
    CHECK(s.sentence.ends_with('.'));
    CHECK(find(s.section, s.key) == &s);
    settings target;
    std::string spelled = to_toml(s, defaults, false);
    if (spelled == "[]") spelled.clear();
    if (spelled.starts_with('"')) spelled = spelled.substr(1, spelled.size() - 2);
    CHECK_FALSE(assign(s, target, read_text(s, spelled)));
  }
}

TEST_CASE("no two settings share a member") {
  std::set<const void*> members;
  settings target;
  for (const setting& s : table()) {
    INFO(name_of(s));
    const void* where = std::visit([](auto* p) { return static_cast<const void*>(p); },
                                   s.of(target));
    CHECK(members.insert(where).second);
  }
}

TEST_CASE("Redis URLs, networks and origins are told from what only looks like them") {
  for (const char* url :
       {"redis://h", "redis://h:1/0", "redis://:p@h:6379", "redis://u:p@[::1]:1/2",
        "rediss://h.example:6380/1", "unix:///s", "unix:///s?db=2"})
    CHECK(is_redis_url(url));
  for (const char* url : {"", "h:6379", "http://h", "redis://", "redis://h:0", "redis://h:70000",
                          "redis://h/x", "redis://h h", "unix://s", "unix:///", "unix:///s?x=1"})
    CHECK_FALSE(is_redis_url(url));
  for (const char* network : {"10.1.2.3", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0"})
    CHECK(is_network(network));
  for (const char* network :
       {"", "10.0.0", "10.0.0.0/33", "fd00::/129", "h", "10.0.0.0/", "::1/-1"})
    CHECK_FALSE(is_network(network));
  for (const char* origin : {"http://a", "https://a.example:8443", "http://[::1]:80"})
    CHECK(is_origin(origin));
  for (const char* origin : {"", "*", "a.example", "https://a/", "ftp://a", "https://a:b"})
    CHECK_FALSE(is_origin(origin));
}

TEST_CASE("passwords in URLs are masked") {
  CHECK(mask_password("redis://u:p@h/0") == "redis://u:***@h/0");
  CHECK(mask_password("redis://:p:q@h:1") == "redis://:***@h:1");
  CHECK(mask_password("redis://h:6379/0") == "redis://h:6379/0");
  CHECK(mask_password("unix:///a@b:c") == "unix:///a@b:c");
}
