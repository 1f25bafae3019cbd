// A scene is like Excalidraw's: about 240 bytes an element. Its first element carries the stamp and
// a version that rises with every message, as of a shape that somebody drags; the others stay as
// they are. So a server that merges by id and version has one element to change in each scene.
#include "bench/load/message.hpp"

#include <array>
#include <cstdio>

namespace atrium::bench {

namespace {

constexpr std::string_view filler = "and then we could meet again tomorrow after lunch to go on ";
constexpr std::string_view number_form = "{number}";
constexpr std::string_view stamped_element
    = R"([{"id":"a-dragged","type":"rectangle","version":{number},"versionNonce":7,"x":100.5,)"
      R"("y":100.25,"width":200,"height":150,"strokeColor":"#1e1e1e","isDeleted":false,"label":")";

std::string still_element(std::size_t i) {
  std::array<char, 320> text{};
  auto n = static_cast<int>(i);
  auto length = std::snprintf(
      text.data(), text.size(),
      R"(,{"id":"element-%05d","type":"line","version":1,"versionNonce":%d,"x":%d.5,"y":%d.25,)"
      R"("width":%d,"height":%d,"angle":0,"strokeColor":"#1e1e1e","opacity":100,"seed":%d,)"
      R"("isDeleted":false,"points":[[0,0],[%d,%d]]})",
      n, n * 31 + 1, n * 7 % 1900, n * 11 % 1000, n % 300, n % 200, n * 7919, n % 300, n % 200);
  return {text.data(), static_cast<std::size_t>(length)};
}

void put_number(char* out, std::uint32_t value) {
  for (int i = 8; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

} // namespace

message::message(std::string_view form, const spelling& values) {
  append_form(form, values);
}

void message::append_form(std::string_view form, const spelling& values) {
  while (!form.empty()) {
    auto end = form.front() == '{' ? form.find_first_of("}\"") : std::string_view::npos;
    auto name = end == std::string_view::npos ? form.substr(0, 1) : form.substr(0, end + 1);
    if (name == "{room}") {
      text_.append(values.room);
    } else if (name == "{user}") {
      text_.append(values.user);
    } else if (name == "{stamp}") {
      append_payload(values.payload_bytes);
    } else if (name == "{elements}") {
      append_scene(values.payload_bytes);
    } else if (name == "{place}") {
      place_at_ = text_.size();
      text_.append(walk::place_bytes, ' ');
    } else if (name == number_form) {
      append_number();
    } else {
      name = form.substr(0, 1);
      text_.append(name);
    }
    form.remove_prefix(name.size());
  }
}

void message::append_number() {
  numbers_at_.push_back(text_.size());
  text_.append(9, '0');
}

void message::append_payload(std::size_t bytes) {
  stamp_at_ = text_.size();
  text_.append(stamp_bytes, '-');
  for (auto i = stamp_bytes; i < bytes; ++i) text_.push_back(filler[i % filler.size()]);
  // White space at the end would be trimmed away.
  if (bytes > stamp_bytes) text_.back() = '.';
}

void message::append_scene(std::size_t bytes) {
  auto begin = text_.size();
  auto split = stamped_element.find(number_form);
  text_.append(stamped_element.substr(0, split));
  append_number();
  text_.append(stamped_element.substr(split + number_form.size()));
  stamp_at_ = text_.size();
  text_.append(stamp_bytes, '-').append("\"}");
  for (std::size_t i = 0;; ++i) {
    auto next = still_element(i);
    if (text_.size() - begin + next.size() + 1 > bytes) break;
    text_.append(next);
  }
  text_.push_back(']');
}

std::string_view message::with(const stamp& s) {
  if (stamp_at_ != std::string::npos) put_stamp(text_.data() + stamp_at_, s);
  for (auto at : numbers_at_) put_number(text_.data() + at, first_number + s.sequence);
  return text_;
}

std::string_view message::with(const walk& w, std::uint32_t user, std::uint32_t step) {
  if (place_at_ != std::string::npos) w.put_place(text_.data() + place_at_, user, step);
  return text_;
}

} // namespace atrium::bench
