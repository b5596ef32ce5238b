#include "storage/base/channel.h"

#include <doctest/doctest.h>

#include <sys/socket.h>

#include <string>
#include <thread>

using namespace shiqu;
using namespace std::chrono_literals;

namespace {

struct Pair {
  Channel left;
  Channel right;
};

Pair make_pair() {
  int ends[2] = {-1, -1};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  return {Channel(FileDescriptor(ends[0])), Channel(FileDescriptor(ends[1]))};
}

}  // namespace

TEST_CASE("messages arrive whole and in order, also large ones") {
  Pair pair = make_pair();
  const std::string large(3U << 20U, 'x');
  std::jthread writer([&] {
    CHECK(pair.left.send({{"n", 1}}));
    CHECK(pair.left.send({{"n", 2}, {"body", large}}));
  });
  const auto first = pair.right.receive(5s);
  const auto second = pair.right.receive(5s);
  REQUIRE(first);
  REQUIRE(second);
  CHECK((*first)["n"] == 1);
  CHECK((*second)["body"].get<std::string>().size() == large.size());
}

TEST_CASE("silence, a closed end and garbage are three different errors") {
  Pair pair = make_pair();
  CHECK(pair.right.receive(20ms).error().code == ErrorCode::Timeout);
  {
    const Channel gone = std::move(pair.left);
    const char garbage[] = {3, 0, 0, 0, '{', '{', '{'};
    REQUIRE(::send(gone.descriptor(), garbage, sizeof(garbage), 0) == sizeof(garbage));
    CHECK(pair.right.receive(1s).error().code == ErrorCode::Corrupt);
  }
  CHECK(pair.right.receive(1s).error().code == ErrorCode::DeviceGone);
}

TEST_CASE("a message that claims more than the limit is refused") {
  Pair pair = make_pair();
  const unsigned char prefix[] = {0xFF, 0xFF, 0xFF, 0xFF};
  REQUIRE(::send(pair.left.descriptor(), prefix, sizeof(prefix), 0) == sizeof(prefix));
  CHECK(pair.right.receive(1s).error().code == ErrorCode::Corrupt);
}

TEST_CASE("a number that the type cannot hold counts as absent") {
  const Json numbers = {{"huge", 1e300}, {"long", 4294967296}, {"minus", -1}, {"half", 2.5}};
  CHECK(get_or(numbers, "huge", 7) == 7);
  CHECK(get_or(numbers, "long", 7) == 7);
  CHECK(get_or(numbers, "long", std::int64_t{7}) == 4294967296);
  CHECK(get_or(numbers, "minus", std::uint64_t{7}) == 7);
  CHECK(get_or(numbers, "half", 7) == 2);
  CHECK(get_or(numbers, "huge", 7.0) == 1e300);
}

TEST_CASE("text that is no JSON, or holds a number beyond double, is invalid input") {
  for (const char* text : {"", "{", "[1e991]"}) {
    const auto parsed = parse_json(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::InvalidInput);
  }
}
