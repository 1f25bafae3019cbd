// The program as whoever runs it sees it: what it says before it starts, why it doesn't, how it ends,
// and what stands in its log.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>

using namespace atrium::test;
using namespace std::chrono_literals;
using json = nlohmann::json;

namespace {

struct outcome {
  int status = -1;
  std::string said;
};

/// Runs atriumd to its end, which must come by itself; `words` go through a shell.
outcome run_atriumd(const std::string& words, const std::string& environment = "") {
  auto line = "exec env " + environment + " timeout -s KILL 20 " ATRIUM_DAEMON " " + words
              + " 2>&1";
  outcome out;
  auto* pipe = ::popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4'096> part;
  while (auto n = std::fread(part.data(), 1, part.size(), pipe)) out.said.append(part.data(), n);
  int status = ::pclose(pipe);
  out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return out;
}

bool says(const outcome& o, const std::string& what) {
  INFO(o.said);
  bool found = o.said.find(what) != std::string::npos;
  CHECK(found);
  return found;
}

class config_file {
public:
  explicit config_file(const std::string& text) {
    path_ = std::filesystem::temp_directory_path()
            / ("atrium-test-" + std::to_string(free_port()) + ".toml");
    std::ofstream{path_} << text;
  }
  ~config_file() { std::filesystem::remove(path_); }
  config_file(const config_file&) = delete;
  config_file& operator=(const config_file&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

} // namespace

TEST_CASE("what holds is printed by --check-config, from where, and no secret", "[lifecycle]") {
  config_file file{"[server]\nport = 4100\n[rooms]\nttl_seconds = 120\n"};
  auto o = run_atriumd("--check-config --log-level debug --config " + file.path(),
                       "ATRIUM_LIMITS_EVENTS_PER_SECOND=7 ATRIUM_ADMIN_TOKEN=sesame "
                       "REDIS_URL=redis://:hunter2@127.0.0.1:7000/2");
  CHECK(o.status == 0);
  says(o, "port = 4100  # from " + file.path() + ":2");
  says(o, "ttl_seconds = 120");
  says(o, "events_per_second = 7  # from ATRIUM_LIMITS_EVENTS_PER_SECOND");
  says(o, "level = \"debug\"  # from --log-level");
  says(o, "127.0.0.1:7000/2");
  CHECK(o.said.find("sesame") == std::string::npos);
  CHECK(o.said.find("hunter2") == std::string::npos);
  // The file that comes with the program says what holds anyway.
  auto own = run_atriumd("--check-config --config " ATRIUM_SOURCE_DIR "/config/atrium.toml");
  CHECK(own.status == 0);
}

TEST_CASE("what is wrong in the configuration stops the start, with its place", "[lifecycle]") {
  struct wrong {
    const char* text;
    const char* place;
    const char* sentence;
  };
  auto w = GENERATE(wrong{"[server]\nport = 99999\n", ":2", "server.port"},
                    wrong{"[server]\nport = \"http\"\n", ":2", "server.port"},
                    wrong{"[limits]\n\n\nevents_per_secnd = 5\n", ":4", "events_per_secnd"},
                    wrong{"[sevrer]\nport = 1\n", ":1", "sevrer"},
                    wrong{"[server\nport = 1\n", ":1", ""});
  CAPTURE(w.text);
  config_file file{w.text};
  auto o = run_atriumd("--store memory --config " + file.path());
  CHECK(o.status == 2);
  says(o, file.path() + w.place);
  says(o, w.sentence);
}

TEST_CASE("a variable or flag that is not understood stops the start", "[lifecycle]") {
  auto unknown = run_atriumd("--store memory", "ATRIUM_LIMITS_EVENTS_PER_MINUTE=5");
  CHECK(unknown.status == 2);
  says(unknown, "ATRIUM_LIMITS_EVENTS_PER_MINUTE");
  says(unknown, "events_per_second");
  auto bad = run_atriumd("--store memory", "ATRIUM_ROOMS_TTL_SECONDS=soon");
  CHECK(bad.status == 2);
  says(bad, "ATRIUM_ROOMS_TTL_SECONDS");
  auto flag = run_atriumd("--store memory --prot 4000");
  CHECK(flag.status == 2);
  says(flag, "--prot");
  auto url = run_atriumd("", "REDIS_URL=http://:hunter2@localhost");
  CHECK(url.status == 2);
  says(url, "REDIS_URL");
  CHECK(url.said.find("hunter2") == std::string::npos);
  auto absent = run_atriumd("--config /nowhere/atrium.toml");
  CHECK(absent.status == 2);
  says(absent, "/nowhere/atrium.toml");
}

TEST_CASE("a port in use is said, and the exit is no success", "[lifecycle]") {
  atriumd_process first{{"--store", "memory"}};
  auto o = run_atriumd("--store memory --port " + std::to_string(first.port()));
  CHECK(o.status == 1);
  says(o, std::to_string(first.port()));
  says(o, "in use");
  CHECK(http_get(first.port(), "/health").status == 200);
  CHECK(first.stop() == 0);
}

TEST_CASE("the memory store says what it does not do", "[lifecycle]") {
  atriumd_process server{{"--store", "memory"}};
  CHECK(server.log().find("nothing survives a restart") != std::string::npos);
  CHECK(http_get(server.port(), "/ready").status == 200);
  auto room = create_room(server.port());
  ws_client ann{server.port()};
  ann.join(room, "ann");
  CHECK(ann.request({{"type", "chat:message"},
                     {"roomId", room},
                     {"message", "hi"},
                     {"durable", true}})["success"]
        == true);
  ann.drop();
  CHECK(server.stop(10s) == 0);
  server.start();
  CHECK(http_get(server.port(), "/api/rooms/" + room).status == 404);
}

TEST_CASE("a second signal exits at once", "[lifecycle]") {
  kept_house house;
  auto room = create_room(house.port());
  ws_client ann{house.port()};
  ann.join(room, "ann");
  // A store that answers nothing holds up the drain.
  house.redis.freeze();
  ann.request({{"type", "chat:message"}, {"roomId", room}, {"message", "hi"}});
  house.server.ask_to_stop();
  CHECK(ann.expect_close() == 1001);
  CHECK(house.server.is_running());
  auto started = std::chrono::steady_clock::now();
  house.server.ask_to_stop();
  CHECK(house.server.wait(2s) == 128 + 15);
  CHECK(std::chrono::steady_clock::now() - started < 1s);
  house.redis.thaw();
}

TEST_CASE("the short variables lead to the port and to Redis", "[lifecycle]") {
  redis_server redis{{"--requirepass", "hunter2"}};
  // --port stands above PORT, and the fixture gives it.
  auto checked = run_atriumd("--check-config", "PORT=4321 HOST=0.0.0.0");
  says(checked, "port = 4321  # from PORT");
  says(checked, "host = \"0.0.0.0\"  # from HOST");
  SECTION("REDIS_URL") {
    atriumd_process server{
        {},
        {{"HOST", "0.0.0.0"},
         {"REDIS_URL", "redis://:hunter2@127.0.0.1:" + std::to_string(redis.port()) + "/1"}}};
    CHECK(create_room(server.port()).size() == 6);
    CHECK(server.log().find("0.0.0.0") != std::string::npos);
    CHECK(server.stop() == 0);
  }
  SECTION("REDIS_HOST and the others") {
    atriumd_process server{{},
                           {{"REDIS_HOST", "127.0.0.1"},
                            {"REDIS_PORT", std::to_string(redis.port())},
                            {"REDIS_PASSWORD", "hunter2"},
                            {"REDIS_DB", "3"}}};
    CHECK(create_room(server.port()).size() == 6);
    CHECK(server.stop() == 0);
  }
}

TEST_CASE("the log is JSON line by line, and holds no texts and no secrets", "[lifecycle]") {
  redis_server redis{{"--requirepass", "hunter2"}};
  atriumd_process server{
      {"--log-level", "trace"},
      {{"ATRIUM_LOG_FORMAT", "json"},
       {"ATRIUM_ADMIN_TOKEN", "opensesame"},
       {"REDIS_URL", "redis://:hunter2@127.0.0.1:" + std::to_string(redis.port()) + "/0"}}};
  auto room = create_room(server.port());
  {
    ws_client ann{server.port()};
    ann.join(room, "ann");
    ann.request({{"type", "chat:message"}, {"roomId", room}, {"message", "whisper-4711"}});
    json sketch{{"id", "a"}, {"version", 1}, {"text", "sketch-4712"}};
    ann.request(
        {{"type", "whiteboard-change"}, {"roomId", room}, {"elements", json::array({sketch})}});
    ann.send_text("{\"type\":\"chat:message\",\"message\":\"whisper-4713\n");
    ann.expect("error");
    ann.request({{"type", "nonsense-4714\n"}, {"roomId", room}});
    redis.kill();
    ann.request({{"type", "chat:message"}, {"roomId", room}, {"message", "whisper-4715"}});
    auto becomes = [&](const char* status) {
      return eventually(
          [&] { return http_get(server.port(), "/health").json()["status"] == status; });
    };
    CHECK(becomes("degraded"));
    redis.start();
    CHECK(becomes("healthy"));
  }
  CHECK(server.stop() == 0);
  auto log = server.log();
  std::istringstream lines{log};
  std::set<std::string> events;
  for (std::string line; std::getline(lines, line);) {
    // The banner, for people, goes to standard output.
    if (line.rfind("Atrium listens on ", 0) == 0) continue;
    auto parsed = json::parse(line, nullptr, false);
    INFO(line);
    REQUIRE(parsed.is_object());
    CHECK(parsed.contains("time"));
    CHECK(parsed.contains("level"));
    events.insert(parsed.value("event", ""));
  }
  for (auto* expected : {"listening", "room_created", "redis_connected", "connection_opened",
                         "stopping", "stopped"}) {
    INFO(expected);
    CHECK(events.count(expected) == 1);
  }
  for (auto* secret : {"hunter2", "opensesame", "whisper", "sketch"}) {
    INFO(secret);
    CHECK(log.find(secret) == std::string::npos);
  }
}

TEST_CASE("I/O threads go before all others of the server, if the system permits it",
          "[lifecycle]") {
  const int usual = ::getpriority(PRIO_PROCESS, 0);
  bool is_permitted = false;
  std::thread{[&] { is_permitted = ::setpriority(PRIO_PROCESS, 0, usual - 3) == 0; }}.join();
  const int first = is_permitted ? std::max(usual - 3, -20) : usual;
  atriumd_process server{{"--store", "memory"}, {{"ATRIUM_SERVER_THREADS", "2"}}};
  const auto niceness = [&] {
    std::multiset<int> all;
    const auto threads = "/proc/" + std::to_string(server.pid()) + "/task";
    for (const auto& t : std::filesystem::directory_iterator{threads})
      all.insert(::getpriority(PRIO_PROCESS, std::stoul(t.path().filename().string())));
    return all;
  };
  if (first == usual) {
    const auto all = niceness();
    CHECK(all.count(usual) == all.size());
    return;
  }
  // /health is answered by one of the two; the other may have begun later.
  CHECK(eventually([&] { return niceness().count(first) == 2; }));
  const auto all = niceness();
  CHECK(all.count(usual) == all.size() - 2);
}
