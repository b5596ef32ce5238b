#include "storage/base/ids.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace shiqu;

TEST_CASE("uuids are well formed, version 7, unique and in the order of making") {
  std::set<std::string> seen;
  std::string last;
  for (int i = 0; i < 5000; ++i) {
    const std::string id = new_uuid();
    REQUIRE(is_uuid(id));
    REQUIRE(id[14] == '7');
    REQUIRE(last < id);
    REQUIRE(seen.insert(id).second);
    last = id;
  }
}

TEST_CASE("what is not a uuid is refused") {
  CHECK_FALSE(is_uuid(""));
  CHECK_FALSE(is_uuid("0199b8a0-0000-7000-8000-00000000000g"));
  CHECK_FALSE(is_uuid("0199B8A0-0000-7000-8000-000000000000"));
}
