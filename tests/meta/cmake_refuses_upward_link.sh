#!/bin/sh
# CMake stops configuring when a module names a dependency that is not on a lower level.
# Usage: cmake_refuses_upward_link.sh SOURCE_FOLDER
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The functions of the real build file, without its libraries and folders.
{
  echo 'cmake_minimum_required(VERSION 3.25)'
  echo 'project(planted LANGUAGES CXX)'
  echo 'add_library(shiqu_flags INTERFACE)'
  sed -n '/^function(shiqu_module)/,/^endfunction/p; /^function(shiqu_check_levels/,/^endfunction/p' "$1/CMakeLists.txt"
  echo 'shiqu_module(NAME low LEVEL 1 SOURCES a.cpp)'
  echo 'shiqu_module(NAME beside LEVEL 1 SOURCES a.cpp DEPENDS ${PLANTED})'
} >"$folder/CMakeLists.txt"
echo 'int planted() { return 0; }' >"$folder/a.cpp"
cmake -S "$folder" -B "$folder/good" -DPLANTED= >/dev/null
if cmake -S "$folder" -B "$folder/bad" -DPLANTED=shiqu::low >"$folder/said" 2>&1; then
  echo 'a sideways link was accepted'
  exit 1
fi
grep -q 'may not depend on' "$folder/said"
echo 'a sideways link is refused'
