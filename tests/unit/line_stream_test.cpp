#include <catch2/catch.hpp>

#include "net/line_stream.hpp"
#include "net/websocket_frame.hpp"

using namespace atrium::net;

namespace {

std::string frames_of(std::initializer_list<std::string_view> texts) {
  std::string out;
  for (auto t : texts) append_text_frame(out, t);
  return out;
}

} // namespace

TEST_CASE("frames become lines of one chunk") {
  line_stream s{true};
  auto frames = frames_of({"{}", R"({"a":1})"});
  CHECK(s.add_frames(frames) == frames.size());
  CHECK(s.take(false) == "b\r\n{}\n{\"a\":1}\n\r\n");
  CHECK(s.take(false).empty());
  CHECK(s.take(true) == "0\r\n\r\n");
}

TEST_CASE("a head stands before the lines, the end behind them") {
  line_stream s{true};
  s.add_raw("HEAD\r\n\r\n");
  (void)s.add_frames(frames_of({"x"}));
  CHECK(s.take(true) == "HEAD\r\n\r\n2\r\nx\n\r\n0\r\n\r\n");
}

TEST_CASE("without chunks lines follow each other") {
  line_stream s{false};
  (void)s.add_frames(frames_of({"x", "y"}));
  CHECK(s.take(true) == "x\ny\n");
}

TEST_CASE("a part takes so much and whole frames only") {
  line_stream s{true};
  std::string large(70'000, 'x');
  auto frames = frames_of({large, "y"});
  auto taken = s.add_frames(frames);
  CHECK(taken == frames_of({large}).size());
  CHECK(s.is_full());
  CHECK(s.add_frames(std::string_view{frames}.substr(taken)) == 0);
  CHECK(s.take(false).size() > large.size());
  CHECK(s.add_frames(std::string_view{frames}.substr(taken)) == frames.size() - taken);
}
